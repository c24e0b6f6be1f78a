"""What came in, counted: frames, lines and bytes by the minute, and what could not be read or named.

Totals of one epoch's frames by the clock of their arrival, so that frames that are folded again after a restart come
to the same rows. What a stranger sends must not fill the database: kinds of strange things are limited, samples cut.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from core.io.database.links import LinkBatch
from core.io.recorder import Recorded
from core.timing.events import Event, Junk, Novelty, Unread
from core.tracks.links import FeedCount, Strange

_LONGEST_SAMPLE = 200
_LONGEST_WHAT = 60
_MOST_KINDS = 200
_OTHERS = "others"
_FAULTS = frozenset({Junk, Unread, Novelty})
_MINUTE = timedelta(minutes=1)
_NEVER = datetime.min.replace(tzinfo=UTC)
_DIGITS = re.compile(r"\d+")


class Tally:
    """Counts of one circuit; plain state, used under the follower's guard."""

    def __init__(self) -> None:
        self._epoch = 0
        self._minute = _Minute(_NEVER)
        self._strange: dict[tuple[str, str], Strange] = {}
        self._news = LinkBatch()

    def note(self, recorded: Recorded, events: Iterable[Event]) -> None:
        """A frame has come and was read."""
        at, text = recorded.received_at, recorded.frame.text
        if recorded.place.epoch != self._epoch or not self._minute.begins_at <= at < self._minute.ends_at:
            self._turn_to(recorded.place.epoch, at)
        minute = self._minute
        minute.frames += 1
        minute.lines += text.count("\n") + (not text.endswith("\n"))
        minute.bytes += len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
        minute.last_at, minute.is_news = at, True
        for event in events:
            if type(event) in _FAULTS:
                minute.junk += type(event) is Junk
                minute.unread += type(event) is Unread
                self._meet(event, at)

    def add_laps(self, laps: int) -> None:
        self._minute.laps += laps
        self._minute.is_news = self._minute.is_news or laps > 0

    def take_rows(self) -> LinkBatch:
        """Totals that have changed since the last call."""
        self._put_count()
        news, self._news = self._news, LinkBatch()
        return news

    def _turn_to(self, epoch: int, at: datetime) -> None:
        self._put_count()
        if epoch != self._epoch:
            self._epoch, self._strange = epoch, {}
        begins_at = at.replace(second=0, microsecond=0)
        self._minute = _Minute(begins_at, begins_at + _MINUTE)
        if (known := self._news.counts.get((epoch, begins_at))) is not None:
            self._minute.go_on(known)

    def _put_count(self) -> None:
        if self._minute.is_news:
            self._minute.is_news = False
            self._news.counts[self._epoch, self._minute.begins_at] = self._minute.freeze()

    def _meet(self, fault: Event, at: datetime) -> None:
        kind, sample = _described(fault)
        what = _DIGITS.sub("0", sample)[:_LONGEST_WHAT]
        key = (kind, what if (kind, what) in self._strange or len(self._strange) < _MOST_KINDS else _OTHERS)
        known = self._strange.get(key) or Strange(*key, sample[:_LONGEST_SAMPLE], 0, at, at)
        self._strange[key] = replace(known, count=known.count + 1, last_at=at)
        self._news.strange[self._epoch, *key] = self._strange[key]


@dataclass(slots=True)
class _Minute:
    """The row that is being counted: frozen rows would cost more than the counting."""

    begins_at: datetime
    ends_at: datetime = _NEVER
    frames: int = 0
    lines: int = 0
    bytes: int = 0
    laps: int = 0
    junk: int = 0
    unread: int = 0
    last_at: datetime | None = None
    is_news: bool = False

    def go_on(self, row: FeedCount) -> None:
        self.frames, self.lines, self.bytes = row.frames, row.lines, row.bytes
        self.laps, self.junk, self.unread = row.laps, row.junk, row.unread

    def freeze(self) -> FeedCount:
        numbers = (self.frames, self.lines, self.bytes, self.laps, self.junk, self.unread)
        return FeedCount(self.begins_at, *numbers, self.last_at)


def _described(fault: Event) -> tuple[str, str]:
    match fault:
        case Novelty(kind, sample):
            return kind, sample
        case Unread(line, reason):
            return f"unread: {reason}"[:_LONGEST_SAMPLE], line
        case Junk(line):
            return "junk", line
        case _:
            raise TypeError(type(fault))
