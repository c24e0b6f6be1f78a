"""The classification as it will look when everybody has stopped equally often.

In a race with obligatory stops the table lies until the last one: who has stopped less is ahead by stops that still
have to be made. Each missing stop is a debt of the field's median time lost by one, but never less than the least time
that the rules ask for; a stop that is on owes the rest of it. Gaps are milliseconds, also of lapped cars: how much
later a car completed its last lap than the leader completed the same one.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.timing.model import Lap, Stop
from core.timing.robust import median

_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class StopRules:
    """What the regulations ask for; None where they ask for nothing."""

    stops: int | None = None
    """Over the whole race; without it the most stops that a car has made."""
    min_stop_ms: int = 0
    max_stint_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Adjusted:
    """One car in the adjusted order."""

    position: int
    source_id: str
    laps: int
    gap_ms: int
    """To the leader on the track."""
    stops: int
    owed: int
    """Stops still to be made, the one that is on included."""
    debt_ms: int
    adjusted_gap_ms: int
    """To the first of the adjusted order."""


@dataclass(frozen=True, slots=True)
class Runner:
    """A car as far as it has come: its laps done and how far it is behind in time."""

    source_id: str
    laps: int
    gap_ms: int


def runners(laps: Iterable[Lap]) -> tuple[Runner, ...]:
    """The cars in the order of the track: laps first, then who completed them earlier."""
    own: dict[str, dict[int, datetime]] = defaultdict(dict)
    for lap in laps:
        own[lap.source_id][lap.lap] = lap.at
    order = sorted(own, key=lambda source_id: (-max(own[source_id]), own[source_id][max(own[source_id])], source_id))
    leader = own[order[0]] if order else {}
    return tuple(Runner(one, max(own[one]), _behind(leader, own[one])) for one in order)


def stop_loss_ms(laps: Sequence[Lap], stops: Iterable[Stop]) -> int | None:
    """The median time that a stop costs against driving on: from the passing before it to the first one after it.

    None while no stop lies between two known passings.
    """
    passings, typical = _passings(laps), _typical_laps(laps)
    found = [_loss(stop, passings.get(stop.source_id, []), typical.get(stop.source_id)) for stop in stops]
    known = [loss for loss in found if loss is not None]
    return round(median(known)) if known else None


def adjusted(field: Sequence[Runner], stops: Sequence[Stop], rules: StopRules, now: datetime) -> tuple[Adjusted, ...]:
    """The order with every debt paid.

    Args:
        field: the cars as they are on the track.
        stops: all that were made or are on.
        rules: what the regulations ask for.
        now: when the race stands like this: how much of a stop that is on has been served.
    """
    made = _by_car(stops)
    required = rules.stops if rules.stops is not None else max(map(len, made.values()), default=0)
    cost_ms = max(_usual_ms(stops), rules.min_stop_ms)
    owing = [_owing(one, made.get(one.source_id, []), required, cost_ms, now) for one in field]
    ordered = sorted(owing, key=lambda one: (one.gap_ms + one.debt_ms, one.position))
    first_ms = ordered[0].gap_ms + ordered[0].debt_ms if ordered else 0
    return tuple(
        Adjusted(at, one.source_id, one.laps, one.gap_ms, one.stops, one.owed, one.debt_ms,
                 one.gap_ms + one.debt_ms - first_ms)
        for at, one in enumerate(ordered, start=1)
    )  # fmt: skip


def _passings(laps: Iterable[Lap]) -> dict[str, list[datetime]]:
    """When each car completed its laps."""
    passings: dict[str, list[datetime]] = defaultdict(list)
    for lap in sorted(laps, key=lambda lap: (lap.source_id, lap.lap)):
        passings[lap.source_id].append(lap.at)
    return dict(passings)


def _behind(leader: Mapping[int, datetime], own: Mapping[int, datetime]) -> int:
    """By the last lap that both have completed; a lap that nobody saw is skipped."""
    both = max((lap for lap in own if lap in leader), default=None)
    return 0 if both is None else max(0, (own[both] - leader[both]) // _MILLISECOND)


def _typical_laps(laps: Iterable[Lap]) -> dict[str, float]:
    times: dict[str, list[int]] = defaultdict(list)
    for lap in laps:
        if lap.lap_ms:
            times[lap.source_id].append(lap.lap_ms)
    return {source_id: median(own) for source_id, own in times.items()}


def _loss(stop: Stop, passings: Sequence[datetime], typical_ms: float | None) -> float | None:
    """From the last passing before the way in to the first one after the way out."""
    if stop.in_at is None or stop.out_at is None or typical_ms is None:
        return None
    before, after = bisect_left(passings, stop.in_at) - 1, bisect_right(passings, stop.out_at)
    if before < 0 or after >= len(passings):
        return None
    return (passings[after] - passings[before]) / _MILLISECOND - (after - before) * typical_ms


def _by_car(stops: Iterable[Stop]) -> dict[str, list[Stop]]:
    made: dict[str, list[Stop]] = defaultdict(list)
    for stop in stops:
        made[stop.source_id].append(stop)
    return dict(made)


def _usual_ms(stops: Iterable[Stop]) -> int:
    known = [stop.duration_ms for stop in stops if stop.duration_ms]
    return round(median(known)) if known else 0


def _owing(runner: Runner, stops: Sequence[Stop], required: int, cost_ms: int, now: datetime) -> Adjusted:
    on = next((stop for stop in stops if stop.out_at is None and stop.in_at is not None), None)
    rest_ms = max(0, cost_ms - (now - on.in_at) // _MILLISECOND) if on and on.in_at else 0
    missing = max(0, required - len(stops))
    debt_ms = missing * cost_ms + rest_ms
    owed = missing + (1 if rest_ms else 0)
    return Adjusted(0, runner.source_id, runner.laps, runner.gap_ms, len(stops), owed, debt_ms, 0)
