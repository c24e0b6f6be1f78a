"""Live links in a worker: lost, silent, given up, back again. The fold stays, the hole is marked, the past is asked."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from core.io.clock import utc_now
from core.io.database.leases import Leases, Owner
from core.io.database.links import LinkRows
from core.io.recorder import Place, newest_epoch, tail
from core.io.transports import Channel, LinkLimits
from core.timing.model import SourceStatus
from core.tracks.links_desk import LinksDesk
from core.tracks.model import Circuit, CircuitPlan, Transport
from tests.apex_feed import race
from tests.contract.workers.conftest import Paddock, until
from tests.fakes.apex import FakeApex
from workers.follow import Ground
from workers.supervisor import Supervisor

HASTY = LinkLimits(connect_s=2, first_pause_s=0.1, longest_pause_s=0.2, ask_every_s=0.05)
TOLD = race(karts=3, laps=6)


@contextmanager
def running(paddock: Paddock, limits: LinkLimits = HASTY, node: str = "") -> Iterator[Supervisor]:
    """A worker of this machine, or of another one."""
    leases = Leases(paddock.runtime.control, Owner(node or "here", "1"), timedelta(seconds=5))
    ground = Ground(paddock.data / node, paddock.runtime.bus, paddock.rows, utc_now, limits)
    supervisor = Supervisor(paddock.circuits.running, leases, ground)
    thread = threading.Thread(target=supervisor.run)
    thread.start()
    try:
        yield supervisor
    finally:
        supervisor.stop()
        thread.join(10)
    assert not thread.is_alive()
    assert supervisor.ended_well


@pytest.fixture
def fake() -> Iterator[FakeApex]:
    with FakeApex(TOLD.frames) as fake:
        fake.stage.tell(1)
        yield fake


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.supervisor.ROUND_S", 0.1)
    monkeypatch.setattr("workers.follow.COUNT_S", 0.1)


@pytest.fixture
def desk(paddock: Paddock) -> LinksDesk:
    return LinksDesk(LinkRows(paddock.runtime.control))


def follow(paddock: Paddock, transport: Transport, slug: str = "ring") -> Circuit:
    circuit = paddock.circuits.add(CircuitPlan(slug, slug, "apex", transport), None, utc_now())
    assert circuit is not None
    paddock.circuits.set_running(circuit.id, None, utc_now(), running=True)
    return circuit


def cause(paddock: Paddock, circuit: Circuit) -> str:
    board = paddock.board(circuit)
    return "" if board is None or board.source is None else board.source.cause or ""


def counted(paddock: Paddock, circuit: Circuit) -> list[int | None]:
    board = paddock.board(circuit)
    return [] if board is None else [car.laps for car in board.cars]


def channels(paddock: Paddock, circuit: Circuit) -> set[Channel]:
    return {recorded.frame.channel for recorded in tail(paddock.spool(circuit), Place(0, -1))}


def test_a_link_that_breaks_comes_back_and_nothing_is_missing(
    paddock: Paddock, desk: LinksDesk, fake: FakeApex
) -> None:
    with running(paddock):
        circuit = follow(paddock, fake.transport)
        until(lambda: counted(paddock, circuit))
        fake.stage.tell(8)
        until(lambda: len(paddock.laps(circuit)) == 8)

        fake.refuse()
        fake.stage.hang_up(clean=False)
        until(lambda: paddock.shows(circuit, SourceStatus.LOST))
        assert "Next attempt" in cause(paddock, circuit)
        fake.stage.tell(2)
        fake.accept()
        until(lambda: paddock.shows(circuit, SourceStatus.RUNNING))
        fake.stage.tell()
        until(lambda: len(paddock.laps(circuit)) == len(TOLD.laps))

    assert sorted(paddock.laps(circuit)) == sorted(TOLD.laps)
    assert counted(paddock, circuit) == [6, 6, 6]
    assert newest_epoch(paddock.spool(circuit)) == 1
    assert channels(paddock, circuit) >= {Channel.FEED, Channel.LINK}
    [hole] = desk.holes(circuit.id)
    assert hole.since < hole.until
    statuses = [event.status for event in reversed(desk.log(circuit.id))]
    assert statuses[:3] == ["connecting", "connected", "lost"]
    assert statuses[-2:] == ["connecting", "connected"]


def test_a_peer_that_sends_nothing_is_shown_as_lost(paddock: Paddock, desk: LinksDesk, fake: FakeApex) -> None:
    with running(paddock, replace(HASTY, watch_s=0.5)):
        circuit = follow(paddock, fake.transport)
        until(lambda: counted(paddock, circuit))

        fake.stage.freeze()
        until(lambda: paddock.shows(circuit, SourceStatus.LOST))
        assert "no data for 0.5 s" in cause(paddock, circuit)
        fake.stage.go_on()
        until(lambda: paddock.shows(circuit, SourceStatus.RUNNING))

    assert "silent" in {event.status for event in desk.log(circuit.id)}


def test_a_link_that_gave_up_says_why_and_what_to_do(paddock: Paddock, desk: LinksDesk, fake: FakeApex) -> None:
    fake.refuse()
    with running(paddock, replace(HASTY, attempts=2)):
        circuit = follow(paddock, fake.transport)
        until(lambda: paddock.has_ended(circuit))

        assert "Given up after 2 attempts" in cause(paddock, circuit)
        assert "PADDOCK_WS_MAX_RECONNECT_ATTEMPTS" in cause(paddock, circuit)
        until(lambda: "gave_up" in {event.status for event in desk.log(circuit.id)})


def test_a_worker_that_was_away_marks_the_hole_and_asks_for_what_it_missed(
    paddock: Paddock, desk: LinksDesk, fake: FakeApex
) -> None:
    with running(paddock):
        circuit = follow(paddock, fake.transport)
        until(lambda: counted(paddock, circuit))
        fake.stage.tell(9)
        until(lambda: len(paddock.laps(circuit)) == 9)

    fake.stage.tell(3)
    with running(paddock):
        until(lambda: desk.holes(circuit.id))
        fake.stage.tell()
        until(lambda: len(paddock.laps(circuit)) == len(TOLD.laps))

    assert sorted(paddock.laps(circuit)) == sorted(TOLD.laps)
    assert paddock.sessions(circuit.id) == 1


def test_another_machine_that_takes_over_marks_the_hole_and_goes_on_with_the_session(
    paddock: Paddock, desk: LinksDesk, fake: FakeApex
) -> None:
    with running(paddock):
        circuit = follow(paddock, fake.transport)
        until(lambda: counted(paddock, circuit))
        fake.stage.tell(9)
        until(lambda: len(paddock.laps(circuit)) == 9)

    with running(paddock, node="there"):
        until(lambda: desk.holes(circuit.id))
        until(lambda: paddock.shows(circuit, SourceStatus.RUNNING))
        fake.stage.tell()
        until(lambda: len(paddock.laps(circuit)) == len(TOLD.laps))

    assert sorted(paddock.laps(circuit)) == sorted(TOLD.laps)
    assert paddock.sessions(circuit.id) == 1
    assert counted(paddock, circuit) == [6, 6, 6]


def test_what_came_is_counted_and_shown_raw(paddock: Paddock, desk: LinksDesk, fake: FakeApex) -> None:
    with running(paddock):
        circuit = follow(paddock, fake.transport)
        until(lambda: counted(paddock, circuit))
        fake.stage.junk("GET / HTTP/1.1", "r101c4|zz|1.234\n")
        fake.stage.tell()
        until(lambda: desk.total(circuit.id, utc_now() - timedelta(hours=1)).laps == len(TOLD.laps))
        until(lambda: paddock.runtime.bus.raw_frames(circuit.id)[-1:] == [TOLD.frames[-1][1]])

    total = desk.total(circuit.id, utc_now() - timedelta(hours=1))
    assert (total.frames >= len(TOLD.frames), total.junk) == (True, 1)
    assert {(strange.kind, strange.sample) for strange in desk.novelties(circuit.id)} == {
        ("junk", "GET / HTTP/1.1"),
        ("class", "r101c4|zz|1.234"),
    }


def test_many_circuits_that_begin_at_once_dial_one_after_the_other(paddock: Paddock, fake: FakeApex) -> None:
    circuits = [follow(paddock, fake.transport, f"ring-{place}") for place in range(3)]

    with running(paddock):
        until(lambda: all(counted(paddock, circuit) for circuit in circuits))

    begun = sorted(LinkRows(paddock.runtime.control).log(circuit.id, 9)[-1].at for circuit in circuits)
    assert min(later - earlier for earlier, later in pairwise(begun)) > timedelta(seconds=0.25)


def test_a_circuit_is_followed_once_however_many_workers_there_are(paddock: Paddock, fake: FakeApex) -> None:
    with running(paddock), running(paddock):
        circuit = follow(paddock, fake.transport)
        until(lambda: counted(paddock, circuit))
        fake.stage.tell()
        until(lambda: len(paddock.laps(circuit)) == len(TOLD.laps))

    assert fake.stage.visits == 1
