"""What may be typed for a circuit, and what the desk does with it."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadInput, Conflict, NotFound
from core.tracks.desk import CircuitsDesk
from core.tracks.model import (
    TRANSPORT,
    ApexSocket,
    Circuit,
    CircuitPlan,
    RaceMonitor,
    Recording,
    SmsTiming,
    TcpSocket,
    Transport,
    WebSocketFeed,
    checked,
    transport_of,
)

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
PLAN = CircuitPlan("north-loop", "North Loop", "apex", Recording("recordings/heat.jsonl.gz"), "Europe/Berlin")
PROTOCOLS = frozenset({"apex"})
ADMIN = UUID(int=1)


@dataclass
class Shelf:
    """Circuits in a dict: the store's promises without a database."""

    circuits: dict[UUID, Circuit] = field(default_factory=dict)
    audit: list[tuple[str, UUID | None, datetime]] = field(default_factory=list)

    def all(self) -> tuple[Circuit, ...]:
        return tuple(self.circuits.values())

    def running(self) -> tuple[Circuit, ...]:
        return tuple(circuit for circuit in self.all() if circuit.running)

    def get(self, circuit_id: UUID) -> Circuit | None:
        return self.circuits.get(circuit_id)

    def find(self, slug: str) -> Circuit | None:
        return next((circuit for circuit in self.all() if circuit.slug == slug), None)

    def add(self, plan: CircuitPlan, by: UUID | None, now: datetime) -> Circuit | None:
        self.audit.append(("add", by, now))
        return self._put(UUID(int=100 + len(self.circuits)), plan)

    def change(self, circuit_id: UUID, plan: CircuitPlan, by: UUID | None, now: datetime) -> Circuit | None:
        self.audit.append(("change", by, now))
        return self._put(circuit_id, plan)

    def set_running(self, circuit_id: UUID, by: UUID | None, now: datetime, *, running: bool) -> bool:
        self.audit.append(("run" if running else "stop", by, now))
        changed = self.circuits[circuit_id].running is not running
        self.circuits[circuit_id] = replace(self.circuits[circuit_id], running=running)
        return changed

    def remove(self, circuit_id: UUID, by: UUID | None, now: datetime) -> bool:
        self.audit.append(("remove", by, now))
        return not self.circuits[circuit_id].running and self.circuits.pop(circuit_id) is not None

    def _put(self, circuit_id: UUID, plan: CircuitPlan) -> Circuit | None:
        other = self.find(plan.slug)
        if other and other.id != circuit_id:
            return None
        circuit = Circuit(
            circuit_id, plan.slug, plan.name, plan.time_zone, plan.protocol, plan.transport,
            running=False, active_session_id=None, pointer_epoch=0,
        )  # fmt: skip
        self.circuits[circuit_id] = circuit
        return circuit


@pytest.fixture
def rung() -> list[UUID]:
    return []


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def desk(shelf: Shelf, rung: list[UUID]) -> CircuitsDesk:
    return CircuitsDesk(shelf, rung.append, PROTOCOLS)


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        (replace(PLAN, slug="North Loop"), "short name"),
        (replace(PLAN, slug="-north"), "short name"),
        (replace(PLAN, name="  "), "needs a name"),
        (replace(PLAN, name="n" * 81), "needs a name"),
        (replace(PLAN, time_zone="Mars/Olympus"), "no time zone"),
        (replace(PLAN, protocol="morse"), "Choose one of: apex"),
        (replace(PLAN, transport=Recording("a.gz", speed=1000)), "speed: Input should be less than or equal to 100"),
        (replace(PLAN, transport=Recording("../secrets")), "inside the data folder"),
    ],
    ids=["blanks", "hyphen first", "no name", "long name", "time zone", "protocol", "speed", "path"],
)
def test_a_plan_that_cannot_work_is_refused_with_its_remedy(plan: CircuitPlan, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        checked(plan, PROTOCOLS)


@pytest.mark.parametrize(
    "raw",
    [
        {"kind": "recording"},
        {"kind": "recording", "path": "/etc/passwd"},
        {"kind": "recording", "path": "a/../../b"},
        {"kind": "recording", "path": ""},
        {"kind": "recording", "path": "a", "speed": float("nan")},
        {"kind": "recording", "path": "a", "sped": 2},
        {"kind": "carrier pigeon", "path": "a"},
        "recording",
        None,
    ],
)
def test_a_transport_outside_the_union_is_refused(raw: object) -> None:
    with pytest.raises(BadInput, match="cannot be used"):
        transport_of(raw)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda j: st.dictionaries(st.text(), j)))
def test_no_json_breaks_the_reader_of_transports(raw: object) -> None:
    with pytest.raises(BadInput):
        transport_of(raw)


