"""The nouns of race control: incidents, decisions, penalties and their states.

A penalty's id is `<incident>/decision` when a person chose it; it names the same penalty after every replay. Amounts
are integers or decimals, never binary floats, so that a comparison at a limit is exact.
"""

from dataclasses import dataclass
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


class IncidentState(StrEnum):
    NOTED = "noted"
    INVESTIGATING = "investigating"
    DECIDED = "decided"
    VOIDED = "voided"


class PenaltyState(StrEnum):
    """Only an issued, served or converted penalty is in force and may move the standings."""

    PROPOSED = "proposed"
    ISSUED = "issued"
    SERVED = "served"
    CONVERTED = "converted"
    CANCELLED = "cancelled"

    @property
    def in_force(self) -> bool:
        return self in _IN_FORCE


_IN_FORCE = frozenset({PenaltyState.ISSUED, PenaltyState.SERVED, PenaltyState.CONVERTED})


@dataclass(frozen=True, slots=True)
class Act:
    """Who did it and when; `by` is an account id as text, because the log carries ids and never names."""

    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Decision:
    """`outcome` is `nfa` (no further action), `investigating`, or the code of a penalty of the ruleset."""

    outcome: str
    act: Act


@dataclass(frozen=True, slots=True)
class Void:
    reason: str
    act: Act


@dataclass(frozen=True, slots=True)
class Incident:
    """Something reported at a time about one car; `version` is the sequence number of the last event about it."""

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
    text: str = ""
    state: IncidentState = IncidentState.NOTED
    decision: Decision | None = None
    void: Void | None = None


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
    seconds: Amount | None = None
    laps: int | None = None
    places: int | None = None
    points: Amount | None = None
    issued: Act | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """What waits for an official: incidents without a final decision, penalties not yet issued."""

    incidents: tuple[Incident, ...]
    penalties: tuple[Penalty, ...]
