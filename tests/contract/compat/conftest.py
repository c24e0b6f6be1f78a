"""A server with the karting API behind the real gate, an admin's token in its address, and a circuit with a board."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from websockets.sync.client import ClientConnection

from core.accounts.model import Role
from core.io.database.leases import Leases, Owner
from core.io.database.timing import Batch, TimingRows
from core.io.runtime import Runtime
from core.timing.model import Board
from core.timing.wire import board_to_json
from core.tracks.model import Circuit
from portal.compat import karting
from portal.gate import Gate
from tests.portal_server import Portal, serving, watching

RING = {"name": "Example Ring", "timing_system": "apex", "websocket_url": "wss://timing.example.org:8523/"}


@dataclass(frozen=True, slots=True)
class Venue:
    """A server, an admin's token, and a circuit with a board."""

    portal: Portal
    token: str
    owner: Runtime
    app: Runtime

    def ask(self, method: str, path: str, body: object = None) -> httpx.Response:
        """As a client whose base address carries the token."""
        return httpx.request(method, f"{self.portal.origin}/compat/karting/t/{self.token}{path}", json=body, timeout=10)

    def read(self, path: str) -> Any:
        answer = self.ask("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def circuit(self) -> Circuit:
        assert self.ask("POST", "/circuits", RING).status_code == 201
        return self.app.circuits.find("example-ring")

    def publish(self, circuit: Circuit, board: Board) -> None:
        self.owner.bus.publish_board(circuit.id, 1, board_to_json(board))

    def store(self, circuit: Circuit, batch: Batch) -> None:
        leases = Leases(self.owner.control, Owner("here", "1"), timedelta(seconds=5))
        lease = leases.take(circuit.id, above=0, alone_on_node=False)
        assert lease is not None
        TimingRows(self.owner.control).write(lease, batch)

    def live(self, circuit_id: str = "example-ring") -> ClientConnection:
        return self.portal.socket(f"/compat/karting/t/{self.token}/circuits/{circuit_id}/live")


@asynccontextmanager
async def listening(app: Starlette) -> AsyncIterator[None]:
    async with watching(app):
        yield
    await karting.live.TABLES.close()


@pytest.fixture
def portal(app_runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    monkeypatch.setattr(karting.live, "TABLES", karting.live.Tables())
    app = Starlette(routes=karting.ROUTES, middleware=[Middleware(Gate)], lifespan=listening)
    with serving(app, app_runtime) as served:
        yield served


@pytest.fixture
def venue(portal: Portal, owner_runtime: Runtime, app_runtime: Runtime) -> Venue:
    header = portal.token(portal.account("admin", Role.ADMIN), Role.ADMIN)["Authorization"]
    return Venue(portal, header.removeprefix("Bearer "), owner_runtime, app_runtime)


def heard(socket: ClientConnection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(socket.recv(timeout=5))
    return message
