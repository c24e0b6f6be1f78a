"""An application of ours on a port of its own, and visitors of every kind: browsers, programs, strangers."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from core.accounts.desk import AccountsDesk
from core.accounts.model import Account, Identity, Role
from core.accounts.plan import AccountPlan, TokenPlan
from core.io.clock import utc_now
from core.io.runtime import Runtime
from portal.api import api
from portal.credentials import COOKIE
from portal.gate import Gate, watch
from portal.running import set_runtime
from portal.sign_in import ROUTES
from tests.quick_passwords import hurry

PASSWORD = "slow in, fast out"


@dataclass(frozen=True, slots=True)
class Portal:
    port: int
    desk: AccountsDesk

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def account(self, name: str, role: Role) -> Account:
        return self.desk.create_account(AccountPlan(name, "", role, PASSWORD), by=None, now=utc_now())

    def cookie(self, account: Account) -> dict[str, str]:
        key = self.desk.sign_in(account.name, PASSWORD, client="", now=utc_now())
        return {"Cookie": f"theme=dark; {COOKIE}={key}; other=1"}

    def token(self, account: Account, scope: Role) -> dict[str, str]:
        _, key = self.desk.create_token(account.id, TokenPlan("test", scope), by=None, now=utc_now())
        return {"Authorization": f"Bearer {key}"}

    def expired_cookie(self, account: Account) -> dict[str, str]:
        key = self.desk.sign_in(account.name, PASSWORD, client="", now=utc_now() - timedelta(days=8))
        return {"Cookie": f"{COOKIE}={key}"}

    def ask(self, method: str, path: str, headers: dict[str, str] | None = None, **form: str) -> httpx.Response:
        with httpx.Client(base_url=self.origin, timeout=10) as client:
            return client.request(method, path, headers=headers, data=form or None)

    def socket(self, path: str, headers: dict[str, str] | None = None, origin: str | None = None) -> ClientConnection:
        return connect(
            self.origin.replace("http", "ws") + path,
            additional_headers=headers,
            origin=Origin(origin or self.origin),
            subprotocols=[Subprotocol("streamlit"), Subprotocol("second")],
            compression=None,
        )


@contextmanager
def serving(app: ASGIApp, runtime: Runtime) -> Iterator[Portal]:
    """An application on a free port of loopback, in a thread of its own, standing on this runtime."""
    desk = hurry(runtime)
    set_runtime(runtime)
    config = uvicorn.Config(app, port=0, log_config=None, lifespan="on", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        assert within(10, lambda: server.started), "the server did not start"
        yield Portal(server.servers[0].sockets[0].getsockname()[1], desk)
    finally:
        server.should_exit = True
        thread.join(10)
        set_runtime(None)
    assert not thread.is_alive(), "the server did not stop"


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while not (held := holds()) and time.monotonic() < until:
        time.sleep(0.02)
    return held


def behind_the_gate() -> Starlette:
    """Pages and sockets that tell what they were told about the visitor, beside our real door and API."""
    pages = [Route(path, _page, methods=["GET", "POST", "PUT"]) for path in ("/", "/race/desk", "/_stcore/upload")]
    open_pages = [Route(path, _open_page) for path in ("/healthz", "/assets/sign_in.css")]
    sockets = [WebSocketRoute("/ws/echo", _echo), WebSocketRoute("/_stcore/stream", _talk)]
    guarded = [Route("/metrics", _open_page), Mount("/api/v1", api)]
    return Starlette(
        routes=[*pages, *open_pages, *sockets, *guarded, *ROUTES], middleware=[Middleware(Gate)], lifespan=watching
    )


@asynccontextmanager
async def watching(_: Starlette) -> AsyncIterator[None]:
    task = asyncio.create_task(watch())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _page(request: Request) -> Response:
    identity: Identity = request.scope["paddock_identity"]
    return JSONResponse({"name": identity.name, "via": identity.via, "headers": request.headers.items()})


async def _open_page(request: Request) -> Response:
    return PlainTextResponse(str("paddock_identity" in request.scope))


async def _echo(websocket: WebSocket) -> None:
    await websocket.accept()
    with suppress(WebSocketDisconnect):
        while True:
            await websocket.send_text(await websocket.receive_text())


async def _talk(websocket: WebSocket) -> None:
    """Speaks and never listens, as the worst of handlers would."""
    await websocket.accept(websocket.scope["subprotocols"][0])
    with suppress(WebSocketDisconnect):
        while True:
            await websocket.send_text("tick")
            await asyncio.sleep(0.02)
