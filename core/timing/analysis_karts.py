"""How good a kart is, apart from who sits in it.

Where karts change hands, a lap is driver + kart + chance. The shares are told apart by drivers who drove several
karts: least squares on the median lap of each pair, weighted by its laps. A kart that no driver shares with another
kart cannot be told from its drivers, and nothing is said about it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from core.timing.pace import Clean, Confidence, grouped
from core.timing.robust import margin, median, spread

_ROUNDS = 60
"""Turns of the fit; each halves the rest or better where karts are well shared."""
_SURE_MS, _FAIRLY_SURE_MS = 100.0, 250.0

Driver = tuple[str, str | None]
Pair = tuple[Driver, str]
_Name = TypeVar("_Name")


@dataclass(frozen=True, slots=True)
class KartQuality:
    """A kart against the mean of those it can be compared with; negative is faster."""

    number: str
    laps: int
    drivers: int
    offset_ms: int | None = None
    """None where it cannot be told from its drivers."""
    margin_ms: int | None = None

    @property
    def confidence(self) -> Confidence | None:
        if self.margin_ms is None:
            return None
        if self.margin_ms > _FAIRLY_SURE_MS:
            return Confidence.LOW
        return Confidence.HIGH if self.margin_ms <= _SURE_MS else Confidence.MEDIUM


@dataclass(frozen=True, slots=True)
class _Cell:
    """What one driver did in one kart."""

    laps: int
    median_ms: float
    spread_ms: float


def kart_qualities(laps: Iterable[Clean]) -> tuple[KartQuality, ...]:
    """The karts, best first; those that nothing can be said about last."""
    cells = {pair: _cell(own) for pair, own in grouped(laps, _pair).items()}
    offsets = _offsets(cells)
    return tuple(sorted((_quality(kart, cells, offsets) for kart in _karts(cells)), key=_best_first))


def _pair(lap: Clean) -> Pair:
    return (lap.source_id, lap.driver), lap.number


def _cell(laps: Sequence[Clean]) -> _Cell:
    times = [lap.normal_ms for lap in laps]
    centre = median(times)
    return _Cell(len(laps), centre, spread(times, centre))


def _karts(cells: Mapping[Pair, _Cell]) -> list[str]:
    return list(dict.fromkeys(kart for _, kart in cells))


def _offsets(cells: Mapping[Pair, _Cell]) -> dict[str, float]:
    """Kart by kart, within each group of karts that drivers have in common."""
    return {kart: value for group in _comparable(cells) for kart, value in _fitted(group, cells).items()}


def _comparable(cells: Mapping[Pair, _Cell]) -> list[set[str]]:
    """Groups of two or more karts that are linked by drivers."""
    groups: list[set[str]] = []
    for karts in _karts_of_drivers(cells).values():
        linked = [group for group in groups if group & karts]
        groups = [group for group in groups if not group & karts] + [karts.union(*linked)]
    return [group for group in groups if len(group) > 1]


def _karts_of_drivers(cells: Mapping[Pair, _Cell]) -> dict[Driver, set[str]]:
    karts: dict[Driver, set[str]] = defaultdict(set)
    for driver, kart in cells:
        karts[driver].add(kart)
    return karts


def _fitted(group: set[str], cells: Mapping[Pair, _Cell]) -> dict[str, float]:
    inside = {pair: cell for pair, cell in cells.items() if pair[1] in group}
    karts = dict.fromkeys(group, 0.0)
    for _ in range(_ROUNDS):
        drivers = _means((driver, cell.median_ms - karts[kart], cell.laps) for (driver, kart), cell in inside.items())
        karts = _means((kart, cell.median_ms - drivers[driver], cell.laps) for (driver, kart), cell in inside.items())
    middle = sum(karts.values()) / len(karts)
    return {kart: value - middle for kart, value in karts.items()}


def _means(values: Iterable[tuple[_Name, float, int]]) -> dict[_Name, float]:
    sums: dict[_Name, float] = defaultdict(float)
    weights: dict[_Name, int] = defaultdict(int)
    for name, value, weight in values:
        sums[name] += value * weight
        weights[name] += weight
    return {name: total / weights[name] for name, total in sums.items()}


def _quality(kart: str, cells: Mapping[Pair, _Cell], offsets: Mapping[str, float]) -> KartQuality:
    own = [cell for (_, number), cell in cells.items() if number == kart]
    laps = sum(cell.laps for cell in own)
    if kart not in offsets:
        return KartQuality(kart, laps, len(own))
    wide = sum(cell.spread_ms * cell.laps for cell in own) / laps
    shared = _shared_laps(kart, cells)
    return KartQuality(kart, laps, len(own), round(offsets[kart]), round(margin(wide, shared)))


def _shared_laps(kart: str, cells: Mapping[Pair, _Cell]) -> int:
    """Laps that tell the kart from its drivers: of each shared driver the lesser of those in it and in others."""
    elsewhere: dict[Driver, int] = defaultdict(int)
    for (driver, number), cell in cells.items():
        elsewhere[driver] += cell.laps if number != kart else 0
    inside = ((driver, cell.laps) for (driver, number), cell in cells.items() if number == kart)
    return max(1, sum(min(laps, elsewhere[driver]) for driver, laps in inside))


def _best_first(quality: KartQuality) -> tuple[bool, int, str]:
    return quality.offset_ms is None, quality.offset_ms or 0, quality.number
