"""The feed's history fills what a hole swallowed: laps, stops, and who drove."""

from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.timing import events as said
from core.timing.board import BoardFold
from core.timing.model import Lap, LapKind, Provenance, Stop
from core.timing.simulate import Away, Plan, Race, simulate
from core.timing.simulate.history import replies
from core.timing.sources.apex import Apex
from tests.unit.timing.stage import NOON

PLAN = Plan(seed=6, karts=12, duration_s=2400, stint_s=600, away=(Away(600, 1500),))
BACK_S = 1503
"""When the history is asked, just behind the hole."""


@cache
def race(*, counts_laps: bool) -> Race:
    return simulate(replace(PLAN, counts_laps=counts_laps))


@cache
def told(*, counts_laps: bool, times: int = 1) -> tuple[tuple[Lap, ...], tuple[Stop, ...]]:
    """The fold of a race with a hole; behind it the history is asked so many times."""
    truth, source, fold = race(counts_laps=counts_laps), Apex(), BoardFold()
    asked = False
    for frame in truth.frames:
        since_s = (frame.at - truth.plan.started_at).total_seconds()
        if since_s > BACK_S and not asked:
            asked = True
            for text in replies(truth, frame.at) * times:
                fold.apply(source.feed_history(text, frame.at))
        fold.apply(source.feed(frame.text, frame.at))
    fold.close()
    [harvest] = fold.drain()
    return harvest.laps, harvest.stops


def final(laps: tuple[Lap, ...]) -> dict[tuple[str, int], Lap]:
    """What is stored in the end: a lap that was a guess is replaced."""
    return {(lap.source_id, lap.lap): lap for lap in laps}


@pytest.mark.parametrize("counts_laps", [True, False], ids=["a counter", "no counter"])
def test_no_lap_is_missing_when_the_history_was_told(*, counts_laps: bool) -> None:
    laps = final(told(counts_laps=counts_laps)[0])

    official = {(lap.source_id, lap.lap): lap.lap_ms for lap in race(counts_laps=counts_laps).official_laps}
    assert {key: lap.lap_ms for key, lap in laps.items()} == official


def test_laps_of_the_hole_say_who_drove_and_that_they_were_filled_in() -> None:
    laps = final(told(counts_laps=True)[0])
    filled = {key: lap.driver for key, lap in laps.items() if lap.provenance is Provenance.BACK_FILLED}

    official = {(lap.source_id, lap.lap): lap.driver for lap in race(counts_laps=True).official_laps}
    assert len(filled) > 12 * 10
    assert filled == {key: official[key] for key in filled}


def test_laps_of_the_hole_are_dated_to_the_second() -> None:
    laps = final(told(counts_laps=True)[0])
    official = {(lap.source_id, lap.lap): lap.at for lap in race(counts_laps=True).official_laps}

    late = [
        abs((lap.at - official[key]).total_seconds())
        for key, lap in laps.items()
        if lap.provenance is Provenance.BACK_FILLED
    ]

    assert sorted(late)[len(late) // 2] < 1


def test_stops_of_the_hole_are_those_of_the_venue() -> None:
    _, stops = told(counts_laps=True)
    official = {(stop.source_id, stop.lap): stop for stop in race(counts_laps=True).official_stops}
    filled = [stop for stop in stops if stop.provenance is Provenance.BACK_FILLED]

    assert filled
    assert all(official[stop.source_id, stop.lap].duration_ms == stop.duration_ms for stop in filled)
    keys = [(stop.source_id, stop.lap) for stop in stops]
    assert len(keys) == len(set(keys))


def test_history_told_twice_adds_nothing() -> None:
    once, twice = told(counts_laps=True), told(counts_laps=True, times=2)

    assert once == twice


def test_a_letter_before_a_lap_is_no_part_of_it() -> None:
    events = Apex().feed_history("D7.L0002#1|2|3|g61000\nD7.L0001#|||\n", NOON)

    lap = said.LapTold("r7", 61_000, 2, kind=LapKind.LAP, provenance=Provenance.BACK_FILLED, sectors_ms=(1, 2, 3))
    assert events[1:] == [lap]


@given(st.text())
def test_no_reply_can_break_the_reader(text: str) -> None:
    fold, source = BoardFold(), Apex()

    fold.apply(source.feed_history(text, NOON))
    fold.apply(source.feed_history(f"D1.L1#{text}\nD1.P1#{text}\nD1.INF#{text}", NOON))


@pytest.mark.parametrize("counts_laps", [True, False], ids=["a counter", "no counter"])
def test_a_history_ahead_of_the_feed_tells_no_lap_twice(*, counts_laps: bool) -> None:
    whole = simulate(Plan(seed=6, karts=5, duration_s=600, stint_s=2000, counts_laps=counts_laps))
    source, fold = Apex(), BoardFold()

    for number, frame in enumerate(whole.frames):
        if number % 40 == 39:
            for text in replies(whole, frame.at + timedelta(seconds=90)):
                fold.apply(source.feed_history(text, frame.at))
        fold.apply(source.feed(frame.text, frame.at))
    fold.close()

    laps = [lap for harvest in fold.drain() for lap in harvest.laps]
    assert sorted((lap.source_id, lap.lap, lap.lap_ms) for lap in laps) == sorted(
        (lap.source_id, lap.lap, lap.lap_ms) for lap in whole.official_laps
    )
