"""Laps that were told and are none: officials took them back, or their number was a guess that proved too high.

When officials take a lap back, the car's lap counter falls (to nothing, when it was the first), the last-lap cell shows
the lap before it again, and the feed passes the line once more. A counter that falls alone is a penalty: the laps were
driven. A guessed number is withdrawn when the feed's history tells the true one, which is told beside it.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.timing.cars import CarState
from core.timing.laps import PATIENCE
from core.timing.model import Lap


class Reason(StrEnum):
    WITHDRAWN = "withdrawn"
    """It is no lap."""
    CORRECTED = "corrected"
    """It has another time now."""


@dataclass(frozen=True, slots=True)
class WithdrawnLap:
    """A lap as it was told before."""

    lap: Lap
    withdrawn_at: datetime
    reason: Reason


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The lap of this number that was completed before `at` is none."""

    source_id: str
    number: str
    lap: int
    at: datetime


def taken_back(car: CarState, now: datetime) -> tuple[int, ...]:
    """Laps that a counter which fell a moment ago does not count any more."""
    if car.fell_at is None or now - car.fell_at > PATIENCE:
        return ()
    laps = car.laps_shown or 0
    if abs(car.told.get(laps, 0)) != (car.last_ms or 0):
        return ()
    car.counted = laps
    return _above(car, laps)


def guesses_above(car: CarState) -> tuple[int, ...]:
    """Guessed numbers that nobody has reached, now that the count is sure."""
    return tuple(lap for lap in _above(car, car.counted) if car.told[lap] < 0)


def _above(car: CarState, laps: int) -> tuple[int, ...]:
    return tuple(sorted(lap for lap in car.told if lap > laps))
