"""The API of links: what workers wrote is read back, and a connection is tried out by way of the bus."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from core.io.clock import utc_now
from core.io.database.leases import Leases, Owner
from core.io.database.links import LinkBatch
from core.io.database.timing import Batch, TimingRows
from core.io.runtime import Runtime
from core.timing.probe import PROBED, QUESTION, Probed, Question
from core.tracks.links import FeedCount, Hole, LinkEvent, Strange
from core.tracks.model import Circuit, TcpSocket
from portal.running import set_runtime
from tests.contract.tracks.test_api import PLAN, Client

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def client(app_runtime: Runtime) -> Iterator[Client]:
    set_runtime(app_runtime)
    yield Client()
    set_runtime(None)


@pytest.fixture
def ring(client: Client, app_runtime: Runtime) -> Circuit:
    assert client.post("/circuits", json=PLAN).status_code == 201
    return app_runtime.circuits.find("ring")


def write(runtime: Runtime, circuit: Circuit, rows: LinkBatch) -> None:
    lease = Leases(runtime.control, Owner("here", "1"), MINUTE).take(circuit.id, above=0, alone_on_node=False)
    assert lease is not None
    TimingRows(runtime.control).write(lease, Batch(links=rows))


def test_what_workers_wrote_is_read_back(client: Client, ring: Circuit, owner_runtime: Runtime) -> None:
    minute = utc_now().replace(second=0, microsecond=0)
    rows = LinkBatch(
        [LinkEvent(NOON, "lost", "no answer", 1), LinkEvent(NOON + MINUTE, "connected", "to there")],
        [Hole(NOON, NOON + MINUTE, 3)],
        {(1, "junk", "GET"): Strange("junk", "GET", "GET / HTTP/1.1", 2, NOON, NOON + MINUTE)},
        {(1, minute): FeedCount(minute, 10, 20, 30, 4, 2, 0, minute)},
    )
    write(owner_runtime, ring, rows)

    assert [event["status"] for event in client.get("/circuits/ring/link-events").json()] == ["connected", "lost"]
    assert len(client.get("/circuits/ring/link-events?limit=1").json()) == 1
    assert [hole["back_filled"] for hole in client.get("/circuits/ring/holes").json()] == [3]
    assert [one["sample"] for one in client.get("/circuits/ring/novelties").json()] == ["GET / HTTP/1.1"]
    assert [count["frames"] for count in client.get("/circuits/ring/counts").json()] == [10]
    assert client.get("/circuits/ring/counts?since=2999-01-01T00:00:00Z").json() == []


@pytest.mark.parametrize("what", ["link-events", "holes", "novelties", "counts"])
def test_an_unknown_circuit_is_told(client: Client, what: str) -> None:
    assert client.get(f"/circuits/nowhere/{what}").status_code == 404


@pytest.mark.usefixtures("ring")
def test_a_moment_without_a_zone_is_refused_with_the_remedy(client: Client) -> None:
    answer = client.get("/circuits/ring/counts?since=2026-05-01T12:00:00")

    assert answer.status_code == 422
    assert "12:00:00Z" in answer.json()["remedy"]


def test_a_connection_is_tried_out_by_a_worker(client: Client, owner_runtime: Runtime) -> None:
    wanted = {"transport": {"kind": "tcp", "host": "127.0.0.1", "port": 50001}, "protocol": "rmonitor"}

    asked = client.post("/circuits/probe", json=wanted)
    probe_id = UUID(asked.json()["id"])
    waiting = client.get(f"/circuits/probe/{probe_id}").json()
    taken = owner_runtime.bus.take_probe(1)
    found = Probed(done=True, state="Connected.", frames=("$F",))
    owner_runtime.bus.answer_probe(probe_id, PROBED.dump_json(found))

    assert (asked.status_code, waiting["done"]) == (202, False)
    assert taken is not None
    assert taken[0] == probe_id
    assert QUESTION.validate_json(taken[1]) == Question(TcpSocket("127.0.0.1", 50001), "rmonitor")
    answer = client.get(f"/circuits/probe/{probe_id}").json()
    assert (answer["done"], answer["frames"]) == (True, ["$F"])


def test_a_transport_that_is_none_is_not_tried(client: Client) -> None:
    wanted = {"transport": {"kind": "tcp", "host": "not a host", "port": 0}, "protocol": "rmonitor"}

    assert client.post("/circuits/probe", json=wanted).status_code == 422
    assert client.get(f"/circuits/probe/{uuid4()}").json()["done"] is False
