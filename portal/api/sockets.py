"""What every WebSocket of the portal has in common: who may listen, and an end that never hangs."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from sys import modules

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from core.accounts.model import Right
from core.accounts.policy import demand
from core.errors import NotAllowed, NotSignedIn
from portal import metrics
from portal.api.needs import who

SIGNED_OUT = 4401
NOT_ALLOWED = 4403
NOT_FOUND = 4404
NOT_UNDERSTOOD = 4422
COME_BACK = 1012

Speak = Callable[[WebSocket], Awaitable[None]]


class Listening(WebSocketRoute):
    """A socket, the right that it takes to listen, and its protocol in words.

    Args:
        path: with its parameters in braces.
        speak: carries on with whoever was let in; its module's docstring tells the protocol.
        right: what it needs.
        more: further words, for whoever writes a client.
    """

    def __init__(self, path: str, speak: Speak, right: Right, *, more: str = "") -> None:
        self.right = right
        self.about = f"{modules[speak.__module__].__doc__}\n{more}".strip()
        self._speak = speak
        super().__init__(path, self._admit)

    async def _admit(self, websocket: WebSocket) -> None:
        """A browser learns the reason of a refusal only from a socket that was accepted."""
        await websocket.accept()
        try:
            demand(who(websocket), self.right)
        except NotSignedIn as error:
            await websocket.close(SIGNED_OUT, error.what)
        except NotAllowed as error:
            await websocket.close(NOT_ALLOWED, error.what)
        else:
            await self._speak(websocket)


def _ignore(_: str) -> None:
    """Most sockets only speak."""


async def send_until_gone(
    websocket: WebSocket, kind: str, messages: AsyncIterator[str], hear: Callable[[str], None] = _ignore
) -> None:
    """Send while the other side is there; whichever ends first ends both, so that a shutdown never waits."""
    sending = asyncio.create_task(_send_all(websocket, messages))
    leaving = asyncio.create_task(_until_gone(websocket, hear))
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
    await websocket.close(COME_BACK, "Come back in a moment.")


async def _until_gone(websocket: WebSocket, hear: Callable[[str], None]) -> None:
    while (message := await websocket.receive())["type"] != "websocket.disconnect":
        hear(message.get("text") or "")
