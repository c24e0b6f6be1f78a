"""Nothing is told twice: a recording that is played again, one that overlaps the live journal, two that overlap."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from core.io.database.leases import Lease
from core.io.database.timing import Batch
from core.io.recorder import Place, Recorded
from core.io.transports import Frame
from core.tracks.model import Circuit
from tests.apex_feed import START, Race, race
from tests.contract.workers.conftest import Paddock
from workers.reading import Reading

RACE = race(karts=3, laps=6)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STOPS = "r101|*in|0\n", "r101|*out|0\n", "dyn1|text|\n"


@pytest.fixture
def ring(paddock: Paddock) -> Circuit:
    return paddock.run(race(karts=1, laps=1))


@pytest.fixture
def lease(paddock: Paddock, ring: Circuit) -> Lease:
    lease = paddock.leases.take(ring.id, above=0, alone_on_node=False)
    assert lease is not None
    return lease


def live(told: Race) -> list[Frame]:
    return [Frame(text, START + timedelta(seconds=t)) for t, text in told.frames]


def replayed(frames: Iterable[Frame], at: timedelta, skew: timedelta = timedelta()) -> list[Frame]:
    """The same frames from a recording, played that much later; its clock was that far from ours."""
    return [
        replace(frame, position=place, at=frame.at + at, recorded_at=frame.at + skew)
        for place, frame in enumerate(frames)
    ]


def store(paddock: Paddock, lease: Lease, frames: Iterable[Frame]) -> None:
    reading, rows = Reading(lease.circuit_id, "apex"), Batch()
    for place, frame in enumerate(frames):
        rows.extend(reading.take(Recorded(Place(1, place), frame, frame.at, 0)))
        if place % 5 == 0:
            paddock.rows.write(lease, rows)
            rows = Batch()
    rows.extend(reading.settle())
    paddock.rows.write(lease, rows)


def stored(paddock: Paddock, ring: Circuit) -> int:
    return len(paddock.laps(ring))


def stops(paddock: Paddock, ring: Circuit) -> int:
    return sum(len(paddock.rows.stops(one.id, None)) for one in paddock.rows.feed_sessions(ring.id, 9))


def test_a_recording_played_twice_adds_nothing(paddock: Paddock, ring: Circuit, lease: Lease) -> None:
    for later in (DAY, DAY * 2, DAY * 2 + HOUR):
        store(paddock, lease, replayed(live(RACE), later))

        assert paddock.laps(ring) == list(RACE.laps)
        assert paddock.sessions(ring.id) == 1


@pytest.mark.parametrize("skew_s", [0, 0.7, -5], ids=["same clock", "clock ahead", "clock behind"])
def test_a_recording_of_what_was_followed_live_adds_nothing(
    paddock: Paddock, ring: Circuit, lease: Lease, skew_s: float
) -> None:
    store(paddock, lease, live(RACE))

    store(paddock, lease, replayed(live(RACE), DAY, timedelta(seconds=skew_s)))

    assert paddock.laps(ring) == list(RACE.laps)
    assert paddock.sessions(ring.id) == 1


def test_a_recording_fills_what_was_missed_live(paddock: Paddock, ring: Circuit, lease: Lease) -> None:
    frames = live(RACE)
    store(paddock, lease, [*frames[:7], *frames[13:]])
    assert stored(paddock, ring) < len(RACE.laps)

    store(paddock, lease, replayed(frames, DAY))

    assert sorted(paddock.laps(ring)) == sorted(RACE.laps)


def test_two_recordings_that_overlap_are_one_race(paddock: Paddock, ring: Circuit, lease: Lease) -> None:
    frames = live(RACE)
    opening = frames[0]

    store(paddock, lease, replayed(frames[:12], DAY))
    store(paddock, lease, replayed([replace(opening, at=frames[6].at), *frames[6:]], DAY * 3))

    assert sorted(paddock.laps(ring)) == sorted(RACE.laps)


def test_the_same_laps_of_another_day_are_another_race(paddock: Paddock, ring: Circuit, lease: Lease) -> None:
    store(paddock, lease, live(RACE))

    tomorrow = [replace(frame, at=frame.at + DAY) for frame in live(RACE)]
    store(paddock, lease, replayed(tomorrow, DAY))

    assert stored(paddock, ring) == 2 * len(RACE.laps)
    assert paddock.sessions(ring.id) == 2


def test_stops_are_told_once_too(paddock: Paddock, ring: Circuit, lease: Lease) -> None:
    stay = [Frame(text, START + timedelta(minutes=2 + minute)) for minute, text in enumerate(STOPS)]
    frames = [*live(RACE), *stay]

    store(paddock, lease, frames)
    store(paddock, lease, replayed(frames, DAY))

    assert stops(paddock, ring) == 1
