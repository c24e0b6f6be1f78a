"""What is known of a circuit's link to its feed: the connection log, holes, novelties and counts by the minute.

Times are those of this side (when something was received), never the feed's own.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LinkEvent:
    """One line of the connection log."""

    at: datetime
    status: str
    """connecting, connected, silent, lost or gave_up."""
    detail: str
    """The address or the cause, in words for people."""
    attempt: int = 0
    """How many attempts in a row have failed before."""


@dataclass(frozen=True, slots=True)
class Hole:
    """The feed was not heard: laps may be missing between."""

    since: datetime
    until: datetime
    back_filled: int = 0
    """Laps that the feed's history has told afterwards."""


@dataclass(frozen=True, slots=True)
class Strange:
    """Something of the feed that Paddock has no name for, or could not read, and how often it came."""

    kind: str
    """class, column, … as the parser calls it; `junk`; or why a line could not be read."""
    what: str
    """The sample with its digits made 0: what looks alike is counted together."""
    sample: str
    """The first of them, cut to a readable length."""
    count: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class FeedCount:
    """What came in a minute; of long ago, in an hour."""

    minute: datetime
    frames: int = 0
    lines: int = 0
    bytes: int = 0
    laps: int = 0
    junk: int = 0
    unread: int = 0
    last_at: datetime | None = None
    """When the last frame of that time was heard."""
