"""How far behind a car is in time, whatever number of laps it has been lapped by.

Whoever completes lap n is behind by the time since somebody completed lap n for the first time. Both moments are those
of frames, which are flushed a few times a second, unless the feed tells race times. A first completion counts only
when nobody can have been earlier unseen: after a hole not before the leader, or a car with more laps than all others,
completes a lap whose number is sure.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.timing.cars import CarState
from core.timing.model import Lap, Provenance

_MS = timedelta(milliseconds=1)


@dataclass(slots=True)
class Firsts:
    """Who completed each lap first, of one session."""

    done: dict[int, tuple[datetime, int | None]] = field(default_factory=dict)
    """By lap: when it was completed first, and its race time where the feed tells that."""
    unseen: int | None = None
    """No lap above this was completed while nobody listened; None while nobody knows."""

    def behind_ms(self, lap: Lap, car: CarState, cars: Iterable[CarState], total_ms: int | None) -> int | None:
        """Of the car that completes this lap now."""
        if lap.provenance is Provenance.COMPUTED:
            return None
        if lap.lap not in self.done:
            is_skipped = self.unseen is None or lap.lap - 1 not in self.done
            if is_skipped and (self.unseen is not None or _leads(car, cars)):
                self.unseen = max(self.unseen or 0, lap.lap - 1)
            if self.unseen is None or lap.lap <= self.unseen:
                return None
            self.done[lap.lap] = lap.at, total_ms
        at, first_ms = self.done[lap.lap]
        ms = (lap.at - at) // _MS if total_ms is None or first_ms is None else total_ms - first_ms
        return max(0, ms)

    def forget(self, hidden: timedelta = timedelta()) -> None:
        """Laps may have gone by unseen; the clock of the frames stood still for `hidden` meanwhile."""
        self.unseen = None
        if hidden:
            self.done = {lap: (at - hidden, total_ms) for lap, (at, total_ms) in self.done.items()}

    def take_back(self, lap: Lap) -> None:
        """It did not happen."""
        first = self.done.get(lap.lap)
        if first is not None and first[0] == lap.at:
            del self.done[lap.lap]


def _leads(car: CarState, cars: Iterable[CarState]) -> bool:
    return car.position == 1 or all(_is_below(other, car.counted) for other in cars if other is not car)


def _is_below(car: CarState, laps: int) -> bool:
    if car.laps_shown is not None:
        return max(car.laps_shown, car.counted) < laps
    return car.is_sure and car.counted < laps
