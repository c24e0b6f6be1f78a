"""What the session's event log can say: a closed set of bodies, each the smallest fact of one act.

Bodies carry ids, never names of people, so that a person can be erased without breaking the hash chain; the row beside
the body says who, when and under which ruleset. Nothing derived is stored: counts, states and penalties are folded.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import TypeAdapter

from core.sessions.model import Phase

SESSION = "session"
"""Subject of the events about the session itself; those about an incident have its number."""

NO_FURTHER_ACTION = "nfa"
INVESTIGATING = "investigating"


class EventType(StrEnum):
    RULESET_PINNED = "ruleset_pinned"
    SESSION_OPENED = "session_opened"
    SESSION_PAUSED = "session_paused"
    SESSION_CLOSED = "session_closed"
    PHASE_STARTED = "phase_started"
    INCIDENT_RECORDED = "incident_recorded"
    INCIDENT_DECIDED = "incident_decided"
    INCIDENT_VOIDED = "incident_voided"
    PENALTY_ISSUED = "penalty_issued"


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


@dataclass(frozen=True, slots=True)
class IncidentDecided:
    """`outcome`: `nfa`, `investigating`, or the code of a penalty in the ruleset of this event."""

    incident: int
    outcome: str


@dataclass(frozen=True, slots=True)
class IncidentVoided:
    incident: int
    reason: str


@dataclass(frozen=True, slots=True)
class PenaltyIssued:
    incident: int
    penalty: str


Body = (
    RulesetPinned
    | SessionOpened
    | SessionPaused
    | SessionClosed
    | PhaseStarted
    | IncidentRecorded
    | IncidentDecided
    | IncidentVoided
    | PenaltyIssued
)

TYPES: Mapping[type[Body], EventType] = {
    RulesetPinned: EventType.RULESET_PINNED,
    SessionOpened: EventType.SESSION_OPENED,
    SessionPaused: EventType.SESSION_PAUSED,
    SessionClosed: EventType.SESSION_CLOSED,
    PhaseStarted: EventType.PHASE_STARTED,
    IncidentRecorded: EventType.INCIDENT_RECORDED,
    IncidentDecided: EventType.INCIDENT_DECIDED,
    IncidentVoided: EventType.INCIDENT_VOIDED,
    PenaltyIssued: EventType.PENALTY_ISSUED,
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
    """The body as it was encoded.

    Raises:
        pydantic.ValidationError: the values are not those of this type.
    """
    return _READERS[kind].validate_python(values)
