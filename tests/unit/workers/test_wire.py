"""The board survives the way through the bus."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from core.timing.model import Board, Car, Rank, SourceState, SourceStatus, TimedValue
from core.timing.wire import board_from_json, board_to_json

instants = st.datetimes(
    datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.sampled_from([UTC, timezone(timedelta(hours=2))])
)
st.register_type_strategy(datetime, instants)


@settings(max_examples=40)
@given(st.from_type(Board))
def test_a_board_is_read_back_as_it_was_written(board: Board) -> None:
    assert board_from_json(board_to_json(board)) == board


def test_what_is_not_known_is_left_out() -> None:
    board = Board(cars=(Car("r1", "7", sectors=(None, TimedValue(24_380, Rank.OVERALL))),))

    body = board_to_json(board)

    assert b"null" not in body.replace(b"[null,", b"[")
    assert board_from_json(body) == board


def test_enums_come_back_as_members() -> None:
    state = SourceState(SourceStatus.LOST, datetime(2026, 5, 1, tzinfo=UTC), "no answer")

    back = board_from_json(board_to_json(Board(source=state))).source

    assert back is not None
    assert back.status is SourceStatus.LOST
