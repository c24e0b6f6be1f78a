"""What would become of messages if they were read by a map: the table, the laps, and what did not fit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core.timing.board import BoardFold
from core.timing.events import Event, Novelty, Unread
from core.timing.mapping import FeedMap
from core.timing.model import Board
from core.timing.sources.mapped import Mapped

_NO_CLOCK = datetime(2000, 1, 1, tzinfo=UTC)
_MOST_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Preview:
    """The board after the last message. Samples carry no clock: one a second is assumed."""

    board: Board
    messages: int
    laps: int
    unread: int
    faults: tuple[str, ...]
    """The first reasons why something did not fit, each once."""
    novelties: tuple[str, ...]


def preview(feed: FeedMap, frames: Iterable[str]) -> Preview:
    source, fold = Mapped(feed), BoardFold()
    events: list[Event] = []
    told = list(frames)
    for number, frame in enumerate(told):
        fresh = source.feed(frame, _NO_CLOCK + timedelta(seconds=number))
        fold.apply(fresh)
        events += fresh
    faults = dict.fromkeys(event.reason for event in events if isinstance(event, Unread))
    novelties = dict.fromkeys(event.sample for event in events if isinstance(event, Novelty))
    board = fold.snapshot()
    laps = sum(len(harvest.laps) for harvest in fold.drain())
    return Preview(board, len(told), laps, board.unread, tuple(faults)[:_MOST_FAULTS], tuple(novelties))
