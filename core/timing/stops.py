"""When a car is in the pits, from whatever signals a venue has, and how long its stop lasted.

Venues differ: some send pit-in and pit-out lines, some only one of them, some a status icon, some a running pit clock
in the on-track column. Any of them begins or ends a visit; the same signal by another way within two seconds adds
nothing. The end of a visit that no signal tells is the moment the car is found on the track again: then the stop has
no duration, for it was not measured.

The duration is, in this order: the lap time the feed closes the stop with, where it is the duration of the stop; the
time between the two signals (measured against the former: 0.4 s off at most in 95 of 100 stops, because frames are
flushed every 0.2 s); the feed's own clock, in whole seconds, when it contradicts the frames by more than their
batching explains (a hole in the recording, a recorder whose clock jumped).
"""

from datetime import datetime, timedelta

from core.timing.cars import CarState, Left, Visit
from core.timing.laps import PATIENCE
from core.timing.model import CarStatus, Clock, ClockKind, Stop

_SAME = timedelta(seconds=2)
"""Signals of one event are closer than this."""

_CLOCK_TICK = timedelta(milliseconds=2500)
"""A running pit clock is sent every second; silence longer than this means that it has stopped."""

_CLOCK_SPEAKS = timedelta(seconds=35)
"""A countdown is sent every 30 s."""

_LAP_IS_VISIT_MS = 1500

_HALF_A_TICK = timedelta(milliseconds=500)

_DOUBT_MS = 3000
"""Two measures of one stop that differ by more are not of one stop: the frames had a hole, or the lap is no stop."""


def enter(car: CarState, at: datetime, *, is_seen: bool = True) -> None:
    """A signal says: in. `is_seen` is False when the car may have been in for long."""
    if car.visit is not None or _near(car.out_at, at):
        return
    car.visit = Visit(at if is_seen else None, car.laps)
    car.lap_has_stop = True
    if car.status is not CarStatus.FINISHED:
        car.status = CarStatus.IN_PIT


def show_icon(car: CarState) -> None:
    """The status icon says: in. So another icon will say that the car has left."""
    if car.visit is not None:
        car.visit.has_icon = True


def leave(car: CarState, at: datetime) -> None:
    """A signal says: out. Without a visit it is one whose beginning nobody saw, unless it is the first way out."""
    if car.visit is None and _near(car.out_at, at):
        return
    is_stop = car.visit is not None or (car.counted > 0 and car.status is not CarStatus.FINISHED)
    if is_stop:
        car.left = Left(car.visit, at, is_measured=True, lap=car.counted)
        car.lap_has_stop = True
    _on_track(car, at)


def found_on_track(car: CarState, at: datetime, deaf_at: datetime | None) -> None:
    """The car is on the track again and no signal told when it left: half a tick after its clock stopped.

    Without a clock, or when the clock stopped only because nothing was received (`deaf_at`), nobody knows when.
    """
    visit = car.visit
    if visit is None:
        return
    ticked_at = visit.clock_at
    if ticked_at is None or (deaf_at is not None and timedelta() <= deaf_at - ticked_at <= _CLOCK_TICK):
        car.left = Left(visit, at, is_measured=False)
    else:
        at = ticked_at + _HALF_A_TICK
        car.left = Left(visit, at, is_measured=True, is_signalled=False)
    _on_track(car, at)


def tick(car: CarState, ms: int | None, at: datetime) -> None:
    """The feed's pit clock shows `ms`: the car is in since then."""
    if ms is None or (car.visit is None and _near(car.out_at, at)):
        return
    if car.visit is None:
        enter(car, at, is_seen=False)
    visit = car.visit
    if visit is None:
        return
    visit.clock_ms, visit.clock_at = ms, at
    if visit.in_at is None or visit.is_dated_by_clock:
        began_at = at - timedelta(milliseconds=ms)
        visit.in_at = began_at if visit.in_at is None else min(began_at, visit.in_at)
        visit.is_dated_by_clock = True


