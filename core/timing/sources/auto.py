"""A source that finds out itself: it holds frames until they are recognised, then reads them all, in their own time.

What is held are the messages that recognition looks at, so few. Of a feed that nobody recognises they are given up as
`Unread`, and the search goes on with what comes; one that is recognised but read by nobody says so.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

from core.timing.detect import Detector
from core.timing.events import Event, Heard, KeepAlive, Unread
from core.timing.mapping import Maps
from core.timing.sources.history import WithHistory

_LONGEST_SAMPLE = 200


class _Parser(Protocol):
    def feed(self, frame: str, at: datetime) -> Iterable[Event]: ...


class Auto:
    """Holds, recognises, reads. `find` gives the parser of a format, or None when there is none."""

    def __init__(self, maps: Maps, find: Callable[[str, Maps], _Parser | None]) -> None:
        self._maps = maps
        self._find = find
        self._parser: _Parser | None = None
        self._detector = Detector()
        self._held: list[tuple[str, datetime]] = []

    @property
    def format(self) -> str | None:
        """What the feed is, once it is recognised."""
        return self._detector.decided

    def feed(self, frame: str, at: datetime) -> list[Event]:
        """Nothing but a sign of life until the feed is recognised; then everything that was held, and so on."""
        if self._parser is not None:
            return list(self._parser.feed(frame, at))
        if not frame or frame.isspace():
            return [KeepAlive(at)]
        heard = self._detector.messages
        format_ = self._detector.hear(frame)
        if self._detector.messages > heard or self._detector.is_full:
            self._held.append((frame, at))
        self._parser = self._find(format_, self._maps) if format_ is not None else None
        if self._parser is not None:
            return self._read_held(self._parser)
        return self._give_up(at) if self._detector.is_full else [KeepAlive(at)]

    def feed_history(self, text: str, at: datetime) -> list[Event]:
        """Replies about the past, for a parser that reads them."""
        return list(self._parser.feed_history(text, at)) if isinstance(self._parser, WithHistory) else []

    def _read_held(self, parser: _Parser) -> list[Event]:
        events = [event for frame, at in self._held for event in parser.feed(frame, at)]
        self._held.clear()
        return events

    def _give_up(self, at: datetime) -> list[Event]:
        reason = "no parser knows this feed" if self.format is None else f"no parser reads {self.format} yet"
        lost = [Unread(frame[:_LONGEST_SAMPLE], reason) for frame, _ in self._held]
        self._held.clear()
        if self.format is None:
            self._detector = Detector()
        return [Heard(at), *lost]
