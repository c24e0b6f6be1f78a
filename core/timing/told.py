"""Laps and stops that a source tells as a whole, and what the fold forgets when the link was away."""

from datetime import datetime, timedelta

from core.timing.cars import CarState
from core.timing.events import LapTold, StopTold
from core.timing.model import Lap, Stop


def take_lap(car: CarState, told: LapTold, now: datetime) -> Lap:
    """A lap that was just completed: it waits for no cell and no passing."""
    car.fresh_at = car.passed_at = None
    car.counted = told.lap or max(car.laps_shown or 0, car.counted + 1)
    car.crossed_at = car.lap_began_at = now
    car.last_ms = told.ms
    return Lap(
        car.source_id,
        car.number,
        car.counted,
        told.ms,
        told.kind,
        now,
        car.driver,
        car.position,
        told.flag,
        provenance=told.provenance,
    )


def take_stop(car: CarState, told: StopTold, began_at: datetime | None) -> Stop:
    """A stop of the feed's history; `began_at` is when the race clock stood at nought, where that is known."""
    in_at, out_at = (_moment(began_at, ms) for ms in (told.in_ms, told.out_ms))
    return Stop(car.source_id, in_at, out_at, told.duration_ms, told.lap, told.provenance)


def forget_between(car: CarState) -> None:
    """Laps may have gone by unseen: nothing of before may be joined with what comes."""
    car.lap_began_at = car.grew_at = car.fell_at = None
    car.is_sure = False


def _moment(began_at: datetime | None, ms: int | None) -> datetime | None:
    return None if began_at is None or ms is None else began_at + timedelta(milliseconds=ms)
