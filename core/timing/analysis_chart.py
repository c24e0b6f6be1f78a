"""The lap chart: at each passing the car's position and its gap to who led on that lap, in time also when lapped."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from core.timing.model import Lap

_MILLISECOND = timedelta(milliseconds=1)


class Passed(NamedTuple):
    """A completed lap in the race."""

    lap: Lap
    position: int
    """The feed's own where it tells one, else counted: ahead is who has done more laps, or as many earlier."""
    gap_ms: int
    """Behind the first car that completed this lap."""


def lap_chart(laps: Iterable[Lap]) -> tuple[Passed, ...]:
    """Every lap in the order of the passings."""
    arrived: dict[int, int] = defaultdict(int)
    first: dict[int, datetime] = {}
    done: dict[str, int] = defaultdict(int)
    found = []
    for lap in sorted(laps, key=lambda lap: (lap.at, lap.source_id, lap.lap)):
        for number in range(done[lap.source_id] + 1, lap.lap + 1):
            arrived[number] += 1
        done[lap.source_id] = max(done[lap.source_id], lap.lap)
        leader_at = first.setdefault(lap.lap, lap.at)
        found.append(Passed(lap, lap.position or max(1, arrived[lap.lap]), (lap.at - leader_at) // _MILLISECOND))
    return tuple(found)
