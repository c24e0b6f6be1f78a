"""Whole invented races, folded from their feed: what is proposed is what was truly driven."""

from datetime import datetime, timedelta
from functools import cache

import pytest

from core.io.demo import BEGIN_S, RACE
from core.io.rulesets import RulesetFiles
from core.timing.proposals.bands import Bands
from core.timing.proposals.desk import QUICK, SLOW
from core.timing.proposals.karts import karts_of
from core.timing.proposals.model import Proposal
from core.timing.proposals.scene import Scene, flagged_at
from core.timing.replay import ReplayedSession, replay
from core.timing.simulate import PitLaps, Plan, Race, simulate
from core.timing.sources.apex import Apex

LIMIT_MS = 60_000
MARGIN_MS = 500
"""A stop nearer to the limit may be told on the other side of it: frames are flushed every 0.2 s."""


@cache
def race(pit_laps: PitLaps) -> Race:
    return simulate(Plan(seed=3, karts=12, duration_s=1500, pit_laps=pit_laps))


def folded(driven: Race, until_s: float | None = None) -> ReplayedSession:
    return max(replay(iter(driven.frames), Apex(), until_s=until_s).sessions, key=lambda one: len(one.laps))


def proposals(session: ReplayedSession) -> list[Proposal]:
    """By the demo's ruleset, a while after the last lap."""
    scene = Scene(
        bands=Bands(RulesetFiles().load("demo")),
        karts=karts_of(session.board, ()),
        laps=session.laps,
        stops=session.stops,
        began_at=session.session.opened_at,
        now=session.laps[-1].at + timedelta(minutes=5),
        mark="feed",
        board=session.board,
        ended_at=flagged_at(session.laps),
    )
    return [one for search in (*QUICK, *SLOW) for one in search(scene)]


@pytest.mark.parametrize("pit_laps", PitLaps)
def test_the_short_stops_of_a_race_are_proposed_and_no_other(pit_laps: PitLaps) -> None:
    driven = race(pit_laps)
    session = folded(driven)
    told = {(one.subject, one.at): one for one in proposals(session) if one.kind == "pit_time"}
    flag_at = flagged_at(session.laps)
    assert flag_at is not None
    finished = [stop for stop in driven.stops if stop.duration_ms is not None and (stop.in_at or flag_at) < flag_at]
    sure = [stop for stop in finished if abs((stop.duration_ms or 0) - LIMIT_MS) > MARGIN_MS]

    for stop in sure:
        near = [one for (subject, at), one in told.items() if subject == stop.source_id and _near(at, stop.out_at)]
        assert bool(near) == ((stop.duration_ms or 0) < LIMIT_MS), stop

    assert 0 < len(told) < len(finished)


def test_who_stopped_too_seldom_is_proposed_at_the_end() -> None:
    driven = race(PitLaps.CONTAIN)
    session = folded(driven)
    made = {car.source_id: sum(stop.source_id == car.source_id for stop in driven.official_stops) for car in
            session.board.cars}  # fmt: skip

    told = {one.subject: one.value for one in proposals(session) if one.kind == "stops"}

    assert told == {source_id: stops for source_id, stops in made.items() if stops < 2}


def test_the_demo_has_something_in_the_queue_within_its_first_minutes() -> None:
    driven = simulate(RACE)

    told = proposals(folded(driven, BEGIN_S + 180))

    assert 1 <= len(told) <= 10


def _near(at: datetime, truth: datetime | None) -> bool:
    return truth is not None and abs(at - truth) < timedelta(seconds=2)
