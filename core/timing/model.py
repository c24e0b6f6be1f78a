"""The nouns of timing: what a feed says (events) and what a screen shows (the board).

Every source yields the same closed set of events; one fold makes the board from them. Times of laps and gaps are whole
milliseconds, time stamps are aware UTC, car numbers are text. `None` means "not known" or "the feed has no such
column".

`source_id` is the feed's own identity of an entry, stable for a feed session; the number painted on a kart may change.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Rank(StrEnum):
    """How good a time was when it was set; the feed re-colours times later."""

    NORMAL = "normal"
    PERSONAL = "personal"
    OVERALL = "overall"


class CarStatus(StrEnum):
    RUNNING = "running"
    IN_PIT = "in_pit"
    STOPPED = "stopped"
    FINISHED = "finished"


class SessionKind(StrEnum):
    """How the feed orders its table; `NONE` means that the venue shows no live timing."""

    RACE = "race"
    BEST_TIME = "best_time"
    NONE = "none"


class Flag(StrEnum):
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    CHEQUERED = "chequered"


class ClockKind(StrEnum):
    COUNTDOWN = "countdown"
    COUNT_UP = "count_up"
    TEXT = "text"


class LapKind(StrEnum):
    LAP = "lap"
    PIT = "pit"


class Provenance(StrEnum):
    """Where a number comes from."""

    FEED = "feed"
    COMPUTED = "computed"
    BACK_FILLED = "back_filled"
    """Told by the feed's history after the link had been away."""
    MANUAL = "manual"


class SourceStatus(StrEnum):
    RUNNING = "running"
    STOPPED = "stopped"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class TimedValue:
    """A lap or sector time and how good it was."""

    ms: int
    rank: Rank


@dataclass(frozen=True, slots=True)
class Gap:
    """A distance to another car: whole laps, milliseconds, or neither while unknown."""

    ms: int | None = None
    laps: int | None = None


@dataclass(frozen=True, slots=True)
class Car:
    """One row of the board, as the feed and the fold know it."""

    source_id: str
    number: str
    position: int | None = None
    plate_colour: str | None = None
    """`#RRGGBB` of the number plate, from the feed's own style rules."""
    team: str | None = None
    driver: str | None = None
    category: str | None = None
    nation: str | None = None
    laps: int | None = None
    last: TimedValue | None = None
    best: TimedValue | None = None
    sectors: tuple[TimedValue | None, ...] = ()
    gap: Gap | None = None
    interval: Gap | None = None
    behind_ms: int | None = None
    """Computed at its last passing: how long after the first car that completed as many laps, also when lapped."""
    pits: int | None = None
    status: CarStatus = CarStatus.RUNNING
    in_pit_since: datetime | None = None
    stint_ms: int | None = None
    """Time on track of the running stint as the feed shows it (resolution of the feed, often one minute)."""
    feed_penalty: str | None = None
    """Text of the feed's own penalty column: a cross-check, never the source of a penalty."""
    crossed_at: datetime | None = None
    """When the last passing of the start/finish line was received."""
    more: tuple[tuple[str, str], ...] = ()
    """Columns that carry a meaning Paddock does not use: (heading, text)."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The session clock as last sent: `ms` counts down or up from `at`; a text clock stands still."""

    kind: ClockKind
    at: datetime
    ms: int | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """One line of the venue's race-control list. `clock` is the local time of day as shown, such as `13:21`."""

    clock: str
    flag: str
    number: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class SourceState:
    """What the worker knows of its source; how old the data is stands in `Board.at`."""

    status: SourceStatus
    since: datetime
    cause: str | None = None
    """Why it is lost or stopped, for people."""


@dataclass(frozen=True, slots=True)
class Board:
    """Everything a screen shows of one circuit, as one frozen value."""

    seq: int = 0
    """Events folded so far; grows with every change."""
    at: datetime | None = None
    """When the last frame with data was received: the age of everything here."""
    title: str = ""
    track: str = ""
    kind: SessionKind = SessionKind.NONE
    flag: Flag | None = None
    clock: Clock | None = None
    banner: str = ""
    comments: tuple[Comment, ...] = ()
    columns: tuple[str, ...] = ()
    """Names of the `Car` fields that the feed really has, in the feed's order."""
    cars: tuple[Car, ...] = ()
    """In the feed's order."""
    unread: int = 0
    """Lines of the protocol that could not be read."""
    junk: int = 0
    """Lines that are not the protocol's at all; quarantined."""
    novelties: int = 0
    """Things of the protocol that Paddock has no name for; their values are kept."""
    alive_at: datetime | None = None
    """When anything was received, keep-alives included: whether the link lives."""
    session: int = 0
    """Ordinal of the feed session this is; a new one begins a new count of laps."""
    layout: str = ""
    """Fingerprint of the feed's table."""
    source: SourceState | None = None
    """Written by the worker beside the fold's part."""


@dataclass(frozen=True, slots=True)
class Lap:
    """One completed lap. `at` is when its passing was received."""

    source_id: str
    number: str
    lap: int
    lap_ms: int | None
    kind: LapKind
    at: datetime
    driver: str | None = None
    """Who was in the car when the lap ended, where the feed names drivers."""
    position: int | None = None
    """The car's when it completed the lap."""
    flag: Flag | None = None
    """The flag under which the lap ended."""
    sectors_ms: tuple[int | None, ...] = ()
    provenance: Provenance = Provenance.FEED
    """`COMPUTED` also when only its number is a guess, after laps may have gone by unseen."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One visit to the pit lane; `out_at` is None while the car is still in, `in_at` when nobody saw it come in."""

    source_id: str
    in_at: datetime | None
    out_at: datetime | None = None
    duration_ms: int | None = None
    """As exact as the feed allows; None when an end of the stop was not seen."""
    lap: int | None = None
    """Laps done when the car came in."""
    provenance: Provenance = Provenance.FEED


@dataclass(frozen=True, slots=True)
class FeedSession:
    """What the feed itself calls a session, from its first table to the first table of the next."""

    ordinal: int
    name: str
    kind: SessionKind
    track: str
    opened_at: datetime
