"""Endurance races with every trouble a recording can have, judged against the venue's official list of laps and stops.

Judged as anybody outside would: laps that were covered must be in the list, of that car, with that number and that
time; a lap that the list does not have is a phantom; a stop lasts as long as the list says, to a second. The laps of
the list that nobody listened to are not asked for.
"""

from collections import Counter
from dataclasses import dataclass, replace
from functools import cache

import pytest

from core.timing.model import Lap, Stop
from core.timing.replay import ReplayedSession, replay
from core.timing.simulate import Away, PitLaps, Plan, Race, Signals, simulate
from core.timing.sources.apex import Apex

HOUR = 3600
AWAY = (
    Away(1300, 1700),
    Away(2400, 2460, slept=True),
    Away(3000, 3005),
    Away(3600, 3 * HOUR, slept=True),
    Away(3 * HOUR + 1000, 3 * HOUR + 1500),
)
"""An honest hole, a short sleep, a dropped link, a sleep of two hours, another hole."""

DAY = Plan(karts=16, duration_s=5 * HOUR, stint_s=1500, lap_ms=61_000, away=AWAY, late_entry_s=HOUR - 1000)
VENUES = [
    replace(DAY, seed=seed, signals=signals, pit_laps=pit_laps)
    for seed, signals in enumerate(Signals, start=1)
    for pit_laps in PitLaps
]
MOST_PHANTOMS, FEWEST_EXACT, PIT_MS = 5, 0.998, 1000


@dataclass(frozen=True)
class Verdict:
    exact: float
    """Share of the covered laps."""
    phantoms: int
    wrong_stops: tuple[Stop, ...]
    measured: int


@cache
def race(plan: Plan) -> Race:
    return simulate(plan)


def told(plan: Plan) -> ReplayedSession:
    (session,) = replay(race(plan).frames, Apex()).sessions
    return session


def keys(laps: tuple[Lap, ...], *, numbered: bool) -> Counter[tuple[str, int, int | None]]:
    return Counter((lap.source_id, lap.lap if numbered else 0, lap.lap_ms) for lap in laps)


def judge(plan: Plan, *, numbered: bool) -> Verdict:
    session, truth = told(plan), race(plan)
    laps, covered = keys(session.laps, numbered=numbered), keys(truth.laps, numbered=numbered)
    measured = [stop for stop in session.stops if stop.duration_ms is not None]
    return Verdict(
        exact=(laps & covered).total() / covered.total(),
        phantoms=(laps - keys(truth.official_laps, numbered=numbered)).total(),
        wrong_stops=tuple(stop for stop in measured if _error_ms(stop, truth.official_stops) > PIT_MS),
        measured=len(measured),
    )


def _error_ms(stop: Stop, official: tuple[Stop, ...]) -> int:
    same = [other for other in official if (other.source_id, other.lap) == (stop.source_id, stop.lap)]
    return min((abs((stop.duration_ms or 0) - (other.duration_ms or 0)) for other in same), default=10**6)


@pytest.mark.parametrize("plan", VENUES, ids=lambda plan: f"{plan.signals}, pit laps {plan.pit_laps}")
def test_what_is_told_is_what_the_official_list_says(plan: Plan) -> None:
    verdict = judge(plan, numbered=True)

    assert verdict.exact >= FEWEST_EXACT
    assert verdict.phantoms <= MOST_PHANTOMS
    assert verdict.wrong_stops == ()


@pytest.mark.parametrize("plan", VENUES, ids=lambda plan: f"{plan.signals}, pit laps {plan.pit_laps}")
def test_a_venue_without_a_lap_counter_tells_the_same_times(plan: Plan) -> None:
    verdict = judge(replace(plan, counts_laps=False), numbered=False)

    assert verdict.exact >= FEWEST_EXACT
    assert verdict.phantoms == 0


def test_most_stops_are_measured_in_spite_of_holes() -> None:
    verdict = judge(replace(DAY, seed=1), numbered=True)

    assert verdict.measured >= 0.9 * len(race(replace(DAY, seed=1)).stops)
