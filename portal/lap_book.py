"""The lap book: every lap of a feed session as plain JSON columns, for the lap matrix and the charts.

Columns instead of objects: 54 000 laps of a 24 h race are 1.7 MB, not 8. Moments are milliseconds since the session
began. A reader that has a part asks for what came after its last lap; `total` tells it whether something was filled in
before that. Everything here is pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.timing.desk import KeptSession
from core.timing.model import Board, Car, Flag, Lap, LapKind, Stop
from core.timing.pace import touched_by_stops
from portal.live_view import Json

_MILLISECOND = timedelta(milliseconds=1)
_FLAGS: dict[Flag | None, str] = {None: "", Flag.GREEN: "g", Flag.YELLOW: "y", Flag.RED: "r", Flag.CHEQUERED: "c"}


@dataclass(frozen=True, slots=True)
class Book:
    """What is to be told of a session; `board` is its own where it is the one that is on."""

    session: KeptSession
    laps: Sequence[Lap]
    stops: Sequence[Stop]
    total: int
    board: Board | None = None


def told(book: Book) -> dict[str, Json]:
    """The whole book, or the part that `book.laps` is."""
    began_at = book.session.started_at
    cars = _cars(book)
    index = {car.source_id: at for at, car in enumerate(cars)}
    return {
        "session": _session(book.session),
        "total": book.total,
        "cars": [_car(car) for car in cars],
        "laps": _laps(book, index),
        "stops": [_stop(stop, index[stop.source_id], began_at) for stop in book.stops if stop.source_id in index],
    }


def _cars(book: Book) -> list[Car]:
    """In the order of the board; cars that it does not have, or of an old session, by laps done."""
    shown = {car.source_id: car for car in (book.board.cars if book.board else ())}
    others = {lap.source_id: Car(lap.source_id, lap.number) for lap in book.laps if lap.source_id not in shown}
    return [*shown.values(), *others.values()]


def _session(session: KeptSession) -> dict[str, Json]:
    return {
        "id": str(session.id),
        "title": session.title,
        "kind": session.kind.value,
        "track": session.track,
        "began_at": session.started_at.isoformat(),
        "live": session.ended_at is None,
    }


def _car(car: Car) -> dict[str, Json]:
    return {
        "id": car.source_id,
        "number": car.number,
        "team": car.team,
        "driver": car.driver,
        "category": car.category,
        "plate": car.plate_colour,
        "position": car.position,
    }


def _laps(book: Book, index: dict[str, int]) -> dict[str, Json]:
    laps, began_at = book.laps, book.session.started_at
    drivers = list(dict.fromkeys(lap.driver for lap in laps if lap.driver))
    seats = {name: at for at, name in enumerate(drivers)}
    stopped = touched_by_stops(laps, book.stops)
    return {
        "car": [index[lap.source_id] for lap in laps],
        "lap": [lap.lap for lap in laps],
        "ms": [lap.lap_ms for lap in laps],
        "at": [_since(began_at, lap.at) for lap in laps],
        "pit": [int(lap.kind is LapKind.PIT or within) for lap, within in zip(laps, stopped, strict=True)],
        "driver": [seats.get(lap.driver or "", -1) for lap in laps],
        "position": [lap.position for lap in laps],
        "flag": [_FLAGS[lap.flag] for lap in laps],
        "from": [lap.provenance.value for lap in laps],
        "sectors": [list(lap.sectors_ms) or None for lap in laps],
        "drivers": list(drivers),
    }


def _stop(stop: Stop, car: int, began_at: datetime) -> dict[str, Json]:
    return {
        "car": car,
        "in": None if stop.in_at is None else _since(began_at, stop.in_at),
        "out": None if stop.out_at is None else _since(began_at, stop.out_at),
        "ms": stop.duration_ms,
        "lap": stop.lap,
        "from": stop.provenance.value,
    }


def _since(began_at: datetime, at: datetime) -> int:
    return (at - began_at) // _MILLISECOND
