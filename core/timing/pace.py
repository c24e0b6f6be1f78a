"""How fast somebody is, whatever the track was like: lap times divided by the state of the field at that moment.

Rain, night and a slow track hit everybody, so they cancel: in each bin of time the *field level* is the median of how
much slower than their own pace all drivers were, in logarithms, because a wet track slows by a share and not by a
second. Own paces and levels are found by turns (Tukey's median polish), which keeps a bin with only slow cars in it
from looking like rain. A normalised lap time is the lap as it would have been on a typical lap of this session.

Only clean laps count: not the first, not those with a piece of a stop in them, not those under yellow or red, and of
the rest none that is farther from its own driver's median than 3.5 robust deviations (traffic, spins).
"""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, TypeVar

from core.timing.model import Flag, Lap, LapKind, Stop
from core.timing.robust import margin, median, spread

Key = TypeVar("Key", bound=Hashable)

_SLOWED = frozenset({Flag.YELLOW, Flag.RED})
_ROUNDS = 4
"""Turns of the polish; the third changes normalised laps by less than a millisecond on races of 24 h."""
_LAPS_A_BIN = 30
_SHORTEST_BIN_S, _LONGEST_BIN_S = 120.0, 1800.0
_FEWEST_CARS = 3
"""With fewer in a bin its level would be the cars' own form."""
_FAR = 3.5
_EDGE = timedelta(seconds=1)
"""Passings and pit signals are stamped by their frames: what touches within this belongs together."""
_SURE, _FAIRLY_SURE = 0.001, 0.003
"""Margins as a share of the pace: 60 and 180 ms on a lap of a minute."""
_FEW = 5


