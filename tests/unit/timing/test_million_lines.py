"""Feeds anybody may write into: a million mutilated lines of every protocol, and nothing raises."""

import pytest

from core.timing.model import Board
from tests.feeds.mutilated import lines_of, survive

SHARES = {"apex": 600_000, "rmonitor": 360_000, "sms_timing": 40_000}
"""A line of SMS-Timing is the whole state of a heat and costs as much as fifty others."""


def test_they_are_a_million() -> None:
    assert sum(SHARES.values()) == 1_000_000


@pytest.mark.parametrize("protocol", SHARES)
def test_no_mutilated_line_stops_a_source_or_the_fold(protocol: str) -> None:
    board = survive(protocol, lines_of(protocol), SHARES[protocol], unmarked)

    assert board.unread > 0
    assert board.junk > 0


def unmarked(board: Board) -> None:
    """Everything on the board is bounded, whatever the feed sends."""
    texts = [
        text for car in board.cars for text in (car.number, car.team, car.driver, car.category, car.nation) if text
    ]
    assert max(map(len, texts), default=0) <= 1000
    assert len(board.cars) <= 5000
