"""Laps and stops that a source tells as a whole, and what the fold forgets when the link was away.

A recorder whose machine slept shows no hole: its clock stood still while the race went on. Only the race clock tells.
"""

from datetime import datetime, timedelta

from core.timing.cars import CarState
from core.timing.events import ClockShown, LapTold, StopTold
from core.timing.model import Clock, ClockKind, Lap, Stop
from core.timing.sectors import forget_sectors, take_sectors


def take_lap(car: CarState, told: LapTold, now: datetime) -> Lap:
    """A lap that was just completed: it waits for no cell and no passing."""
    car.fresh_at = car.passed_at = None
    car.counted = told.lap or max(car.laps_shown or 0, car.counted + 1)
    car.crossed_at = car.lap_began_at = now
    car.last_ms, car.last_rank = told.ms, told.rank
    return Lap(
        car.source_id,
        car.number,
        car.counted,
        told.ms,
        told.kind,
        now,
        car.at_wheel,
        car.position,
        told.flag or car.flag,
        told.sectors_ms or take_sectors(car),
        provenance=told.provenance,
    )


def fill_lap(car: CarState, told: LapTold, now: datetime) -> Lap | None:
    """A lap of the feed's history: new when nobody listened, or what a guessed number really is.

    One behind the hole that is our last one tells what number ours has.
    """
    if told.lap is None or told.ms is None:
        return None
    if told.ms == car.last_ms and not car.is_sure and car.dated is not None and told.lap > car.dated[0]:
        car.counted, car.is_sure = told.lap, True
    at = _date(car, told.lap, told.ms, now)
    known_ms = car.told.get(told.lap)
    if known_ms == told.ms or (known_ms is not None and known_ms > 0):
        return None
    driver = next((car.stints[lap] for lap in sorted(car.stints) if lap >= told.lap), car.driver)
    if told.lap > car.counted and car.fed is None:
        car.fed = car.counted
    car.counted = max(car.counted, told.lap)
    return Lap(
        car.source_id,
        car.number,
        told.lap,
        told.ms,
        told.kind,
        at,
        driver,
        sectors_ms=told.sectors_ms,
        provenance=told.provenance,
    )


def fill_stop(car: CarState, told: StopTold, began_at: datetime | None) -> Stop | None:
    """A stop of the feed's history that nobody saw; `began_at` is when the race clock stood at nought."""
    if told.lap is not None and told.driver is not None:
        car.stints[told.lap] = told.driver
    if told.out_ms is None or told.lap in car.stops_told:
        return None
    car.stops += 1
    in_at, out_at = (_moment(began_at, ms) for ms in (told.in_ms, told.out_ms))
    return Stop(car.source_id, in_at, out_at, told.duration_ms, told.lap, told.provenance)


def race_began_at(car: CarState, told: StopTold) -> datetime | None:
    """When the race clock of the history stood at nought, by a stop that we saw too."""
    in_at = car.stops_told.get(told.lap)
    return None if in_at is None or told.in_ms is None else in_at - timedelta(milliseconds=told.in_ms)


def forget_between(car: CarState, hidden: timedelta) -> None:
    """Laps may have gone by unseen: nothing of before may be joined with what comes.

    Args:
        car: whose.
        hidden: for how long the recorder's clock stood still; what began before it began so much earlier.
    """
    car.timeless_at = car.lap_began_at = car.grew_at = car.fell_at = car.out_at = None
    car.is_sure, car.leader_laps, car.is_gap_old = False, None, True
    car.behind_ms = None
    forget_sectors(car)
    car.crossed_at = None if car.crossed_at is None else car.crossed_at - hidden
    car.dated = None if car.crossed_at is None else (car.counted, car.crossed_at)
    visit = car.visit
    car.lap_has_stop = visit is not None
    if visit is not None:
        visit.is_whole = False
        visit.clock_at = visit.clock_ms = None
        visit.in_at = None if visit.in_at is None else visit.in_at - hidden


def hidden_between(before: Clock | None, after: ClockShown, now: datetime) -> timedelta:
    """How much further the race clock went than ours; nothing when it was stopped, set back or is another."""
    if before is None or before.ms is None or after.ms is None or before.kind is not after.kind:
        return timedelta()
    went_ms = after.ms - before.ms if after.kind is ClockKind.COUNT_UP else before.ms - after.ms
    return max(timedelta(), timedelta(milliseconds=went_ms) - (now - before.at))


def _date(car: CarState, lap: int, ms: int, now: datetime) -> datetime:
    """When a lap ended: it began when the one before it ended. The history is told oldest first."""
    if car.dated is None or car.dated[0] != lap - 1:
        return now
    at = car.dated[1] + timedelta(milliseconds=ms)
    car.dated = lap, at
    return at


def _moment(began_at: datetime | None, ms: int | None) -> datetime | None:
    return None if began_at is None or ms is None else began_at + timedelta(milliseconds=ms)
