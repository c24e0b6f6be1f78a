"""A log in memory, for tests of what is pure: rows as the database would make them, without its hashes."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from core.penalties.bodies import Body, IncidentDecided, IncidentRecorded, IncidentVoided, PenaltyIssued, RulesetPinned
from core.penalties.catalogue import read_catalogue
from core.penalties.events import TYPES, LogEvent
from core.penalties.fold import EMPTY, Fold, advance, penalty_id
from tests.unit.penalties.test_catalogue import ENDURANCE

NOON = datetime(2026, 3, 7, 12, 0, tzinfo=UTC)
CATALOGUE = read_catalogue(ENDURANCE.read_text(), ENDURANCE.name)
PINNED = RulesetPinned(CATALOGUE.reference, CATALOGUE.text)


def rows(*bodies: Body, after: int = 0) -> list[LogEvent]:
    """One event a second, each by itself a request."""
    return [_row(seq, body) for seq, body in enumerate(bodies, start=after + 1)]


def folded(*bodies: Body) -> Fold:
    """The fold of a log that begins with the pinned ruleset."""
    return advance(EMPTY, rows(PINNED, *bodies))


def recorded(incident: int, kart: str = "42", code: str = "WL") -> IncidentRecorded:
    return IncidentRecorded(incident, kart, code)


def decided(incident: int, outcome: str = "time_5") -> IncidentDecided:
    return IncidentDecided(incident, outcome)


def issued(incident: int) -> PenaltyIssued:
    return PenaltyIssued(incident, penalty_id(incident))


def voided(incident: int, reason: str = "wrong kart") -> IncidentVoided:
    return IncidentVoided(incident, reason)


def states(fold: Fold) -> dict[str, str]:
    return {penalty.id: penalty.state.value for penalty in fold.penalties.values()}


def numbers(things: Iterable[object]) -> list[object]:
    return [getattr(thing, "id", thing) for thing in things]


def _row(seq: int, body: Body) -> LogEvent:
    at = NOON + timedelta(seconds=seq)
    return LogEvent(
        seq=seq,
        request_id=f"request {seq}",
        ordinal=1,
        subject="session",
        at=at,
        recorded_at=at,
        actor="00000000-0000-7000-8000-000000000001",
        role="race_control",
        type=TYPES[type(body)],
        body=body,
        ruleset=CATALOGUE.reference,
        hash=f"{seq:064x}",
    )
