"""A whole recording folded at once: what it held, and what every feed session in it came to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.timing.board import BoardFold, Harvest
from core.timing.events import Layout, Snapshot
from core.timing.model import Board, FeedSession, Lap, Stop
from core.timing.recordings import RecordedFrame
from core.timing.sources import Source


@dataclass(slots=True)
class Replayed:
    """Counts of a recording and its feed sessions in their order."""

    frames: int = 0
    lines: int = 0
    """Lines that are not blank."""
    unread: int = 0
    junk: int = 0
    novelties: int = 0
    grids: int = 0
    layouts: set[tuple[str, ...]] = field(default_factory=set)
    """Distinct sequences of column types."""
    unmapped: dict[str, None] = field(default_factory=dict)
    """Column types without a meaning, in the order they were met."""
    sessions: list["ReplayedSession"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ReplayedSession:
    session: FeedSession
    board: Board
    laps: tuple[Lap, ...]
    stops: tuple[Stop, ...]


def replay(frames: Iterable[RecordedFrame], source: Source, *, until_s: float | None = None) -> Replayed:
    """Fold frames with a source of their protocol, all of them or those of the first `until_s` seconds."""
    found, fold = Replayed(), BoardFold()
    end: datetime | None = None
    for frame in frames:
        if end is None and until_s is not None:
            end = frame.at + timedelta(seconds=until_s)
        if end is not None and frame.at > end:
            break
        events = source.feed(frame.text, frame.at)
        fold.apply(events)
        _count(found, frame.text, events)
    board = fold.snapshot()
    found.unread, found.junk, found.novelties = board.unread, board.junk, board.novelties
    fold.close()
    found.sessions = [_session(harvest) for harvest in fold.drain()]
    return found


def _count(found: Replayed, text: str, events: Iterable[object]) -> None:
    found.frames += 1
    found.lines += sum(1 for line in text.split("\n") if line and not line.isspace())
    if "grid|" in text:
        for event in events:
            if isinstance(event, Snapshot) and event.layout.types:
                _count_layout(found, event.layout)


def _count_layout(found: Replayed, layout: Layout) -> None:
    found.grids += 1
    found.layouts.add(layout.types)
    found.unmapped.update(dict.fromkeys(layout.unmapped))


def _session(harvest: Harvest) -> ReplayedSession:
    return ReplayedSession(harvest.session, harvest.final or Board(), harvest.laps, harvest.stops)
