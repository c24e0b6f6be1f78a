"""What of the timing belongs to a race session, and the order that its laps alone tell."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from core.penalties.bodies import Body, SessionClosed, SessionOpened, SessionPaused
from core.penalties.events import SESSION, TYPES, LogEvent
from core.timing.desk import KeptSession
from core.timing.frozen import FrozenSession, Span, board_at_close, board_of_laps, spans, within
from core.timing.model import Board, Car, Lap, LapKind, SessionKind, Stop

NOON = datetime(2026, 5, 2, 12, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def told(minutes: float, body: Body) -> LogEvent:
    return LogEvent(1, "", 1, SESSION, at(minutes), at(minutes), "", "", TYPES[type(body)], body, "", "")


def lap(number: str, n: int, minutes: float, lap_ms: int | None = 60_000) -> Lap:
    return Lap(f"r{number}", number, n, lap_ms, LapKind.LAP, at(minutes))


def feed(*laps: Lap, stops: tuple[Stop, ...] = (), kind: SessionKind = SessionKind.RACE) -> FrozenSession:
    return FrozenSession(KeptSession(UUID(int=1), UUID(int=2), "Race", kind, "", NOON), laps, stops)


def test_a_session_is_open_from_each_opening_to_its_pause_or_close() -> None:
    events = [
        told(0, SessionOpened(1)),
        told(10, SessionPaused(2)),
        told(20, SessionOpened(3)),
        told(30, SessionClosed(4)),
    ]

    assert spans(events, at(99)) == (Span(at(0), at(10)), Span(at(20), at(30)))
    assert spans(events[:3], at(25)) == (Span(at(0), at(10)), Span(at(20), at(25)))
    assert spans([], at(0)) == ()


def test_laps_and_stops_outside_of_the_open_times_are_left_out() -> None:
    laps = (lap("42", 1, 5), lap("42", 2, 15), lap("42", 3, 25))
    stops = (Stop("r42", at(9), at(11)), Stop("r42", at(12), at(13)), Stop("r42", None, at(29)))

    kept = within(feed(*laps, stops=stops), (Span(at(0), at(10)), Span(at(20), at(30))))

    assert (kept.laps, kept.stops) == ((laps[0], laps[2]), (stops[0], stops[2]))


def test_laps_alone_classify_a_race_by_laps_and_then_by_who_was_first() -> None:
    laps = (lap("42", 1, 1), lap("17", 1, 1.1), lap("5", 1, 1.2), lap("17", 2, 2), lap("42", 2, 2.1))

    board = board_of_laps(feed(*laps))

    assert [(car.position, car.number, car.laps) for car in board.cars] == [(1, "17", 2), (2, "42", 2), (3, "5", 1)]


def test_laps_alone_classify_qualifying_by_the_best_time() -> None:
    laps = (lap("42", 1, 1, 61_000), lap("17", 1, 1.1, None), lap("5", 1, 1.2, 60_500), lap("42", 2, 2, 60_000))

    board = board_of_laps(feed(*laps, kind=SessionKind.BEST_TIME))

    assert [(car.number, car.best.ms if car.best else None) for car in board.cars] == [
        ("42", 60_000),
        ("5", 60_500),
        ("17", None),
    ]


def test_a_board_of_a_later_race_is_not_taken_for_this_one() -> None:
    laps, open_ = feed(lap("42", 1, 5)), (Span(at(0), at(10)),)
    own = Board(cars=(Car("r42", "42", crossed_at=at(10.2)),))
    later = replace(own, cars=(Car("r42", "42", crossed_at=at(30)),))

    assert board_at_close(own, [laps], open_) == own
    assert board_at_close(later, [laps], open_) == board_of_laps(laps)
    assert board_at_close(None, [], open_) is None
