"""The one door to what became of a circuit's link: log, holes, novelties and statistics. Workers write, all others ask.

Rights are checked by the caller (`Right.READ_TIMING`).
"""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.tracks.links import FeedCount, Hole, LinkEvent, Strange

MOST = 1000
"""Rows that one question may ask for."""


class LinkStore(Protocol):
    """Where workers have written."""

    def log(self, circuit_id: UUID, limit: int) -> tuple[LinkEvent, ...]:
        """Newest first."""

    def holes(self, circuit_id: UUID, limit: int) -> tuple[Hole, ...]:
        """Newest first."""

    def strange(self, circuit_id: UUID, limit: int) -> tuple[Strange, ...]:
        """Most frequent first."""

    def counts(self, circuit_id: UUID, since: datetime) -> tuple[FeedCount, ...]:
        """By the minute, oldest first."""

    def last_heard(self, circuit_id: UUID) -> datetime | None: ...


class LinksDesk:
    """Questions about links; shared between threads."""

    def __init__(self, store: LinkStore) -> None:
        self._store = store

    def log(self, circuit_id: UUID, limit: int = 200) -> tuple[LinkEvent, ...]:
        """The connection log, newest first."""
        return self._store.log(circuit_id, min(limit, MOST))

    def holes(self, circuit_id: UUID, limit: int = 200) -> tuple[Hole, ...]:
        """When the feed was not heard, newest first."""
        return self._store.holes(circuit_id, min(limit, MOST))

    def novelties(self, circuit_id: UUID, limit: int = 200) -> tuple[Strange, ...]:
        """What Paddock has no name for or could not read, most frequent first."""
        return self._store.strange(circuit_id, min(limit, MOST))

    def counts(self, circuit_id: UUID, since: datetime) -> tuple[FeedCount, ...]:
        """What came, by the minute, oldest first; minutes without a frame are left out."""
        return self._store.counts(circuit_id, since)

    def total(self, circuit_id: UUID, since: datetime) -> FeedCount:
        """What came since then, in one row."""
        rows = self._store.counts(circuit_id, since)
        sums = {name: sum(getattr(row, name) for row in rows) for name in _NUMBERS}
        return FeedCount(since, **sums, last_at=max((row.last_at for row in rows if row.last_at), default=None))

    def last_heard(self, circuit_id: UUID) -> datetime | None:
        """When a frame was received last, on whatever machine."""
        return self._store.last_heard(circuit_id)


_NUMBERS = ("frames", "lines", "bytes", "laps", "junk", "unread")
