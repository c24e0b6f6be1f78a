"""The lap book tells every lap once, in columns of equal length, and what a part of it lacks."""

from datetime import timedelta
from uuid import UUID

from core.timing.desk import KeptSession
from core.timing.model import Board, Car, Flag, Lap, Provenance, SessionKind
from portal.lap_book import Book, told
from tests.unit.timing.analysis.laps import NOON, lap, stop

SESSION = KeptSession(UUID(int=1), UUID(int=2), "Race", SessionKind.RACE, "Ring", NOON)
LAPS = (
    lap(1, 60, 60_000, driver="A", position=2, flag=Flag.GREEN, sectors_ms=(20_000, 40_000)),
    lap(1, 61, 61_000, "r2"),
    lap(2, 220, 160_000, driver="B", provenance=Provenance.BACK_FILLED),
)


def book(laps: tuple[Lap, ...] = LAPS, board: Board | None = None) -> Book:
    return Book(SESSION, laps, (stop("r1", 100, 190, 1),), len(laps), board)


def test_every_lap_is_told_in_columns() -> None:
    assert told(book())["laps"] == {
        "car": [0, 1, 0],
        "lap": [1, 1, 2],
        "ms": [60_000, 61_000, 160_000],
        "at": [60_000, 61_000, 220_000],
        "pit": [0, 0, 1],
        "driver": [0, -1, 1],
        "position": [2, None, None],
        "flag": ["g", "", ""],
        "from": ["feed", "feed", "back_filled"],
        "sectors": [[20_000, 40_000], None, None],
        "drivers": ["A", "B"],
    }


def test_stops_are_told_from_the_sessions_beginning() -> None:
    assert told(book())["stops"] == [{"car": 0, "in": 100_000, "out": 190_000, "ms": 90_000, "lap": 1, "from": "feed"}]


def test_cars_stand_in_the_boards_order_and_those_it_lacks_behind() -> None:
    board = Board(cars=(Car("r2", "2", team="Team 2"), Car("r9", "9")))

    cars = told(book(board=board))["cars"]

    assert isinstance(cars, list)
    assert [car["id"] for car in cars if isinstance(car, dict)] == ["r2", "r9", "r1"]


def test_a_session_without_laps_is_told_whole() -> None:
    assert told(book(()))["cars"] == []
    assert told(book(()))["session"] == {
        "id": str(SESSION.id),
        "title": "Race",
        "kind": "race",
        "track": "Ring",
        "began_at": (NOON + timedelta()).isoformat(),
        "live": True,
    }
