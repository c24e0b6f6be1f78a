"""The bodies of the event log: each the smallest fact of one act, a closed set.

They carry ids, never names of people, so that a person can be erased without breaking the hash chain. Amounts are
integers or decimals; a field that is not known is left out of the row.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.penalties.model import Amount, Evidence, ReportSource, TrackState
from core.sessions.model import Phase


@dataclass(frozen=True, slots=True)
class RulesetPinned:
    """The whole ruleset in its canonical form, so that the session is complete by itself."""

    ruleset: str
    text: str


@dataclass(frozen=True, slots=True)
class SessionOpened:
    """The circuit's pointer came here; writes are taken from now on."""

    epoch: int


@dataclass(frozen=True, slots=True)
class SessionPaused:
    """Another session of the circuit was opened; writes are refused from now on."""

    epoch: int


@dataclass(frozen=True, slots=True)
class SessionClosed:
    epoch: int


@dataclass(frozen=True, slots=True)
class SessionImported:
    """What follows was told by a file, with its own times. Of a whole log: its chain held up to this head."""

    file: str
    """The sha256 of the file."""
    session: str = ""
    """The id of the session that the file is of; empty: a table that anybody may have typed."""
    seq: int = 0
    hash: str = ""


@dataclass(frozen=True, slots=True)
class PhaseStarted:
    phase: Phase


@dataclass(frozen=True, slots=True)
class IncidentRecorded:
    incident: int
    kart: str
    code: str
    phase: Phase | None = None
    second_kart: str | None = None
    turn: int | None = None
    text: str = ""
    lap: int | None = None
    driver: str | None = None
    team: str | None = None
    value: Amount | None = None
    points: Amount | None = None
    video: str = ""
    observer: str = ""
    laps_left: int | None = None
    report: int | None = None
    evidence: Evidence = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    """What else the ruleset may match: class, zone, number of drivers."""


@dataclass(frozen=True, slots=True)
class IncidentDecided:
    """`outcome`: `auto`, `nfa`, `investigating`, `other`, or the code of a penalty in the ruleset of this event."""

    incident: int
    outcome: str
    reason: str = ""
    words: str = ""
    laps_left: int | None = None


@dataclass(frozen=True, slots=True)
class IncidentVoided:
    incident: int
    reason: str


@dataclass(frozen=True, slots=True)
class IncidentAmended:
    """New values by field (`at` as an ISO instant); what is not named stays. The old values stay in earlier events."""

    incident: int
    changes: Mapping[str, str | int | None]
    reason: str


@dataclass(frozen=True, slots=True)
class IncidentMerged:
    incident: int
    into: int
    reason: str


@dataclass(frozen=True, slots=True)
class SignalShown:
    incident: int


@dataclass(frozen=True, slots=True)
class DecisionApproved:
    incident: int


@dataclass(frozen=True, slots=True)
class PenaltyApproved:
    """Of an automatic penalty, before it may be issued."""

    incident: int
    penalty: str


@dataclass(frozen=True, slots=True)
class PenaltyIssued:
    """`code` says what was issued, for the day when a correction has removed its basis."""

    incident: int
    penalty: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class PenaltyNotified:
    incident: int
    penalty: str


@dataclass(frozen=True, slots=True)
class PenaltyAcknowledged:
    incident: int
    penalty: str


@dataclass(frozen=True, slots=True)
class PenaltyCancelled:
    incident: int
    penalty: str
    reason: str


@dataclass(frozen=True, slots=True)
class ServingReported:
    """By the team; nothing is served until an official or the timing has recorded it."""

    incident: int
    penalty: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class ServingRecorded:
    """The event's own time is when it was served."""

    incident: int
    penalty: str
    seconds: Amount | None = None
    evidence: Evidence = ()
    crossings: tuple[datetime, ...] = ()
    """Those since the issue that decide, as the timing had them: at most one more than the window permits."""


@dataclass(frozen=True, slots=True)
class ServingVerified:
    incident: int
    penalty: str
    evidence: Evidence = ()


@dataclass(frozen=True, slots=True)
class ServingAccepted:
    incident: int
    penalty: str
    reason: str


@dataclass(frozen=True, slots=True)
class UnservedConfirmed:
    incident: int
    penalty: str
    evidence: Evidence = ()
    crossings: tuple[datetime, ...] = ()
    """As with a serving."""


@dataclass(frozen=True, slots=True)
class ReviewResolved:
    incident: int
    penalty: str
    resolution: str
    reason: str


@dataclass(frozen=True, slots=True)
class ProtestLodged:
    incident: int
    text: str
    appeal: bool = False


@dataclass(frozen=True, slots=True)
class ProtestDecided:
    incident: int
    upheld: bool
    reason: str


@dataclass(frozen=True, slots=True)
class TrackStateSet:
    state: TrackState


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """The chequered flag, at the event's own time; the earliest one counts."""


@dataclass(frozen=True, slots=True)
class RulesetChanged:
    """Another ruleset from the event's own time (`at`, the effective time) on."""

    ruleset: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class IncidentRejudged:
    """Judged by the ruleset of this event, although it is older."""

    incident: int
    reason: str


@dataclass(frozen=True, slots=True)
class Counter:
    """What a driver, team or kart brings from earlier sessions of the season into a ladder."""

    ladder: str
    scope: str
    subject: str
    at: datetime
    weight: Amount
    origin: str
    """The session and incident it came from, in words."""


@dataclass(frozen=True, slots=True)
class CountersCarried:
    counters: tuple[Counter, ...]


@dataclass(frozen=True, slots=True)
class ReportFiled:
    report: int
    source: ReportSource
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
    driver: str | None = None


@dataclass(frozen=True, slots=True)
class ReportAmended:
    report: int
    changes: Mapping[str, str | int | None]
    reason: str


@dataclass(frozen=True, slots=True)
class ReportRefused:
    report: int
    reason: str


@dataclass(frozen=True, slots=True)
class DocumentPublished:
    """`content` holds ids, amounts and words of the decision; names are drawn in when the page is made."""

    number: int
    kind: str
    title: str
    content: Mapping[str, object]
    incident: int | None = None


@dataclass(frozen=True, slots=True)
class MessageSaid:
    text: str


AfterRecord = (
    IncidentDecided
    | IncidentVoided
    | IncidentAmended
    | IncidentMerged
    | IncidentRejudged
    | SignalShown
    | DecisionApproved
    | ProtestLodged
    | ProtestDecided
)
OfIncident = IncidentRecorded | AfterRecord
OfPenalty = (
    PenaltyApproved
    | PenaltyIssued
    | PenaltyNotified
    | PenaltyAcknowledged
    | PenaltyCancelled
    | ServingReported
    | ServingRecorded
    | ServingVerified
    | ServingAccepted
    | UnservedConfirmed
    | ReviewResolved
)
"""They name the penalty and its incident."""

OfReport = ReportFiled | ReportAmended | ReportRefused
OfSession = (
    RulesetPinned
    | SessionOpened
    | SessionPaused
    | SessionClosed
    | SessionImported
    | PhaseStarted
    | TrackStateSet
    | SessionEnded
    | RulesetChanged
    | CountersCarried
    | DocumentPublished
    | MessageSaid
)
Body = OfIncident | OfPenalty | OfReport | OfSession
