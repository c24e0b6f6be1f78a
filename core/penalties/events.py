"""What the session's event log can say: a closed set of bodies, each the smallest fact of one act.

Bodies carry ids, never names of people, so that a person can be erased without breaking the hash chain; the row beside
the body says who, when and under which ruleset. Nothing derived is stored: counts, states and penalties are folded.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import TypeAdapter

from core.penalties.bodies import (
    Body,
    CountersCarried,
    DecisionApproved,
    DocumentPublished,
    IncidentAmended,
    IncidentDecided,
    IncidentMerged,
    IncidentRecorded,
    IncidentRejudged,
    IncidentVoided,
    MessageSaid,
    PenaltyAcknowledged,
    PenaltyApproved,
    PenaltyCancelled,
    PenaltyIssued,
    PenaltyNotified,
    PhaseStarted,
    ProtestDecided,
    ProtestLodged,
    ReportAmended,
    ReportFiled,
    ReportRefused,
    ReviewResolved,
    RulesetChanged,
    RulesetPinned,
    ServingAccepted,
    ServingRecorded,
    ServingReported,
    ServingVerified,
    SessionClosed,
    SessionEnded,
    SessionImported,
    SessionOpened,
    SessionPaused,
    SignalShown,
    TrackStateSet,
    UnservedConfirmed,
)

SESSION = "session"
"""Subject of the events about the session itself; those about an incident have its number."""

NO_FURTHER_ACTION = "nfa"
INVESTIGATING = "investigating"
AUTO = "auto"
"""The ruleset judges."""
OTHER = "other"
"""A penalty in an official's own words."""


class EventType(StrEnum):
    RULESET_PINNED = "ruleset_pinned"
    SESSION_OPENED = "session_opened"
    SESSION_PAUSED = "session_paused"
    SESSION_CLOSED = "session_closed"
    SESSION_IMPORTED = "session_imported"
    PHASE_STARTED = "phase_started"
    INCIDENT_RECORDED = "incident_recorded"
    INCIDENT_DECIDED = "incident_decided"
    INCIDENT_VOIDED = "incident_voided"
    INCIDENT_AMENDED = "incident_amended"
    INCIDENT_MERGED = "incident_merged"
    SIGNAL_SHOWN = "signal_shown"
    DECISION_APPROVED = "decision_approved"
    PENALTY_APPROVED = "penalty_approved"
    PENALTY_ISSUED = "penalty_issued"
    PENALTY_NOTIFIED = "penalty_notified"
    PENALTY_ACKNOWLEDGED = "penalty_acknowledged"
    PENALTY_CANCELLED = "penalty_cancelled"
    SERVING_REPORTED = "serving_reported"
    SERVING_RECORDED = "serving_recorded"
    SERVING_VERIFIED = "serving_verified"
    SERVING_ACCEPTED = "serving_accepted"
    UNSERVED_CONFIRMED = "unserved_confirmed"
    REVIEW_RESOLVED = "review_resolved"
    PROTEST_LODGED = "protest_lodged"
    PROTEST_DECIDED = "protest_decided"
    TRACK_STATE_SET = "track_state_set"
    SESSION_ENDED = "session_ended"
    RULESET_CHANGED = "ruleset_changed"
    INCIDENT_REJUDGED = "incident_rejudged"
    COUNTERS_CARRIED = "counters_carried"
    REPORT_FILED = "report_filed"
    REPORT_AMENDED = "report_amended"
    REPORT_REFUSED = "report_refused"
    DOCUMENT_PUBLISHED = "document_published"
    MESSAGE_SAID = "message_said"


TYPES: Mapping[type[Body], EventType] = {
    RulesetPinned: EventType.RULESET_PINNED,
    SessionOpened: EventType.SESSION_OPENED,
    SessionPaused: EventType.SESSION_PAUSED,
    SessionClosed: EventType.SESSION_CLOSED,
    SessionImported: EventType.SESSION_IMPORTED,
    PhaseStarted: EventType.PHASE_STARTED,
    IncidentRecorded: EventType.INCIDENT_RECORDED,
    IncidentDecided: EventType.INCIDENT_DECIDED,
    IncidentVoided: EventType.INCIDENT_VOIDED,
    IncidentAmended: EventType.INCIDENT_AMENDED,
    IncidentMerged: EventType.INCIDENT_MERGED,
    SignalShown: EventType.SIGNAL_SHOWN,
    DecisionApproved: EventType.DECISION_APPROVED,
    PenaltyApproved: EventType.PENALTY_APPROVED,
    PenaltyIssued: EventType.PENALTY_ISSUED,
    PenaltyNotified: EventType.PENALTY_NOTIFIED,
    PenaltyAcknowledged: EventType.PENALTY_ACKNOWLEDGED,
    PenaltyCancelled: EventType.PENALTY_CANCELLED,
    ServingReported: EventType.SERVING_REPORTED,
    ServingRecorded: EventType.SERVING_RECORDED,
    ServingVerified: EventType.SERVING_VERIFIED,
    ServingAccepted: EventType.SERVING_ACCEPTED,
    UnservedConfirmed: EventType.UNSERVED_CONFIRMED,
    ReviewResolved: EventType.REVIEW_RESOLVED,
    ProtestLodged: EventType.PROTEST_LODGED,
    ProtestDecided: EventType.PROTEST_DECIDED,
    TrackStateSet: EventType.TRACK_STATE_SET,
    SessionEnded: EventType.SESSION_ENDED,
    RulesetChanged: EventType.RULESET_CHANGED,
    IncidentRejudged: EventType.INCIDENT_REJUDGED,
    CountersCarried: EventType.COUNTERS_CARRIED,
    ReportFiled: EventType.REPORT_FILED,
    ReportAmended: EventType.REPORT_AMENDED,
    ReportRefused: EventType.REPORT_REFUSED,
    DocumentPublished: EventType.DOCUMENT_PUBLISHED,
    MessageSaid: EventType.MESSAGE_SAID,
}
_READERS: Mapping[EventType, TypeAdapter[Body]] = {kind: TypeAdapter(body) for body, kind in TYPES.items()}


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event decided but not yet stored; the log adds sequence, actor, times and hash."""

    subject: str
    at: datetime
    body: Body

    @property
    def type(self) -> EventType:
        return TYPES[type(self.body)]


@dataclass(frozen=True, slots=True)
class LogEvent:
    """One row of the log: it happened `at`, was stored at `recorded_at`, and `hash` chains it to the row before."""

    seq: int
    request_id: str
    ordinal: int
    subject: str
    at: datetime
    recorded_at: datetime
    actor: str
    """Account id as text."""
    role: str
    type: EventType
    body: Body
    ruleset: str
    hash: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """The head of the log, to be kept elsewhere: a log cut short is still a valid chain, but misses its anchor."""

    seq: int
    hash: str


def encode(body: Body) -> dict[str, object]:
    """The body as JSON values, without what is not known."""
    values: dict[str, object] = _READERS[TYPES[type(body)]].dump_python(body, mode="json", exclude_none=True)
    return values


def decode(kind: EventType, values: object) -> Body:
    """The body as it was encoded, from its values or from their JSON text.

    Raises:
        pydantic.ValidationError: the values are not those of this type.
    """
    reader = _READERS[kind]
    return reader.validate_json(values) if isinstance(values, str) else reader.validate_python(values)
