"""Whole races against the truth: what was driven is what the fold tells, however the venue signals."""

import pickle
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.timing.board import BoardFold, Harvest
from core.timing.model import Lap, Stop
from core.timing.recordings import RecordedFrame
from core.timing.replay import replay
from core.timing.simulate import PitLaps, Plan, Race, Signals, simulate
from core.timing.sources.apex import Apex

EXACT_MS, BY_CLOCK_MS = 450, 1000


@cache
def race(plan: Plan) -> Race:
    return simulate(plan)


def told(plan: Plan) -> tuple[list[Lap], list[Stop]]:
    found = replay(race(plan).frames, Apex())
    assert len(found.sessions) == 1
    assert (found.unread, found.novelties, found.unmapped) == (0, 0, {})
    assert (found.junk, found.grids) == (race(plan).junk, race(plan).grids)
    return list(found.sessions[0].laps), list(found.sessions[0].stops)


def driven(laps: Iterable[Lap], *, numbered: bool) -> Counter[tuple[str, str, int, int | None]]:
    return Counter((lap.source_id, lap.number, lap.lap if numbered else 0, lap.lap_ms) for lap in laps)


PLANS = [
    Plan(seed=seed, karts=20 + seed, duration_s=1200, signals=signals, pit_laps=pit_laps)
    for seed, signals in enumerate(Signals, start=1)
    for pit_laps in PitLaps
]


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: f"{plan.signals}, pit laps {plan.pit_laps}")
def test_every_lap_is_told_once_and_exactly(plan: Plan) -> None:
    laps, _ = told(plan)

    assert driven(laps, numbered=True) == driven(race(plan).laps, numbered=True)


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: f"{plan.signals}, pit laps {plan.pit_laps}")
def test_laps_with_a_stop_are_pit_laps_unless_the_link_was_away(plan: Plan) -> None:
    laps, _ = told(plan)

    wrong = Counter((lap.source_id, lap.lap, lap.kind) for lap in laps)
    wrong -= Counter((lap.source_id, lap.lap, lap.kind) for lap in race(plan).laps)
    assert wrong.total() <= race(plan).half_told_stops


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: f"{plan.signals}, pit laps {plan.pit_laps}")
def test_every_stop_is_told_as_exactly_as_the_signals_allow(plan: Plan) -> None:
    _, stops = told(plan)
    over = [stop for stop in stops if stop.out_at is not None]

    errors = [_error_ms(stop, over) for stop in race(plan).stops]

    assert len(over) - len(errors) in range(race(plan).half_told_stops + 1)
    if plan.pit_laps is PitLaps.ARE_STOPS:
        assert errors == [0] * len(errors)
    elif plan.signals in {Signals.IN, Signals.OUT}:
        assert errors == [None] * len(errors), "half of the signals measure nothing"
    else:
        limit = BY_CLOCK_MS if plan.signals is Signals.CLOCK else EXACT_MS
        assert all(error is not None and error <= limit for error in errors)


def _error_ms(true: Stop, stops: list[Stop]) -> int | None:
    """How far the duration of the stop that was told is from the truth; None when it has no duration."""
    (match,) = [stop for stop in stops if stop.source_id == true.source_id and _overlap(stop, true)]
    assert true.duration_ms is not None
    return None if match.duration_ms is None else abs(match.duration_ms - true.duration_ms)


def _overlap(stop: Stop, true: Stop) -> bool:
    assert true.in_at is not None
    assert true.out_at is not None
    assert stop.out_at is not None
    return true.in_at <= stop.out_at and (stop.in_at or stop.out_at) <= true.out_at + timedelta(seconds=1)


def test_a_venue_that_does_not_count_laps_loses_none() -> None:
    plan = Plan(seed=8, duration_s=1200, counts_laps=False)

    laps, _ = told(plan)

    assert driven(laps, numbered=False) == driven(race(plan).laps, numbered=False)


def test_a_link_that_was_away_brings_the_last_laps_with_its_table() -> None:
    plan = Plan(seed=9, duration_s=1200, hole=(500, 640))

    laps, _ = told(plan)

    assert driven(laps, numbered=True) == driven(race(plan).laps, numbered=True)


def test_a_race_told_again_begins_another_session() -> None:
    plan = Plan(seed=2, karts=20, duration_s=300)
    first = race(plan).frames
    shift = first[-1].at - first[0].at
    again = [RecordedFrame(frame.at + shift, frame.text) for frame in first]

    found = replay([*first, *again], Apex())

    assert [len(session.laps) for session in found.sessions] == [len(race(plan).laps)] * 2


def test_the_same_plan_gives_the_same_race() -> None:
    assert simulate(Plan(seed=4, duration_s=120)) == simulate(Plan(seed=4, duration_s=120))


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**6))
def test_a_fold_that_is_put_away_anywhere_goes_on_as_if_nothing_had_been(cut: int) -> None:
    frames = race(Plan(seed=5, karts=20, duration_s=400)).frames
    place = cut % len(frames)
    source, fold = Apex(), BoardFold()
    _fold(frames[:place], source, fold)
    source, fold = pickle.loads(pickle.dumps((source, fold)))  # noqa: S301 - our own bytes
    _fold(frames[place:], source, fold)

    assert _end(fold) == uncut()


@cache
def uncut() -> tuple[Harvest, ...]:
    source, fold = Apex(), BoardFold()
    _fold(race(Plan(seed=5, karts=20, duration_s=400)).frames, source, fold)
    return _end(fold)


def _fold(frames: Iterable[RecordedFrame], source: Apex, fold: BoardFold) -> None:
    for frame in frames:
        fold.apply(source.feed(frame.text, frame.at))


def _end(fold: BoardFold) -> tuple[Harvest, ...]:
    fold.close()
    return fold.drain()
