"""A server with the compatible penalty API behind the real gate, a worker beside it, and officials with tokens."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from websockets.sync.client import ClientConnection

from core.accounts.model import Account, Role
from core.errors import Unavailable
from core.io.clock import utc_now
from core.io.runtime import Runtime, open_runtime
from core.io.session_jobs import make_ready
from core.penalties.desk import PenaltiesDesk
from core.sessions.model import RaceSession
from core.tracks.model import Circuit, CircuitPlan, Recording
from portal.api.bell import BellTower, marks
from portal.compat import racelith
from portal.gate import Gate
from tests.conftest import Model, Servers
from tests.portal_server import Portal, serving, watching

WHITE_LINE = "White Line Infringement"
STOP_GO = "5 sec Stop & Go"


@dataclass(frozen=True, slots=True)
class House:
    """A server, an official's token, and the runtimes of worker and portal."""

    portal: Portal
    token: str
    owner: Runtime
    app: Runtime


@dataclass(frozen=True, slots=True)
class Tower:
    """Race control of one circuit, as a client whose base address carries the token and the circuit."""

    house: House
    circuit: Circuit

    @property
    def base(self) -> str:
        return f"/compat/racelith/t/{self.house.token}/c/{self.circuit.slug}"

    def ask(self, method: str, path: str, body: object = None, **more: Any) -> httpx.Response:
        address = f"{self.house.portal.origin}{self.base}{path}"
        return httpx.request(method, address, json=body, timeout=30, **more)

    def viewer(self) -> dict[str, str]:
        """The header of somebody who may not read race control."""
        return self.house.portal.token(self.account("viewer", Role.VIEWER), Role.VIEWER)

    def account(self, name: str, role: Role) -> Account:
        return self.house.portal.account(f"{name}-{self.circuit.slug}", role)

    def desk(self) -> PenaltiesDesk:
        """Of the active session, as our own pages have it."""
        return self.house.app.penalties(self.session.id)

    def sessions(self) -> tuple[RaceSession, ...]:
        """Also those that were put away."""
        return self.house.app.race_sessions.all(self.circuit.id)

    def read(self, path: str) -> Any:
        answer = self.ask("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def start(self, name: str = "Race 1") -> None:
        answer = self.ask("POST", f"/session/start?name={name}")
        assert answer.status_code == 200, answer.text

    def post(self, kart: int, description: str = WHITE_LINE, **more: Any) -> Any:
        answer = self.ask("POST", "/infringements/", {"kart_number": kart, "description": description, **more})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def put(self, number: int, **changes: Any) -> Any:
        answer = self.ask("PUT", f"/infringements/{number}", changes)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def apply(self, number: int, **more: Any) -> httpx.Response:
        return self.ask("POST", f"/penalties/apply_individual/{number}", {"performed_by": "Desk 1", **more})

    def row(self, number: int) -> Any:
        return next(row for row in self.rows() if row["id"] == number)

    def rows(self) -> Any:
        return self.read("/infringements/?limit=1000")["items"]

    def pending(self) -> list[int]:
        return [row["id"] for row in self.read("/penalties/pending")]

    def actions(self, number: int) -> list[str]:
        """Oldest first."""
        log = self.read("/infringement_log/")
        return [row["action"] for row in reversed(log) if row["infringement_id"] == number]

    @property
    def session(self) -> RaceSession:
        """The active one."""
        found = self.house.app.race_sessions.active(self.circuit.id)
        assert found is not None
        return found

    def listen(self) -> ClientConnection:
        return self.house.portal.socket(f"{self.base}/ws")


def heard(socket: ClientConnection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(socket.recv(timeout=5))
    return message


def heard_until(socket: ClientConnection, kind: str) -> dict[str, Any]:
    while (message := heard(socket))["type"] != kind:
        pass
    return message


def at_once(asks: Sequence[Callable[[], httpx.Response]]) -> list[httpx.Response]:
    with ThreadPoolExecutor(len(asks)) as crowd:
        return [answer.result() for answer in [crowd.submit(ask) for ask in asks]]


@contextmanager
def working(runtime: Runtime) -> Iterator[None]:
    """Makes the databases of sessions, as a worker's timetable does."""
    over = threading.Event()

    def work() -> None:
        while not over.wait(0.05):
            with suppress(Unavailable):
                make_ready(runtime)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@asynccontextmanager
async def ringing(app: Starlette) -> AsyncIterator[None]:
    tower = BellTower(marks)
    tower.follow(racelith.live.STAGES.hear)
    async with watching(app):
        task = asyncio.create_task(tower.run())
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    await racelith.live.STAGES.close()


@pytest.fixture(scope="module")
def house(servers: Servers, model: Model, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One server for the tests of a file; each has a circuit of its own in it."""
    with ExitStack() as stack:
        settings = servers.settings(tmp_path_factory.mktemp("house"), stack.enter_context(model.copy()))
        owner = stack.enter_context(open_runtime(settings, owner=True))
        app = stack.enter_context(open_runtime(settings, owner=False))
        stack.enter_context(working(owner))
        served = Starlette(routes=racelith.ROUTES, middleware=[Middleware(Gate)], lifespan=ringing)
        portal = stack.enter_context(serving(served, app))
        header = portal.token(portal.account("control", Role.RACE_CONTROL), Role.RACE_CONTROL)["Authorization"]
        yield House(portal, header.removeprefix("Bearer "), owner, app)


@pytest.fixture
def unstarted(house: House, request: pytest.FixtureRequest) -> Tower:
    """A circuit without a session."""
    slug = f"ring-{len(house.app.circuits.all())}"
    plan = CircuitPlan(slug, request.node.name[:40], "apex", Recording("ring.jsonl"))
    return Tower(house, house.app.circuits.create(plan, by=None, now=utc_now()))


@pytest.fixture
def tower(unstarted: Tower) -> Tower:
    """A circuit with a session that was started over the API."""
    unstarted.start()
    return unstarted
