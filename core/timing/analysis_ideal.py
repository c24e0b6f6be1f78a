"""The ideal lap: the best of every sector put together, of each car and of the whole field."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.timing.model import Lap


@dataclass(frozen=True, slots=True)
class IdealLap:
    source_id: str
    sectors_ms: tuple[int, ...]
    ideal_ms: int
    best_ms: int
    """The best lap really driven."""

    @property
    def left_ms(self) -> int:
        """What the car left lying in its best lap; a lap and sectors measured apart may differ by some milliseconds."""
        return self.best_ms - self.ideal_ms


def ideal_laps(laps: Iterable[Lap]) -> tuple[IdealLap, ...]:
    """Fastest first; cars of which a sector was never told are left out."""
    own: dict[str, list[Lap]] = defaultdict(list)
    for lap in laps:
        if lap.lap_ms and lap.sectors_ms:
            own[lap.source_id].append(lap)
    found = (_ideal(source_id, driven) for source_id, driven in own.items())
    return tuple(sorted((one for one in found if one), key=lambda one: (one.ideal_ms, one.source_id)))


def field_ideal_ms(ideals: Sequence[IdealLap]) -> int | None:
    """The best sectors of all cars together; None unless all of them know the same sectors."""
    if not ideals or len({len(one.sectors_ms) for one in ideals}) != 1:
        return None
    return sum(min(one.sectors_ms[at] for one in ideals) for at in range(len(ideals[0].sectors_ms)))


def _ideal(source_id: str, laps: Sequence[Lap]) -> IdealLap | None:
    width = max(len(lap.sectors_ms) for lap in laps)
    columns = [[lap.sectors_ms[at] for lap in laps if at < len(lap.sectors_ms)] for at in range(width)]
    best = [min((ms for ms in column if ms), default=None) for column in columns]
    sectors = tuple(ms for ms in best if ms is not None)
    if len(sectors) < width:
        return None
    return IdealLap(source_id, sectors, sum(sectors), min(lap.lap_ms or 0 for lap in laps))
