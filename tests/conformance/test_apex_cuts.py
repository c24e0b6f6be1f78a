"""Real recordings with pieces cut out: outside the hole the fold tells what it tells of the whole.

A mirror of the venue's server sends the table again where the link comes back. The recorder's clock shows the hole,
or it stood still meanwhile and only the race clock tells.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from random import Random

import pytest

from core.timing.model import Lap, Stop
from core.timing.recordings import RecordedFrame, read_recording
from core.timing.replay import replay
from core.timing.sources.apex import Apex
from tests.apex_mirror import Mirror
from tests.conformance.data import apex

NUMBERED, TIMED = ("saintes_26h", "los_santos"), ("mariembourg_4h_fun", "mariembourg_24h_day1")
"""Venues whose laps have the feed's numbers behind a hole; and those that show no gap, or count penalties in it."""

NEAR = timedelta(seconds=1.5)
PIT_MS = 1000


@cache
def frames(name: str) -> tuple[RecordedFrame, ...]:
    (path,) = apex(name)
    return tuple(read_recording(path))


@cache
def whole(name: str) -> tuple[tuple[Lap, ...], tuple[Stop, ...]]:
    return folded(frames(name))


def folded(told: Iterable[RecordedFrame]) -> tuple[tuple[Lap, ...], tuple[Stop, ...]]:
    sessions = replay(told, Apex()).sessions
    return tuple(lap for one in sessions for lap in one.laps), tuple(stop for one in sessions for stop in one.stops)


def hole(name: str, seed: int, seconds: float) -> tuple[int, int]:
    """Where the piece begins and ends."""
    told = frames(name)
    first = Random(seed).randrange(100, len(told) * 2 // 3)  # noqa: S311 - where to cut, nothing to guard
    until = told[first].at + timedelta(seconds=seconds)
    return first, next(place for place, frame in enumerate(told) if frame.at > until)


def cut(told: tuple[RecordedFrame, ...], first: int, end: int, *, slept: bool) -> list[RecordedFrame]:
    mirror, shift = Mirror(), timedelta()
    for frame in told[:end]:
        mirror.take(frame.text)
    if slept:
        shift = told[end].at - told[first - 1].at - timedelta(milliseconds=200)
    rest = [RecordedFrame(frame.at - shift, frame.text) for frame in told[end:]]
    return [*told[:first], RecordedFrame(rest[0].at, mirror.snapshot()), *rest]


def outside(laps: Iterable[Lap], since: datetime, until: datetime) -> list[Lap]:
    return [lap for lap in laps if not since - NEAR < lap.at < until + NEAR]


def keys(laps: Iterable[Lap], *, numbered: bool) -> Counter[tuple[str, int, int | None]]:
    return Counter((lap.source_id, lap.lap if numbered else 0, lap.lap_ms) for lap in laps)


@pytest.mark.parametrize("slept", [False, True], ids=["a hole", "a sleep"])
@pytest.mark.parametrize("seconds", [60, 400])
@pytest.mark.parametrize("name", NUMBERED + TIMED)
def test_laps_outside_a_hole_are_those_of_the_whole(name: str, seconds: int, *, slept: bool) -> None:
    told = frames(name)
    first, end = hole(name, seconds + slept, seconds)
    numbered = name in NUMBERED

    laps, stops = folded(cut(told, first, end, slept=slept))

    all_laps, all_stops = whole(name)
    since, until = told[first - 1].at, told[end].at
    expected = keys(outside(all_laps, since, until), numbered=numbered)
    assert expected - keys(laps, numbered=numbered) == Counter()
    assert keys(laps, numbered=numbered) - keys(all_laps, numbered=numbered) == Counter()
    assert [stop for stop in stops if not _is_of(stop, all_stops)] == []


def _is_of(stop: Stop, stops: tuple[Stop, ...]) -> bool:
    """Whether the whole recording has a stop of that car that lasted as long; what was not measured is not judged."""
    return stop.duration_ms is None or any(
        other.source_id == stop.source_id
        and other.duration_ms is not None
        and abs(other.duration_ms - stop.duration_ms) <= PIT_MS
        for other in stops
    )
