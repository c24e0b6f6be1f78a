"""What every WebSocket of the portal has in common: who may listen, and an end that never hangs."""

import asyncio
from collections.abc import AsyncIterator

from starlette.websockets import WebSocket

from core.accounts.model import Identity, Right
from core.accounts.policy import demand
from core.errors import NotAllowed, NotSignedIn
from portal import metrics

SIGNED_OUT = 4401
NOT_ALLOWED = 4403
NOT_FOUND = 4404


async def admitted(websocket: WebSocket, right: Right) -> bool:
    """Accept the socket and say whether this reader may stay; a browser learns the reason only from an open socket."""
    await websocket.accept()
    identity: Identity = websocket.scope["paddock_identity"]
    try:
        demand(identity, right)
    except NotSignedIn as error:
        await websocket.close(SIGNED_OUT, error.what)
    except NotAllowed as error:
        await websocket.close(NOT_ALLOWED, error.what)
    else:
        return True
    return False


async def send_until_gone(websocket: WebSocket, kind: str, messages: AsyncIterator[str]) -> None:
    """Send while the other side is there; whichever ends first ends both, so that a shutdown never waits."""
    sending = asyncio.create_task(_send_all(websocket, messages))
    leaving = asyncio.create_task(_until_gone(websocket))
    with metrics.SOCKETS.labels(kind).track_inprogress():
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sending.cancel()
            leaving.cancel()
            await asyncio.gather(sending, leaving, return_exceptions=True)


async def _send_all(websocket: WebSocket, messages: AsyncIterator[str]) -> None:
    async for message in messages:
        await websocket.send_text(message)
    await websocket.close(1012, "Come back in a moment.")


async def _until_gone(websocket: WebSocket) -> None:
    """What a client says is ignored: these sockets only speak."""
    while (await websocket.receive())["type"] != "websocket.disconnect":
        continue
