"""How many laps the leader has still to do: an estimate, shown as one; an official may overrule it.

Of a race against the clock it is what remains of the time, and of the lap the leader is on, by the leader's usual lap:
the flag falls at the leader's first crossing with no time left, so there is always one more until it is out. A feed
that counts laps down says it itself.
"""

import math
import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from core.timing.model import Board, Car, Clock, ClockKind, Flag, Lap, LapKind, SessionKind
from core.timing.robust import median

_TO_GO = re.compile(r"^(\d{1,4}) laps? to go$", re.IGNORECASE)
_MILLISECOND = timedelta(milliseconds=1)
_GONE_LAPS = 3
"""A leader who has not passed for so many laps stands still: the last passing says nothing about the next."""


def leader_of(board: Board) -> Car | None:
    """Whoever the feed has first."""
    placed = [car for car in board.cars if car.position is not None]
    return min(placed, key=lambda car: car.position or 0, default=None)


def usual_lap_ms(laps: Sequence[Lap]) -> int | None:
    """The median of a car's laps without those that hold a stop; None while there is none."""
    times = [lap.lap_ms for lap in laps if lap.lap_ms and lap.kind is LapKind.LAP]
    return round(median(times)) if times else None


def remaining_ms(clock: Clock | None, now: datetime) -> int | None:
    """What is left on a clock that counts down; None where there is no such clock."""
    if clock is None or clock.kind is not ClockKind.COUNTDOWN or clock.ms is None:
        return None
    return max(0, clock.ms - max(0, (now - clock.at) // _MILLISECOND))


def laps_left(board: Board, lap_ms: int | None, now: datetime) -> int | None:
    """Laps until the chequered flag, the one the leader is on included; 0 once it is out.

    Args:
        board: with the race's clock and flag.
        lap_ms: the leader's usual lap; None while nobody knows.
        now: the moment asked about.

    Returns:
        None for anything but a race, and where the feed tells neither time nor laps to go.
    """
    if board.kind is not SessionKind.RACE:
        return None
    if board.flag is Flag.CHEQUERED:
        return 0
    if board.clock is not None and (told := _TO_GO.match(board.clock.text or "")):
        return int(told.group(1))
    left_ms = remaining_ms(board.clock, now)
    if left_ms is None or not lap_ms:
        return None
    return max(1, math.ceil((left_ms + _since_passing_ms(leader_of(board), lap_ms, now)) / lap_ms))


def _since_passing_ms(leader: Car | None, lap_ms: int, now: datetime) -> int:
    if leader is None or leader.crossed_at is None:
        return 0
    since_ms = max(0, (now - leader.crossed_at) // _MILLISECOND)
    return since_ms if since_ms <= _GONE_LAPS * lap_ms else 0
