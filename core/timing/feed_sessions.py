"""Same feed session or a new one? A feed sends its whole table at every reconnection, so a table alone says nothing.

A session is its titles, its track and the order of its table. The same again, with rows that overlap (an endurance
race went from 42 entries to 43), is the same session, unless its laps or its clock started over. An empty table
belongs to whatever has its titles.

A feed may also start over without a table: green again after the cars took the chequered flag. Such a session has the
name of the one before until a table brings its own; it is the same when it shows the lap times that were just driven.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.timing.events import BestLap, LapsShown, LastLap, Snapshot
from core.timing.model import Clock, ClockKind, SessionKind

_CLOCK_SLACK_MS = 60_000
"""An operator corrects a running clock by less than this; more is a new start."""


@dataclass(frozen=True, slots=True)
class Identity:
    titles: tuple[str, str]
    track: str
    kind: SessionKind


@dataclass(frozen=True, slots=True)
class Known:
    """What the fold knows of the session that is on."""

    identity: Identity
    last_ms: dict[str, int | None]
    """Last laps by car of the table."""
    laps: int
    """The most laps any car has shown or driven."""
    clock: Clock | None
    now: datetime
    started_over: bool
    """Whether it began without a table."""


def is_same_session(known: Known, snapshot: Snapshot) -> bool:
    if known.started_over and (not known.laps or _shows_its_laps(known, snapshot)):
        return True
    if known.identity != Identity(snapshot.titles, snapshot.track, snapshot.kind):
        return False
    rows = {source_id for source_id, _ in snapshot.rows}
    if not known.last_ms or not rows:
        return True
    return not rows.isdisjoint(known.last_ms) and not _started_over(known, snapshot)


def _started_over(known: Known, snapshot: Snapshot) -> bool:
    tells_laps = {"last", "best", "laps"} & set(snapshot.layout.fields)
    if known.laps and tells_laps and not _has_laps(snapshot):
        return True
    laps = _laps_shown(snapshot)
    return laps is not None and laps < known.laps and _clock_started_over(known, snapshot)


def _shows_its_laps(known: Known, snapshot: Snapshot) -> bool:
    """Whether most of the table's last laps are those we know."""
    shown = [
        known.last_ms.get(event.source_id) == event.ms
        for _, events in snapshot.rows
        for event in events
        if isinstance(event, LastLap) and event.ms is not None
    ]
    return sum(shown) * 2 > len(shown)


def _has_laps(snapshot: Snapshot) -> bool:
    return any(
        (isinstance(event, LastLap | BestLap) and event.ms is not None) or (isinstance(event, LapsShown) and event.laps)
        for _, events in snapshot.rows
        for event in events
    )


def _laps_shown(snapshot: Snapshot) -> int | None:
    """The most laps of the new table; None when it tells of none."""
    counters = (event for _, events in snapshot.rows for event in events if isinstance(event, LapsShown))
    return max((event.laps for event in counters if event.laps is not None), default=None)


def _clock_started_over(known: Known, snapshot: Snapshot) -> bool:
    """Whether a countdown shows clearly more than is left."""
    before, after = known.clock, snapshot.clock
    if before is None or after is None or before.ms is None or after.ms is None:
        return True
    if not before.kind is after.kind is ClockKind.COUNTDOWN:
        return True
    left_ms = before.ms - (known.now - before.at) / timedelta(milliseconds=1)
    return after.ms > left_ms + _CLOCK_SLACK_MS