@pytest.mark.parametrize(
    "transport",
    [
        Recording("demo/race.jsonl.gz", speed=0.5, loop=True),
        ApexSocket("https://www.apex-timing.com/live-timing/north/index.html", verify_tls=False),
        ApexSocket(host="live.apex-timing.com", port=7010),
        TcpSocket("192.168.1.20"),
        TcpSocket("fd00::20", 60_000),
        RaceMonitor(123_456),
        SmsTiming("wss://webserver22.sms-timing.com:10015/", "START 8@northloop"),
        WebSocketFeed("ws://[::1]:8000/feed?lang=en", "hello"),
    ],
    ids=lambda transport: transport.kind,
)
def test_a_transport_is_read_back_as_it_was_written(transport: Transport) -> None:
    assert transport_of(TRANSPORT.dump_python(transport, mode="json")) == transport


def test_a_row_without_a_kind_is_a_recording() -> None:
    assert transport_of({"path": "demo/race.jsonl.gz", "loop": True}) == Recording("demo/race.jsonl.gz", loop=True)


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ({"kind": "apex"}, "either the page's address, or both host and port"),
        ({"kind": "apex", "host": "live.example.org"}, "either the page's address, or both host and port"),
        ({"kind": "apex", "page": "live.example.org/x"}, "page: needs a whole address that begins with http"),
        ({"kind": "apex", "page": "https://me:secret@example.org/"}, "page: needs an address without a user name"),
        ({"kind": "apex", "host": "a", "port": 65_534}, "port: Input should be less than or equal to 65532"),
        ({"kind": "tcp", "host": "http://a"}, "host: needs a host name or address alone"),
        ({"kind": "tcp", "host": "10.0.0.256"}, "host: needs a host name or address alone"),
        ({"kind": "tcp", "host": "a", "port": 0}, "port: .* RMonitor's is usually 50000"),
        ({"kind": "tcp", "host": "a", "path": "b"}, "path: Unexpected keyword"),
        ({"kind": "race_monitor", "race_id": "x"}, "race_id: .* stands in the address of the race's page"),
        ({"kind": "sms_timing", "url": "wss://a/", "hello": "8@north"}, "hello: needs the words START"),
        ({"kind": "websocket", "url": "https://a/"}, "url: needs a whole address that begins with ws://"),
        ({"kind": "websocket", "url": "wss://a:99999/"}, "url: needs a whole address that begins with ws://"),
        ({"kind": "pigeon"}, "Its kind is one of: recording, apex, tcp"),
    ],
)
def test_a_link_that_cannot_work_is_refused_by_field_and_remedy(raw: object, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        transport_of(raw)


def test_a_new_circuit_is_found_by_its_short_name_and_announced(desk: CircuitsDesk, rung: list[UUID]) -> None:
    circuit = desk.create(PLAN, by=ADMIN, now=NOON)

    assert desk.find("north-loop") == circuit == desk.get(circuit.id)
    assert rung == [circuit.id]


def test_a_taken_short_name_is_a_conflict(desk: CircuitsDesk, rung: list[UUID]) -> None:
    desk.create(PLAN, by=ADMIN, now=NOON)
    other = desk.create(replace(PLAN, slug="south"), by=ADMIN, now=NOON)
    rung.clear()

    with pytest.raises(Conflict, match="another short name"):
        desk.create(PLAN, by=ADMIN, now=NOON)
    with pytest.raises(Conflict, match="another short name"):
        desk.update(other.id, PLAN, by=ADMIN, now=NOON)
    assert rung == []


def test_starting_twice_rings_once(desk: CircuitsDesk, rung: list[UUID]) -> None:
    circuit = desk.create(PLAN, by=ADMIN, now=NOON)
    rung.clear()

    assert desk.start(circuit.id, by=ADMIN, now=NOON).running
    assert desk.start(circuit.id, by=ADMIN, now=NOON).running
    assert rung == [circuit.id]
    assert [running.id for running in desk.running()] == [circuit.id]
    assert not desk.stop(circuit.id, by=ADMIN, now=NOON).running


def test_every_change_says_who_and_when(desk: CircuitsDesk, shelf: Shelf) -> None:
    circuit = desk.create(PLAN, by=ADMIN, now=NOON)
    desk.update(circuit.id, replace(PLAN, name="South Loop"), by=None, now=NOON)
    desk.start(circuit.id, by=ADMIN, now=NOON)
    desk.stop(circuit.id, by=ADMIN, now=NOON)

    assert shelf.audit == [("add", ADMIN, NOON), ("change", None, NOON), ("run", ADMIN, NOON), ("stop", ADMIN, NOON)]


def test_an_unknown_circuit_is_not_found(desk: CircuitsDesk) -> None:
    with pytest.raises(NotFound, match="list of circuits"):
        desk.find("nowhere")
    with pytest.raises(NotFound, match="list of circuits"):
        desk.start(UUID(int=9), by=ADMIN, now=NOON)


def test_a_circuit_that_runs_is_not_removed(desk: CircuitsDesk, rung: list[UUID]) -> None:
    circuit = desk.create(PLAN, by=ADMIN, now=NOON)
    desk.start(circuit.id, by=ADMIN, now=NOON)

    with pytest.raises(Conflict):
        desk.remove(circuit.id, by=ADMIN, now=NOON)

    desk.stop(circuit.id, by=ADMIN, now=NOON)
    rung.clear()
    desk.remove(circuit.id, by=ADMIN, now=NOON)
    assert (desk.all(), rung) == ((), [circuit.id])
