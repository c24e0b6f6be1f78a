"""Sockets that are open, and closing them at once when the one behind them loses the right to be there.

The bell of an account makes every socket's identity be looked up again; the same happens every few seconds in case a
ring was lost and for what merely expired. A changed role closes too: the browser comes back with its new rights.
"""

import asyncio
import logging
from contextlib import suppress
from time import monotonic

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.accounts.model import Identity
from core.errors import Unavailable
from portal.identities import Identities

SIGNED_OUT = 4401
"""The close code that tells a page to go to the sign-in page."""
RECHECKED_EVERY_S = 3.0
FAREWELL_S = 1.0
SIGN_OUT: Message = {"type": "websocket.close", "code": SIGNED_OUT, "reason": "signed out"}

log = logging.getLogger(__name__)


class OpenSocket:
    """One socket behind the gate: stands between the server and the application, and can end both."""

    def __init__(self, identity: Identity, receive: Receive, send: Send) -> None:
        self.identity = identity
        self._receive = receive
        self._send = send
        self._ended: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._next: asyncio.Future[Message] | None = None
        self._farewell: asyncio.Task[None] | None = None

    async def run(self, app: ASGIApp, scope: Scope) -> None:
        try:
            await app(scope, self.receive, self.send)
        finally:
            if self._next is not None:
                self._next.cancel()
            if self._farewell is not None:
                await self._farewell

    async def receive(self) -> Message:
        """The next message, or the end: what the browser still sends after it was signed out counts for nothing."""
        self._next = self._next or asyncio.ensure_future(self._receive())
        await asyncio.wait({self._next, self._ended}, return_when=asyncio.FIRST_COMPLETED)
        if self._ended.done():
            return self._ended.result()
        arrived, self._next = self._next, None
        return arrived.result()

    async def send(self, message: Message) -> None:
        if self._ended.done():
            raise ConnectionAbortedError  # what a lost connection looks like to the application
        await self._send(message)

    def end(self) -> None:
        """At once for the application; the browser is told meanwhile, however slowly it listens."""
        if not self._ended.done():
            self._ended.set_result({"type": "websocket.disconnect", "code": SIGNED_OUT})
            self._farewell = asyncio.ensure_future(self._say_signed_out())

    async def _say_signed_out(self) -> None:
        with suppress(OSError, RuntimeError, TimeoutError):  # it has gone, or is just going, by itself
            await asyncio.wait_for(self._send(SIGN_OUT), FAREWELL_S)


class OpenSockets:
    def __init__(self, identities: Identities) -> None:
        self._identities = identities
        self._open: set[OpenSocket] = set()
        self._checked_at = monotonic()

    async def carry(self, app: ASGIApp, identity: Identity, scope: Scope, receive: Receive, send: Send) -> None:
        socket = OpenSocket(identity, receive, send)
        self._open.add(socket)
        try:
            await socket.run(app, scope)
        finally:
            self._open.discard(socket)

    async def check(self, *, now: bool) -> None:
        """Look every identity up again: at once, or when the last look is some seconds old."""
        if now or monotonic() - self._checked_at > RECHECKED_EVERY_S:
            self._checked_at = monotonic()
            await self._check()

    async def _check(self) -> None:
        asked = {socket: socket.identity.entry_id for socket in self._open}
        if not asked:
            return
        try:
            found = await self._identities.still(set(asked.values()))
        except Unavailable as error:
            # Without the database nobody can be judged: live screens go on, and are judged when it is back.
            log.warning("open sockets not checked", extra={"reason": error.what})
            return
        for socket, entry_id in asked.items():
            if found.get(entry_id) != socket.identity:
                socket.end()
