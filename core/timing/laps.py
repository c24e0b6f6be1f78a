"""When a lap is a lap. A feed sends cells and passings, never laps; these rules make laps of them.

A passing of the line completes a lap whose time is the text of the last-lap cell. The cell comes in the passing's
frame, or up to a second before or after it. What Apex recordings teach beside that:

* A feed of differences does not send a cell again that keeps its text. A passing without a cell is the same time
  driven twice when the clock since the last lap agrees with it, or when the feed's lap counter grew; otherwise it is
  no lap (the first crossing; a transponder that is read twice).
* A cell that changes without a passing is a new colour when the time is the same; the end of a stop when the car left
  the pits in that second (a lap of kind `pit`: it lasts as long as the stop); a lap whose passing was lost when the
  counter grew or the clock agrees; otherwise it is only counted as unexplained.
* A car's number of laps is the feed's counter; without one it is our own count, which the gap cells correct.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from core.timing.cars import CarState
from core.timing.model import Lap, LapKind, Provenance, Rank
from core.timing.sectors import forget_sectors, take_sectors

PATIENCE = timedelta(seconds=1)
"""How far apart a passing, its lap time and its pit signal may arrive."""

_OVERDUE = timedelta(seconds=4)
"""How late the time of a passing may come that was decided without it: some links and recorders stall."""

_AGREES_MS = 1500
"""How far the clock of frames may be from a lap time: batches of 0.2 s, recorders that stamp whole seconds."""


def show_last_lap(car: CarState, ms: int | None, rank: Rank, now: datetime) -> Lap | None:
    """The last-lap cell changed; a lap when its passing came just before."""
    is_new = ms is not None and ms != car.last_ms
    car.last_ms, car.last_rank = ms, rank
    if not is_new:
        return None
    if car.passed_at is None:
        car.fresh_at = now
        return None
    return complete(car, LapKind.LAP, car.passed_at)


def overdue_time(car: CarState, ms: int | None, rank: Rank, now: datetime) -> Lap | None:
    """The last lap with the time that came after all: it was taken for the one before, driven twice."""
    if not _is_overdue(car, now) or ms is None or ms == car.last_ms or car.latest is None:
        return None
    if car.crossed_at != car.timeless_at or car.latest.at != car.timeless_at:
        return None
    car.timeless_at = None
    car.last_ms, car.last_rank = ms, rank
    car.pace_ms = ms if car.latest.kind is LapKind.LAP else car.pace_ms
    return replace(car.latest, lap_ms=ms)


def pass_line(car: CarState, now: datetime) -> Lap | None:
    """The car crossed the line; a lap when its time came with the passing or just before."""
    if _near(car.fell_at, now):
        car.fresh_at = car.passed_at = None
        return None
    if car.fresh_at is not None:
        return complete(car, LapKind.LAP, now)
    car.passed_at = now
    return None


def show_laps(car: CarState, laps: int | None, now: datetime) -> None:
    """The feed's lap counter changed; when it falls, officials took a lap back and show the passing before it again."""
    if laps is not None and laps > car.counted:
        car.grew_at = now
    if (laps or 0) < (car.laps_shown or 0):
        car.counted, car.fell_at = car.counted if laps is None else laps, now
    car.laps_shown = laps


def settle_lap(car: CarState, now: datetime) -> tuple[Lap | None, bool]:
    """What waited for its other half longer than `PATIENCE` is decided: (the lap if it was one, left unexplained)."""
    if car.fresh_at is not None and now - car.fresh_at > PATIENCE:
        return _settle_time(car, car.fresh_at)
    if car.passed_at is not None and now - car.passed_at > PATIENCE:
        return _settle_passing(car, car.passed_at), False
    return None, False


def complete(car: CarState, kind: LapKind, at: datetime) -> Lap:
    """The car has done one lap more, of the time in its last-lap cell."""
    car.fresh_at = car.passed_at = None
    number = _lap_number(car)
    car.counted = max(car.counted, number)
    car.crossed_at = car.lap_began_at = at
    kind = LapKind.PIT if car.lap_has_stop else kind
    car.pace_ms = car.last_ms if kind is LapKind.LAP else car.pace_ms
    car.lap_has_stop = car.visit is not None
    return Lap(
        car.source_id,
        car.number,
        number,
        car.last_ms,
        kind,
        at,
        car.at_wheel,
        car.position,
        car.flag,
        take_sectors(car),
        provenance=Provenance.FEED if car.is_sure or car.laps_shown is not None else Provenance.COMPUTED,
    )


def _settle_time(car: CarState, at: datetime) -> tuple[Lap | None, bool]:
    """A lap time without a passing."""
    if _near(car.out_at, at):
        if car.left is not None:
            car.left.lap_ms = car.last_ms
        return complete(car, LapKind.PIT, at), False
    passings = [at] if car.timeless_at is None or not _is_overdue(car, at) else [at, car.timeless_at]
    for passed_at in passings:
        is_first = car.lap_began_at == car.timeless_at == passed_at
        if _near(car.grew_at, passed_at) or _agrees(car, passed_at) or is_first:
            return complete(car, LapKind.LAP, passed_at), False
    car.fresh_at = None
    return None, True


def _settle_passing(car: CarState, at: datetime) -> Lap | None:
    """A passing without a lap time."""
    car.timeless_at = at
    if _agrees(car, at) or (car.last_ms is not None and _near(car.grew_at, at)):
        return complete(car, LapKind.LAP, at)
    car.passed_at = None
    if car.lap_began_at is None:
        car.lap_began_at = car.crossed_at = at
        forget_sectors(car)
    return None


def _lap_number(car: CarState) -> int:
    """The next number, unless the feed's counter is ahead: laps went by unseen."""
    return _foretold(car) or max(car.laps_shown or 0, car.counted + 1)


def _foretold(car: CarState) -> int | None:
    """The number of a lap that the feed's history told before the feed did."""
    if car.fed is None:
        return None
    number = car.laps_shown or car.fed + 1
    car.fed = number if car.told.get(number) == car.last_ms else None
    return car.fed


def _agrees(car: CarState, at: datetime) -> bool:
    """Whether the clock since the last lap tells the time in the cell."""
    if car.lap_began_at is None or car.last_ms is None:
        return False
    elapsed_ms = (at - car.lap_began_at) / timedelta(milliseconds=1)
    return abs(elapsed_ms - car.last_ms) <= _AGREES_MS


def _is_overdue(car: CarState, now: datetime) -> bool:
    return car.timeless_at is not None and now - car.timeless_at <= _OVERDUE


def _near(moment: datetime | None, at: datetime) -> bool:
    return moment is not None and abs(moment - at) <= PATIENCE