class Confidence(StrEnum):
    """How far a pace can be trusted, from the number of laps and their spread."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Clean(NamedTuple):
    """A lap that says something about pace; `normal_ms` is its time as on a typical lap of the session."""

    source_id: str
    number: str
    driver: str | None
    lap_ms: int
    normal_ms: float


@dataclass(frozen=True, slots=True)
class Field:
    """How fast the track was, bin by bin: 1.0 is the session's typical level, 1.2 a fifth slower."""

    began_at: datetime
    bin_s: float
    levels: Mapping[int, float]
    """By the bin's number; a bin without enough cars is left out."""

    def level(self, at: datetime) -> float:
        return self.levels.get(self.bin_of(at), 1.0)

    def bin_of(self, at: datetime) -> int:
        return int((at - self.began_at).total_seconds() // self.bin_s)


@dataclass(frozen=True, slots=True)
class Pace:
    """What clean laps say together."""

    laps: int
    pace_ms: int
    """Median of the normalised laps."""
    spread_ms: int
    """Robust standard deviation of the normalised laps: consistency."""
    margin_ms: int
    """Half the width of the 95 % interval of the pace."""
    best_ms: int
    """As driven."""
    median_ms: int
    """As driven."""

    @property
    def confidence(self) -> Confidence:
        if self.laps < _FEW or self.margin_ms > _FAIRLY_SURE * self.pace_ms:
            return Confidence.LOW
        return Confidence.HIGH if self.margin_ms <= _SURE * self.pace_ms else Confidence.MEDIUM


def clean_laps(laps: Iterable[Lap], stops: Iterable[Stop]) -> list[Lap]:
    """Laps that were driven flat out as far as the feed can tell."""
    driven = [lap for lap in laps if _flat_out(lap)]
    return [lap for lap, stopped in zip(driven, touched_by_stops(driven, stops), strict=True) if not stopped]


def touched_by_stops(laps: Iterable[Lap], stops: Iterable[Stop]) -> list[bool]:
    """Of each lap, whether the car came in or went out during it."""
    moments = _pit_moments(stops)
    return [_touches(lap, moments.get(lap.source_id, ())) for lap in laps]


def field_of(laps: Sequence[Lap]) -> Field | None:
    """The level of the track over time; None without clean laps."""
    if not laps:
        return None
    began_at, ended_at = min(lap.at for lap in laps), max(lap.at for lap in laps)
    each_s = (ended_at - began_at).total_seconds() / len(laps)
    bare = Field(began_at, min(max(_LAPS_A_BIN * each_s, _SHORTEST_BIN_S), _LONGEST_BIN_S), {})
    bins = [bare.bin_of(lap.at) for lap in laps]
    return Field(bare.began_at, bare.bin_s, _levels(laps, bins))


def normalised(laps: Sequence[Lap], field: Field) -> list[Clean]:
    """The laps as on a typical lap of the session, without each driver's outliers."""
    found = [_clean(lap, field) for lap in laps]
    return [lap for own in grouped(found, _driver).values() for lap in _without_outliers(own)]


def paces(laps: Iterable[Clean], key: Callable[[Clean], Key]) -> dict[Key, Pace]:
    """The pace of each group of laps."""
    return {name: _pace(own) for name, own in grouped(laps, key).items()}


def grouped(laps: Iterable[Clean], key: Callable[[Clean], Key]) -> dict[Key, list[Clean]]:
    groups: dict[Key, list[Clean]] = defaultdict(list)
    for lap in laps:
        groups[key(lap)].append(lap)
    return dict(groups)


def _pit_moments(stops: Iterable[Stop]) -> dict[str, list[datetime]]:
    moments: dict[str, list[datetime]] = defaultdict(list)
    for stop in stops:
        moments[stop.source_id] += [at for at in (stop.in_at, stop.out_at) if at is not None]
    return {source_id: sorted(own) for source_id, own in moments.items()}


def _flat_out(lap: Lap) -> bool:
    return bool(lap.lap_ms) and lap.kind is LapKind.LAP and lap.lap > 1 and lap.flag not in _SLOWED


def _touches(lap: Lap, moments: Sequence[datetime]) -> bool:
    """Whether the car came in or went out during the lap."""
    first = bisect_left(moments, lap.at - timedelta(milliseconds=lap.lap_ms or 0) - _EDGE)
    return first < len(moments) and moments[first] <= lap.at + _EDGE


def _levels(laps: Sequence[Lap], bins: Sequence[int]) -> dict[int, float]:
    """Median polish of drivers against bins of time."""
    logs = [math.log(lap.lap_ms or 1) for lap in laps]
    drivers = [(lap.source_id, lap.driver) for lap in laps]
    told = _told_bins(laps, bins)
    levels = dict.fromkeys(told, 0.0)
    own: dict[tuple[str, str | None], float] = {}
    for _ in range(_ROUNDS):
        own = _medians(drivers, [log - levels.get(at, 0.0) for log, at in zip(logs, bins, strict=True)])
        rest = [log - own[driver] for log, driver in zip(logs, drivers, strict=True)]
        levels = {at: level for at, level in _medians(bins, rest).items() if at in told}
    typical = median([levels.get(at, 0.0) for at in bins])
    return {at: math.exp(level - typical) for at, level in levels.items()}


def _told_bins(laps: Sequence[Lap], bins: Sequence[int]) -> set[int]:
    """Bins with enough cars in them to tell the track from the cars."""
    cars: dict[int, set[str]] = defaultdict(set)
    for lap, at in zip(laps, bins, strict=True):
        cars[at].add(lap.source_id)
    return {at for at, inside in cars.items() if len(inside) >= _FEWEST_CARS}


def _medians(keys: Sequence[Key], values: Sequence[float]) -> dict[Key, float]:
    groups: dict[Key, list[float]] = defaultdict(list)
    for key, value in zip(keys, values, strict=True):
        groups[key].append(value)
    return {key: median(own) for key, own in groups.items()}


def _clean(lap: Lap, field: Field) -> Clean:
    lap_ms = lap.lap_ms or 0
    return Clean(lap.source_id, lap.number, lap.driver, lap_ms, lap_ms / field.level(lap.at))


def _driver(lap: Clean) -> tuple[str, str | None]:
    return lap.source_id, lap.driver


def _without_outliers(laps: list[Clean]) -> list[Clean]:
    times = [lap.normal_ms for lap in laps]
    centre = median(times)
    far = _FAR * spread(times, centre)
    return [lap for lap in laps if abs(lap.normal_ms - centre) <= far] if far else laps


def _pace(laps: Sequence[Clean]) -> Pace:
    times = [lap.normal_ms for lap in laps]
    centre = median(times)
    wide = spread(times, centre)
    return Pace(
        laps=len(laps),
        pace_ms=round(centre),
        spread_ms=round(wide),
        margin_ms=round(margin(wide, len(laps))),
        best_ms=min(lap.lap_ms for lap in laps),
        median_ms=round(median([lap.lap_ms for lap in laps])),
    )
