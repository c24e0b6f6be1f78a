"""What a feed says: the closed union of events every timing source yields and the one fold understands.

Times of laps and gaps are whole milliseconds; `None` means that the feed cleared the value. Events carry no clock of
their own: `Heard` opens every frame and all that follows belongs to its moment, so that the rules about "in the same
frame" and "within a second" can be applied and the hot path stays short.

Events are `NamedTuple`s. Measured on CPython 3.11, making one takes 0.21 µs against 0.42 µs for a frozen dataclass
with slots, and a feed makes one a line. Two events of different types with equal content compare equal, as tuples do:
tell them apart by type, as the fold does.
"""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from core.timing.model import ClockKind, Comment, Flag, LapKind, Provenance, Rank, SessionKind


class Road(StrEnum):
    """What a status icon says about where the car is; the position arrows are decoration and say nothing."""

    IN = "in"
    OUT = "out"
    STOPPED = "stopped"
    FINISHED = "finished"
    RUNNING = "running"
    RESUMED = "resumed"
    """The finish did not count: the session goes on."""


class Heard(NamedTuple):
    """A frame with data arrived; what follows belongs to it."""

    at: datetime


class KeepAlive(NamedTuple):
    """The link is alive and the feed has nothing to say."""

    at: datetime


class Junk(NamedTuple):
    """A line that is not the protocol's: quarantined, never passed on."""

    line: str


class Unread(NamedTuple):
    """A line of the protocol that could not be read."""

    line: str
    reason: str


class Novelty(NamedTuple):
    """Something of the protocol that nobody has told us about: its value is kept, its kind is counted."""

    kind: str
    sample: str


class Positioned(NamedTuple):
    source_id: str
    position: int | None


class Plated(NamedTuple):
    source_id: str
    number: str
    colour: str | None


class TeamNamed(NamedTuple):
    source_id: str
    name: str


class DriverNamed(NamedTuple):
    """Who is in the car; `driven_ms` is that driver's accumulated driving time where the feed shows it."""

    source_id: str
    name: str
    driven_ms: int | None = None


class Categorised(NamedTuple):
    source_id: str
    category: str


class NationShown(NamedTuple):
    source_id: str
    nation: str


class LastLap(NamedTuple):
    """The last-lap cell changed: a lap only together with a passing; otherwise perhaps a new colour of an old one."""

    source_id: str
    ms: int | None
    rank: Rank


class BestLap(NamedTuple):
    source_id: str
    ms: int | None
    rank: Rank


class SectorTime(NamedTuple):
    """`sector` counts from 0."""

    source_id: str
    sector: int
    ms: int | None
    rank: Rank


class GapShown(NamedTuple):
    """Behind the leader by a time or by laps; of the leader itself the cell may tell `leader_laps` done."""

    source_id: str
    ms: int | None
    laps: int | None
    leader_laps: int | None = None


class IntervalShown(NamedTuple):
    source_id: str
    ms: int | None
    laps: int | None


class LapsShown(NamedTuple):
    source_id: str
    laps: int | None


class PitsShown(NamedTuple):
    source_id: str
    pits: int | None


class RoadShown(NamedTuple):
    source_id: str
    road: Road


class PitClock(NamedTuple):
    """The feed's running clock of a stop, in whole seconds; not the time on track."""

    source_id: str
    ms: int | None


class TrackClock(NamedTuple):
    """Time on track of the running stint, in whole minutes."""

    source_id: str
    ms: int | None


class PenaltyShown(NamedTuple):
    source_id: str
    text: str


class Extra(NamedTuple):
    """A column Paddock gives no meaning."""

    source_id: str
    heading: str
    text: str


class Crossed(NamedTuple):
    """A passing of the start/finish line."""

    source_id: str


class SectorCrossed(NamedTuple):
    """A passing of an intermediate line; `sector` ends there; it counts from 0."""

    source_id: str
    sector: int


class PitIn(NamedTuple):
    source_id: str


class PitOut(NamedTuple):
    source_id: str


