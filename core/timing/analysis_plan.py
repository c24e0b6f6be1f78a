"""When to stop, and where one would come out: arithmetic on what is left of the race.

With T left of the race, r stops still to make, P the least time a stop takes, S the longest stint and s driven of the
running one, the next stop has to come in the window from T - r(P + S), before which the stints that remain could not
cover the race, to S - s, when the running stint is at its limit. A stop must be over when the race is.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from core.timing.analysis_debt import StopRules


@dataclass(frozen=True, slots=True)
class Standing:
    """What one car has done and what is left."""

    remaining_ms: int
    stint_ms: int
    """Driven of the running stint."""
    stops: int


@dataclass(frozen=True, slots=True)
class PlannedStop:
    """From now: when to come in, and how long the stint before it will have been."""

    in_ms: int
    stint_ms: int


@dataclass(frozen=True, slots=True)
class StopPlan:
    """All times are milliseconds from now."""

    stops: int
    """Still to make: what the rules ask for, or what the longest stint makes necessary."""
    window: tuple[int, int] | None
    """Earliest and latest time for the next stop; None where none is needed, or no time is left for it."""
    planned: tuple[PlannedStop, ...]
    """Stints as equal as the window lets them be."""
    possible: bool
    """Whether the rules can still be kept."""


@dataclass(frozen=True, slots=True)
class Passing:
    """A car's last passing of the line, on any clock in milliseconds, and how long its laps are."""

    source_id: str
    crossed_ms: int
    lap_ms: int


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A car near the place where one comes out; negative is ahead on the track."""

    source_id: str
    offset_ms: int


def plan_stops(standing: Standing, rules: StopRules) -> StopPlan:
    """The window for the next stop, and equal stints to the end."""
    stops = _stops_to_make(standing, rules)
    if stops == 0:
        return StopPlan(0, None, (), possible=_endless(standing, rules) >= standing.remaining_ms)
    earliest, latest = _window(standing, rules, stops)
    if latest < earliest:
        return StopPlan(stops, None, (), possible=False)
    return StopPlan(stops, (earliest, latest), _equal(standing, rules, stops, (earliest, latest)), possible=True)


def exit_traffic(own: Passing, others: Iterable[Passing], loss_ms: int) -> tuple[Neighbour, ...]:
    """Who would be where when this car, stopping on the lap it is on, next passes the line.

    Each car's nearest passing counts, lapped or not: what matters is who is in the way. Nearest first.
    """
    back_ms = own.crossed_ms + own.lap_ms + loss_ms
    found = [Neighbour(one.source_id, _offset(one, back_ms)) for one in others if one.source_id != own.source_id]
    return tuple(sorted(found, key=lambda one: (abs(one.offset_ms), one.source_id)))


def _stops_to_make(standing: Standing, rules: StopRules) -> int:
    asked = max(0, (rules.stops or 0) - standing.stops)
    if rules.max_stint_ms is None:
        return asked
    uncovered = standing.remaining_ms - max(0, rules.max_stint_ms - standing.stint_ms)
    return max(asked, math.ceil(uncovered / (rules.min_stop_ms + rules.max_stint_ms)), 0)


def _endless(standing: Standing, rules: StopRules) -> float:
    """How long the car may go on without another stop."""
    return math.inf if rules.max_stint_ms is None else rules.max_stint_ms - standing.stint_ms


def _window(standing: Standing, rules: StopRules, stops: int) -> tuple[int, int]:
    last = standing.remaining_ms - stops * rules.min_stop_ms
    if rules.max_stint_ms is None:
        return 0, last
    earliest = standing.remaining_ms - stops * (rules.min_stop_ms + rules.max_stint_ms)
    return max(0, earliest), min(rules.max_stint_ms - standing.stint_ms, last)


def _equal(standing: Standing, rules: StopRules, stops: int, window: tuple[int, int]) -> tuple[PlannedStop, ...]:
    """The first stop where all stints would be equal, or as near as its window allows; the others share the rest."""
    driving = standing.remaining_ms - stops * rules.min_stop_ms
    wanted = (standing.stint_ms + driving) / (stops + 1) - standing.stint_ms
    first = round(min(max(wanted, window[0]), window[1]))
    each = (driving - first) / stops
    later = [PlannedStop(round(first + at * (rules.min_stop_ms + each)), round(each)) for at in range(1, stops)]
    return (PlannedStop(first, standing.stint_ms + first), *later)


def _offset(other: Passing, at_ms: int) -> int:
    """From `at_ms` to the other's passing that is nearest."""
    laps = round((at_ms - other.crossed_ms) / other.lap_ms)
    return other.crossed_ms + laps * other.lap_ms - at_ms
