"""The API of circuits: plans in, what the screens show out, errors with their remedy."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from core.accounts.model import Identity, Right, Role, Via
from core.io.database.leases import Leases, Owner
from core.io.database.timing import Batch, TimingRows
from core.io.runtime import Runtime
from core.timing.desk import KeptSession
from core.timing.model import Board, Car, Lap, LapKind, SessionKind, Stop
from core.timing.wire import board_to_json
from core.tracks.model import Circuit
from portal.api import api
from portal.running import set_runtime

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
LEASE = timedelta(seconds=5)
PATH = "recordings/heat.jsonl.gz"
PLAN = {
    "slug": "ring",
    "name": "Ring",
    "protocol": "apex",
    "transport": {"kind": "recording", "path": PATH, "speed": 10, "loop": True, "begin_s": 30},
    "time_zone": "Europe/Rome",
}
OPERATOR = Identity(
    UUID(int=7), "ada", "Ada", Role.ADMIN, frozenset(Right), None, UUID(int=8), Via.COOKIE
)  # fmt: skip


def entered(app: ASGIApp) -> ASGIApp:
    """The API behind an open gate."""

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        scope["paddock_identity"] = OPERATOR
        await app(scope, receive, send)

    return call


class Client:
    """A program that talks to the API without a network."""

    def get(self, path: str) -> httpx.Response:
        return asyncio.run(self._ask("GET", path, None))

    def post(self, path: str, json: object = None) -> httpx.Response:
        return asyncio.run(self._ask("POST", path, json))

    def put(self, path: str, json: object) -> httpx.Response:
        return asyncio.run(self._ask("PUT", path, json))

    def delete(self, path: str) -> httpx.Response:
        return asyncio.run(self._ask("DELETE", path, None))

    async def _ask(self, method: str, path: str, json: object) -> httpx.Response:
        transport = httpx.ASGITransport(entered(api))
        async with httpx.AsyncClient(transport=transport, base_url="http://paddock") as client:
            return await client.request(method, path, json=json)


@pytest.fixture
def client(app_runtime: Runtime) -> Iterator[Client]:
    set_runtime(app_runtime)
    yield Client()
    set_runtime(None)


@pytest.fixture
def ring(client: Client, app_runtime: Runtime) -> Circuit:
    assert client.post("/circuits", json=PLAN).status_code == 201
    return app_runtime.circuits.find("ring")


def test_a_circuit_is_planned_read_and_changed(client: Client, ring: Circuit) -> None:
    changed = client.put("/circuits/ring", json={**PLAN, "name": "Oval"})

    assert changed.status_code == 200
    assert client.get("/circuits/ring/plan").json() == {**PLAN, "name": "Oval"}
    assert client.get("/circuits/ring").json() == client.get("/circuits").json()[0]
    assert client.get("/circuits/ring").json()["id"] == str(ring.id)


@pytest.mark.usefixtures("ring")
def test_the_address_of_a_source_is_not_for_readers(client: Client) -> None:
    assert PATH not in client.get("/circuits").text
    assert PATH not in client.get("/circuits/ring").text


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"slug": "Ring!"}, "Use 1 to 40"),
        ({"protocol": "morse"}, "Choose one of: apex"),
        ({"transport": {"kind": "recording", "path": "../x"}}, "errors"),
        ({"transport": {"kind": "pigeon"}}, "errors"),
        ({"colour": "red"}, "errors"),
    ],
    ids=["slug", "protocol", "path", "kind", "unknown field"],
)
def test_a_plan_that_cannot_work_is_refused_with_its_remedy(
    client: Client, change: dict[str, object], told: str
) -> None:
    refused = client.post("/circuits", json={**PLAN, **change})

    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    assert told in refused.text
    assert client.get("/circuits").json() == []


def test_a_taken_short_name_is_a_conflict(client: Client, ring: Circuit) -> None:
    assert client.post("/circuits", json={**PLAN, "name": ring.name}).status_code == 409


def test_an_operator_starts_and_stops_a_source(client: Client, ring: Circuit, app_runtime: Runtime) -> None:
    assert client.post("/circuits/ring/start").json()["running"]
    assert [circuit.id for circuit in app_runtime.circuits.running()] == [ring.id]
    assert not client.post("/circuits/ring/stop").json()["running"]
    assert client.post("/circuits/nowhere/start").status_code == 404


def test_the_board_comes_with_its_standings(client: Client, ring: Circuit, app_runtime: Runtime) -> None:
    assert client.get("/circuits/ring/board").json() == {"board": None, "standings": []}
    board = Board(kind=SessionKind.RACE, cars=(Car("r1", "7", laps=3), Car("r2", "9", laps=3)))
    app_runtime.bus.publish_board(ring.id, 1, board_to_json(board))

    shown = client.get("/circuits/ring/board").json()

    assert [car["number"] for car in shown["board"]["cars"]] == ["7", "9"]
    assert [(place["position"], place["source_id"]) for place in shown["standings"]] == [(1, "r1"), (2, "r2")]


def test_laps_and_stops_are_those_of_the_newest_feed_session(
    client: Client, ring: Circuit, owner_runtime: Runtime
) -> None:
    assert client.get("/circuits/ring/laps").json() == []
    lease = Leases(owner_runtime.control, Owner("here", "1"), LEASE).take(ring.id, above=0, alone_on_node=False)
    assert lease is not None
    heat, race = (session(ring, number) for number in (1, 2))
    laps = [(heat.id, lap("r1", 1)), (race.id, lap("r1", 1)), (race.id, lap("r2", 1))]
    stops = [(race.id, 1, Stop("r1", NOON, NOON, 0, 1))]
    TimingRows(owner_runtime.control).write(lease, Batch([heat, race], laps, stops))

    assert [row["id"] for row in client.get("/circuits/ring/feed-sessions").json()] == [str(race.id), str(heat.id)]
    assert [row["source_id"] for row in client.get("/circuits/ring/laps").json()] == ["r1", "r2"]
    assert len(client.get(f"/circuits/ring/laps?feed_session={heat.id}").json()) == 1
    assert [row["source_id"] for row in client.get("/circuits/ring/laps?source_id=r2").json()] == ["r2"]
    assert [row["lap"] for row in client.get("/circuits/ring/stops").json()] == [1]
    assert client.get(f"/circuits/ring/laps?feed_session={ring.id}").status_code == 404


def session(circuit: Circuit, number: int) -> KeptSession:
    started_at = NOON.replace(hour=number)
    return KeptSession(UUID(int=number), circuit.id, f"Session {number}", SessionKind.RACE, "Ring", started_at)


def lap(source_id: str, number: int) -> Lap:
    return Lap(source_id, "7", number, 61_000, LapKind.LAP, NOON)
