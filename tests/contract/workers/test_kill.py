"""A worker is killed again and again in the middle of a live race: no frame that it had read is lost."""

import time
from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import partial

import pytest

from core.io.clock import utc_now
from core.io.database.links import LinkRows
from core.io.recorder import Place, Recorded, tail
from core.io.transports import Channel, Frame
from core.timing.model import Car, Gap, TimedValue
from core.tracks.model import Circuit, CircuitPlan
from tests.apex_feed import START, Told, race
from tests.contract.workers.conftest import Paddock, StartWorker, until
from tests.fakes.apex import FakeApex
from workers.reading import Reading

TOLD = race(karts=5, laps=14, apart_ms=1500)
Row = tuple[str, int | None, int | None, TimedValue | None, TimedValue | None, Gap | None]


@pytest.fixture
def fake() -> Iterator[FakeApex]:
    with FakeApex(TOLD.frames) as fake:
        yield fake


def follow(paddock: Paddock, fake: FakeApex) -> Circuit:
    circuit = paddock.circuits.add(CircuitPlan("ring", "Ring", "apex", fake.transport), None, utc_now())
    assert circuit is not None
    paddock.circuits.set_running(circuit.id, None, utc_now(), running=True)
    return circuit


def heard(paddock: Paddock, circuit: Circuit) -> dict[int, list[str]]:
    """What the journal has of the feed, by epoch; the first of each is the state at the beginning of a connection."""
    texts: dict[int, list[str]] = {}
    for recorded in tail(paddock.spool(circuit), Place(0, -1)):
        if recorded.frame.channel is Channel.FEED:
            texts.setdefault(recorded.place.epoch, []).append(recorded.frame.text)
    return texts


def rows(cars: tuple[Car, ...]) -> list[Row]:
    return [(car.number, car.position, car.laps, car.last, car.best, car.gap) for car in cars]


def uncut(circuit: Circuit) -> list[Row]:
    reading = Reading(circuit.id, circuit.protocol)
    for place, (t, text) in enumerate(TOLD.frames):
        at = START + timedelta(seconds=t)
        reading.take(Recorded(Place(1, place), Frame(text, at), at, 0))
    return rows(reading.board().cars)


def knows(paddock: Paddock, circuit: Circuit, laps: Iterable[Told]) -> bool:
    return set(laps) <= set(paddock.laps(circuit))


def has_visits(fake: FakeApex, visits: int) -> bool:
    return fake.stage.visits >= visits and fake.stage.has_visitors()


def test_a_worker_killed_in_mid_race_loses_nothing_that_it_had_read(
    paddock: Paddock, start_worker: StartWorker, fake: FakeApex
) -> None:
    circuit = follow(paddock, fake)
    fake.stage.tell(1)
    for visit in (1, 2, 3):
        worker = start_worker()
        until(partial(has_visits, fake, visit))
        for _ in range(12):
            fake.stage.tell(1)
            time.sleep(0.03)
        worker.kill()
        worker.wait()
        last = [texts[-1] for texts in heard(paddock, circuit).values()][-1]
        assert last in [text for _, text in TOLD.frames[fake.stage.told - 3 : fake.stage.told]]
        fake.stage.tell(4)
    start_worker()
    until(partial(has_visits, fake, 4))
    fake.stage.tell()
    until(lambda: (board := paddock.board(circuit)) is not None and rows(board.cars) == uncut(circuit))

    script = [text for _, text in TOLD.frames]
    for _, *texts in heard(paddock, circuit).values():
        first = script.index(texts[0])
        assert texts == script[first : first + len(texts)]
        until(partial(knows, paddock, circuit, TOLD.laps[first - 1 : first - 1 + len(texts)]))
    until(partial(knows, paddock, circuit, TOLD.laps), timeout_s=30)  # the past is asked once a second
    assert sorted(paddock.laps(circuit)) == sorted(TOLD.laps)
    assert paddock.sessions(circuit.id) == 1
    assert len(LinkRows(paddock.runtime.control).holes(circuit.id, 9)) == 3
