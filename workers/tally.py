"""What came in, counted: frames, lines and bytes by the minute, and what could not be read or named.

Totals of one epoch's frames by the clock of their arrival, so that frames that are folded again after a restart come
to the same rows. What a stranger sends must not fill the database: kinds of strange things are limited, samples cut.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from core.io.database.links import LinkBatch
from core.io.recorder import Recorded
from core.timing.events import Event, Junk, Novelty, Unread
from core.tracks.links import FeedCount, Strange

_LONGEST_SAMPLE = 200
_LONGEST_WHAT = 60
_MOST_KINDS = 200
_OTHERS = "others"
_FAULTS = frozenset({Junk, Unread, Novelty})
_DIGITS = re.compile(r"\d+")


class Tally:
    """Counts of one circuit; plain state, used under the follower's guard."""

    def __init__(self) -> None:
        self._epoch = 0
        self._count = FeedCount(datetime.min)
        self._strange: dict[tuple[str, str], Strange] = {}
        self._news = LinkBatch()

    def note(self, recorded: Recorded, events: Iterable[Event]) -> None:
        """A frame has come and was read."""
        self._turn_to(recorded.place.epoch, recorded.received_at)
        faults = [event for event in events if type(event) in _FAULTS]
        for fault in faults:
            self._meet(fault, recorded.received_at)
        text, count = recorded.frame.text, self._count
        self._count = FeedCount(
            count.minute,
            count.frames + 1,
            count.lines + text.count("\n") + (not text.endswith("\n")),
            count.bytes + (len(text) if text.isascii() else len(text.encode("utf-8", "replace"))),
            count.laps,
            count.junk + sum(isinstance(fault, Junk) for fault in faults),
            count.unread + sum(isinstance(fault, Unread) for fault in faults),
            recorded.received_at,
        )

    def add_laps(self, laps: int) -> None:
        if laps and self._count.frames:
            self._count = replace(self._count, laps=self._count.laps + laps)

    def take_rows(self) -> LinkBatch:
        """Totals that have changed since the last call."""
        self._put_count()
        news, self._news = self._news, LinkBatch()
        return news

    def _turn_to(self, epoch: int, at: datetime) -> None:
        if epoch != self._epoch:
            self._put_count()
            self._epoch, self._strange, self._count = epoch, {}, FeedCount(datetime.min)
        minute = at.replace(second=0, microsecond=0)
        if minute != self._count.minute:
            self._put_count()
            self._count = self._news.counts.get((epoch, minute), FeedCount(minute))

    def _put_count(self) -> None:
        if self._count.frames:
            self._news.counts[self._epoch, self._count.minute] = self._count

    def _meet(self, fault: Event, at: datetime) -> None:
        kind, sample = _described(fault)
        what = _DIGITS.sub("0", sample)[:_LONGEST_WHAT]
        key = (kind, what if (kind, what) in self._strange or len(self._strange) < _MOST_KINDS else _OTHERS)
        known = self._strange.get(key) or Strange(*key, sample[:_LONGEST_SAMPLE], 0, at, at)
        self._strange[key] = replace(known, count=known.count + 1, last_at=at)
        self._news.strange[self._epoch, *key] = self._strange[key]


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