def is_out(visit: Visit, at: datetime, *, has_way_out: bool) -> bool:
    """Whether a car that crosses the line has left: its clock stopped, or no clock and no signal can tell.

    After a hole the signal may have been missed.
    """
    if not visit.is_whole and visit.clock_at is None:
        return True
    if visit.clock_at is not None:
        return at - visit.clock_at > _CLOCK_TICK
    return not has_way_out


def ends_visit(car: CarState, at: datetime) -> bool:
    """Whether the last lap, which came without a passing, is as long as the visit: it tells that the car has left."""
    if car.visit is None or car.visit.in_at is None or car.last_ms is None:
        return False
    return abs((at - car.visit.in_at) / timedelta(milliseconds=1) - car.last_ms) <= _LAP_IS_VISIT_MS


def is_another_stop(visit: Visit, in_at: datetime) -> bool:
    """Whether a clock that began at `in_at` belongs to a later visit than the one we know.

    One that began earlier is the same clock: the recorder's own stood still meanwhile.
    """
    return visit.in_at is not None and in_at - visit.in_at > timedelta(milliseconds=_DOUBT_MS)


def settle_stop(car: CarState, now: datetime, clock: Clock | None) -> Stop | None:
    """The stop that ended a moment ago, once its lap can no longer come and the race clock has seen nobody sleep."""
    left = car.left
    if left is None or now - left.at <= (2 * PATIENCE if _is_certain(left, clock) else _CLOCK_SPEAKS):
        return None
    car.left = None
    car.stops += 1
    return _stop(car, left)


def doubt_stop(car: CarState) -> None:
    """The recorder has slept: a pit clock that stopped says nothing."""
    if car.left is not None and not car.left.is_signalled:
        car.left.is_measured = False


def still_in(car: CarState) -> Stop | None:
    """The visit of a car that is in the pits when the session ends."""
    return None if car.visit is None else Stop(car.source_id, car.visit.in_at, lap=car.visit.lap)


def _is_certain(left: Left, clock: Clock | None) -> bool:
    """Whether a signal told the way out, or a countdown that goes on behind it, or there is none to wait for."""
    if left.is_signalled or not left.is_measured:
        return True
    return clock is None or clock.kind is not ClockKind.COUNTDOWN or clock.at > left.at


def _on_track(car: CarState, at: datetime) -> None:
    car.visit = None
    car.out_at = at
    car.wheel = car.driver
    if car.status is not CarStatus.FINISHED:
        car.status = CarStatus.RUNNING


def _stop(car: CarState, left: Left) -> Stop:
    duration_ms = _duration_ms(left)
    in_at = None if left.visit is None else left.visit.in_at
    if in_at is None and duration_ms is not None:
        in_at = left.at - timedelta(milliseconds=duration_ms)
    lap = left.lap if left.visit is None else left.visit.lap
    return Stop(car.source_id, in_at, left.at, duration_ms, lap)


def _duration_ms(left: Left) -> int | None:
    by_clock = _by_clock(left.visit, left.at) if left.is_measured else None
    by_frames = _by_frames(left.visit, left.at) if left.is_measured else None
    if by_clock is not None and by_frames is not None and abs(by_clock - by_frames) > _DOUBT_MS:
        by_frames = None
    measures = [ms for ms in (by_frames, by_clock) if ms is not None]
    if left.lap_ms is not None and all(abs(left.lap_ms - ms) <= _DOUBT_MS for ms in measures):
        return left.lap_ms
    return measures[0] if measures else None


def _by_frames(visit: Visit | None, at: datetime) -> int | None:
    """None also when the recorder's clock was set back meanwhile, and when nobody listened all the time."""
    if visit is None or not visit.is_whole or visit.in_at is None or at < visit.in_at:
        return None
    return round((at - visit.in_at) / timedelta(milliseconds=1))


def _by_clock(visit: Visit | None, at: datetime) -> int | None:
    if visit is None or visit.clock_ms is None or visit.clock_at is None:
        return None
    return visit.clock_ms + round((at - visit.clock_at) / timedelta(milliseconds=1))


def _near(moment: datetime | None, at: datetime) -> bool:
    return moment is not None and abs(at - moment) <= _SAME
