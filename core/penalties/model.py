"""The nouns of race control: incidents, decisions, penalties and their states.

A penalty's id is `<incident>/decision` when a person chose it; it names the same penalty after every replay. Amounts
are integers or decimals, never binary floats, so that a comparison at a limit is exact.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from core.sessions.model import Phase

Amount = int | Decimal


class PenaltyType(StrEnum):
    WARNING = "warning"
    WARNING_FLAG = "warning_flag"
    REPRIMAND = "reprimand"
    TIME = "time"
    TIME_AT_STOP = "time_at_stop"
    STOP_GO = "stop_go"
    STOP_EXTRA = "stop_extra"
    DRIVE_THROUGH = "drive_through"
    LAP = "lap"
    LAP_TIME_DELETED = "lap_time_deleted"
    POSITION = "position"
    GRID = "grid"
    GRID_LAST = "grid_last"
    PIT_LANE_START = "pit_lane_start"
    POINTS = "points"
    FINE = "fine"
    EXCLUSION = "exclusion"
    DISQUALIFICATION = "disqualification"
    SUSPENSION = "suspension"

    OTHER = "other"
    """In an official's own words, without an amount; never converted."""


class TrackState(StrEnum):
    GREEN = "GREEN"
    SC = "SC"
    VSC = "VSC"
    FCY = "FCY"
    RED = "RED"
    PITWINDOW = "PITWINDOW"
    """A driver-change window."""


class Outcome(StrEnum):
    """What the ruleset or a decision made of an incident."""

    NOTED = "noted"
    WARNING = "warning"
    WARNING_FLAG = "warning_flag"
    PENALTY = "penalty"
    NFA = "nfa"
    INVESTIGATING = "investigating"
    AWAITING_APPROVAL = "awaiting_approval"


class ReportSource(StrEnum):
    """Who put something into the queue."""

    MARK = "mark"
    """An official's mark-now key: a moment, to be filled in."""
    MARSHAL = "marshal"
    TIMING = "timing"
    """Found by Paddock in the timing; never more than a proposal."""
    TEAM = "team"


class ReportState(StrEnum):
    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    SETTLED = "settled"
    """Never in the log: its penalty was dealt with elsewhere, or a newer report stands for it."""


class IncidentState(StrEnum):
    NOTED = "noted"
    INVESTIGATING = "investigating"
    AWAITING_APPROVAL = "awaiting_approval"
    DECIDED = "decided"
    CLOSED = "closed"
    VOIDED = "voided"
    MERGED = "merged"
    PROTESTED = "protested"


class PenaltyState(StrEnum):
    """The life of a penalty. In force, and moving the standings, it is from `issued` on until cancelled."""

    PROPOSED = "proposed"
    AWAITING_APPROVAL = "awaiting_approval"
    ISSUED = "issued"
    NOTIFIED = "notified"
    ACKNOWLEDGED = "acknowledged"
    SERVED = "served"
    VERIFIED = "verified"
    CLOSED = "closed"
    SHORT = "short"
    """Stopped for less than the amount: to be repeated."""
    REJECTED = "rejected"
    """Served while the track state forbade it: to be repeated."""
    UNSERVED = "unserved"
    CONVERTED = "converted"
    CANCELLED = "cancelled"
    APPEALED = "appealed"

    @property
    def in_force(self) -> bool:
        return self not in _NOT_IN_FORCE


_NOT_IN_FORCE = frozenset({PenaltyState.PROPOSED, PenaltyState.AWAITING_APPROVAL, PenaltyState.CANCELLED})

Evidence = tuple[tuple[str, str], ...]
"""What was measured, as names and values in words and plain numbers, in the order of reading: `("stop", "4.012 s")`."""


@dataclass(frozen=True, slots=True)
class Act:
    """Who did it and when; `by` is an account id as text, because the log carries ids and never names."""

    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Decision:
    """`outcome` is `auto`, `nfa`, `investigating`, `other`, or the code of a penalty of the ruleset."""

    outcome: str
    act: Act
    reason: str = ""
    words: str = ""
    approvals: tuple[Act, ...] = ()
    """By other accounts than the one that decided."""
    laps_left: int | None = None
    """When it was decided; None: not known."""

    @property
    def officials(self) -> frozenset[str]:
        """The accounts that stand behind it."""
        return frozenset({self.act.by, *(approval.by for approval in self.approvals)})


@dataclass(frozen=True, slots=True)
class Void:
    reason: str
    act: Act


@dataclass(frozen=True, slots=True)
class Merged:
    into: int
    reason: str
    act: Act