class LapTold(NamedTuple):
    """A lap told as a whole: it is one at once and waits for no cell and no passing.

    One of provenance `BACK_FILLED` is history: it adds nothing when the lap is known.
    """

    source_id: str
    ms: int | None
    lap: int | None = None
    """Its number, where it is told."""
    total_ms: int | None = None
    """Race time at its end."""
    flag: Flag | None = None
    kind: LapKind = LapKind.LAP
    provenance: Provenance = Provenance.FEED
    rank: Rank = Rank.NORMAL
    corrects: bool = False
    """Whether it is the last lap again, measured better."""
    sectors_ms: tuple[int | None, ...] = ()


class StopTold(NamedTuple):
    """A stop told as a whole, by the feed's history. `in_ms` and `out_ms` are race time; no `out_ms`: still in."""

    source_id: str
    ordinal: int
    """Among the stops of the car, from 1."""
    lap: int | None
    in_ms: int | None
    out_ms: int | None
    duration_ms: int | None
    driver: str | None = None
    """Who drove until this stop."""
    provenance: Provenance = Provenance.BACK_FILLED


CarEvent = (
    Positioned
    | Plated
    | TeamNamed
    | DriverNamed
    | Categorised
    | NationShown
    | LastLap
    | BestLap
    | SectorTime
    | GapShown
    | IntervalShown
    | LapsShown
    | PitsShown
    | RoadShown
    | PitClock
    | TrackClock
    | PenaltyShown
    | Extra
    | Crossed
    | SectorCrossed
    | PitIn
    | PitOut
    | LapTold
    | StopTold
)


class Titled(NamedTuple):
    """The session's titles, as far as they are known: event first, session second."""

    titles: tuple[str, str]


class TrackNamed(NamedTuple):
    name: str


class ClockShown(NamedTuple):
    kind: ClockKind
    ms: int | None
    text: str | None


class FlagShown(NamedTuple):
    flag: Flag | None
    """None: the feed shows no flag, as before a start."""


class BannerShown(NamedTuple):
    text: str


class CommentsShown(NamedTuple):
    """The venue's whole list of comments, newest first."""

    comments: tuple[Comment, ...]


class LinkCut(NamedTuple):
    """The link was away: laps may be missing between."""

    since: datetime
    """When something was last heard."""
    until: datetime


class ColumnSeen(NamedTuple):
    """One column as the feed sends it."""

    id: str
    """The feed's own name of its place, such as `c5`."""
    type: str
    heading: str
    field: str
    """The `Car` field it fills; "" for decoration and for what nobody knows."""
    is_known: bool = True
    """Whether somebody has said what it means: its type, its heading, or a person."""


class Layout(NamedTuple):
    """The columns of a table."""

    fields: tuple[str, ...]
    """Names of the `Car` fields it fills, in the feed's order."""
    fingerprint: str
    """Names the layout by its types and headings."""
    types: tuple[str, ...] = ()
    """The feed's own types of its columns; "" where it gives none."""
    unmapped: tuple[str, ...] = ()
    """Types that nobody has told us about."""
    columns: tuple[ColumnSeen, ...] = ()
    """In the feed's order, where the feed has a table."""


class Snapshot(NamedTuple):
    """The feed starts over with a whole table: apply at once or not at all.

    It comes at the start, after every reconnection and whenever the operator changes the layout; whether it also is a
    new session, the fold decides. `titles`, `track` and `clock` are what the same frame says about them.
    """

    kind: SessionKind
    titles: tuple[str, str]
    track: str
    clock: ClockShown | None
    layout: Layout
    rows: tuple[tuple[str, tuple[CarEvent, ...]], ...]


class TableShown(NamedTuple):
    """How the table is ordered and what it shows, of feeds whose rows come one by one."""

    kind: SessionKind
    layout: Layout


class SessionBegun(NamedTuple):
    """The feed says that a session begins here: nothing driven before belongs to it, and its entries follow."""

    titles: tuple[str, str]
    track: str
    kind: SessionKind
    layout: Layout


class Listed(NamedTuple):
    """The entries there are, of feeds whose rows come one by one; others have left the table."""

    source_ids: tuple[str, ...]


Event = (
    Heard
    | KeepAlive
    | Junk
    | Unread
    | Novelty
    | CarEvent
    | Titled
    | TrackNamed
    | ClockShown
    | FlagShown
    | BannerShown
    | CommentsShown
    | Snapshot
    | TableShown
    | SessionBegun
    | Listed
    | LinkCut
)
