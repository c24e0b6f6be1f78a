"""Moving the moments of a board from one clock to another."""

from dataclasses import replace
from datetime import datetime, timedelta

from core.timing.model import Board


def moved(board: Board, by: timedelta) -> Board:
    """The board with all its moments later by so much: of a replay, which has a clock of its own."""
    return replace(
        board,
        at=_later(board.at, by),
        alive_at=_later(board.alive_at, by),
        clock=None if board.clock is None else replace(board.clock, at=board.clock.at + by),
        cars=tuple(
            replace(car, in_pit_since=_later(car.in_pit_since, by), crossed_at=_later(car.crossed_at, by))
            for car in board.cars
        ),
    )


def _later(instant: datetime | None, by: timedelta) -> datetime | None:
    return None if instant is None else instant + by