@dataclass(frozen=True, slots=True)
class Protest:
    """A team's protest, or its intention to appeal, and what was decided on it."""

    text: str
    lodged: Act
    appeal: bool = False
    upheld: bool | None = None
    reason: str = ""
    decided: Act | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """Something reported at a time about one car; `version` is the sequence number of the last event about it.

    `driver` and `team` are ids of the people's room, as text. `outcome`, `count` and `explain` are what the ruleset
    made of it: derived at every look, stored nowhere.
    """

    id: int
    at: datetime
    kart: str
    code: str
    label: str
    recorded: Act
    version: int
    phase: Phase | None = None
    second_kart: str | None = None
    turn: int | None = None
    lap: int | None = None
    text: str = ""
    driver: str | None = None
    team: str | None = None
    value: Amount | None = None
    points: Amount | None = None
    video: str = ""
    observer: str = ""
    laps_left: int | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    """What else the ruleset may match: class, zone, number of drivers."""
    report: int | None = None
    """The report of the queue it came from."""
    evidence: Evidence = ()
    state: IncidentState = IncidentState.NOTED
    decision: Decision | None = None
    signal: Act | None = None
    void: Void | None = None
    merged: Merged | None = None
    protests: tuple[Protest, ...] = ()
    outcome: Outcome = Outcome.NOTED
    count: Amount | None = None
    """Where the last ladder that counted it stood then; None: no ladder counts it."""
    explain: tuple[str, ...] = ()
    """Filled where one incident is looked at: `PenaltiesDesk.explained`."""
    ruleset: str = ""
    """Reference of the ruleset it is judged by."""


@dataclass(frozen=True, slots=True)
class Serving:
    """What was recorded of a serving; `accepted`: an official took it although it was late, short or forbidden."""

    at: datetime
    recorded: Act
    seconds: Amount | None = None
    evidence: Evidence = ()
    verified: Act | None = None
    accepted: Act | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Penalty:
    """A consequence. Which amount is set depends on the type: seconds, laps, places or points."""

    id: str
    incident: int
    kart: str
    code: str
    type: PenaltyType
    label: str
    state: PenaltyState
    decided: Act
    """Who decided it; of an automatic one, who recorded the incident that reached the step."""
    seconds: Amount | None = None
    laps: Amount | None = None
    places: Amount | None = None
    points: Amount | None = None
    driver: str | None = None
    team: str | None = None
    automatic: bool = False
    why: tuple[str, ...] = ()
    """Filled where its incident is looked at, as `explain` is."""
    converted_from: PenaltyType | None = None
    approvals: tuple[Act, ...] = ()
    approvals_needed: int = 1
    """Different accounts, the one that decided among them."""
    issued: Act | None = None
    notified: Act | None = None
    acknowledged: Act | None = None
    reported_served: Act | None = None
    serving: Serving | None = None
    unserved: Act | None = None
    cancelled: Void | None = None
    follows: str | None = None
    """The unserved penalty that this one follows."""


@dataclass(frozen=True, slots=True)
class Review:
    """A served penalty whose basis a correction has removed; a person says what becomes of it."""

    penalty: str
    incident: int
    kart: str
    label: str
    serving: Serving
    resolution: str | None = None
    reason: str = ""
    resolved: Act | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Something in the queue: a mark, a marshal's report, a proposal from timing, a team's word."""

    id: int
    at: datetime
    source: ReportSource
    filed: Act
    version: int
    kart: str = ""
    code: str = ""
    second_kart: str | None = None
    post: str = ""
    turn: int | None = None
    lap: int | None = None
    text: str = ""
    value: Amount | None = None
    key: str = ""
    penalty: str | None = None
    evidence: Evidence = ()
    state: ReportState = ReportState.WAITING
    incidents: tuple[int, ...] = ()
    refused: Void | None = None
    driver: str | None = None
    """Person id, where it is about one of several drivers."""
    settled: str = ""
    """Why nobody has to look at it any more; derived at every look, as the state is then."""


@dataclass(frozen=True, slots=True)
class Document:
    """A published document; `number` runs through the session, `content` is all that its pages are drawn from."""

    number: int
    kind: str
    title: str
    published: Act
    content: Mapping[str, object]
    incident: int | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A line of the ticker, in race-control grammar."""

    seq: int
    at: datetime
    text: str
    kart: str | None = None
    public: bool = True


@dataclass(frozen=True, slots=True)
class TrackChange:
    at: datetime
    state: TrackState


@dataclass(frozen=True, slots=True)
class Pending:
    """What waits for an official: incidents without a final decision, penalties not yet issued, reports, reviews."""

    incidents: tuple[Incident, ...]
    penalties: tuple[Penalty, ...]
    reports: tuple[Report, ...] = ()
    reviews: tuple[Review, ...] = ()
    flags: tuple[Incident, ...] = ()
    """Incidents that reached a warning flag which has not been shown to the driver yet."""
