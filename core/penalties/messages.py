"""Events in words, for the official who made them and for whoever reads the history."""

from collections.abc import Iterable, Mapping, Sequence
from typing import assert_never

from core.penalties.bodies import (
    Body,
    IncidentDecided,
    IncidentRecorded,
    IncidentVoided,
    PenaltyIssued,
    PhaseStarted,
    RulesetPinned,
    SessionClosed,
    SessionOpened,
    SessionPaused,
)
from core.penalties.events import LogEvent
from core.penalties.fold import Fold


def sentence(body: Body, fold: Fold) -> str:
    """What happened, with labels of the session's ruleset."""
    match body:
        case IncidentRecorded() | IncidentDecided() | IncidentVoided() | PenaltyIssued():
            return _of_incident(body, fold)
        case PhaseStarted():
            return f"Phase: {body.phase}."
        case RulesetPinned():
            return f"Ruleset {body.ruleset}."
        case SessionOpened() | SessionPaused() | SessionClosed():
            return _OF_SESSION[type(body)]
        case _:
            assert_never(body)


_OF_SESSION: Mapping[type[SessionOpened | SessionPaused | SessionClosed], str] = {
    SessionOpened: "Session opened.",
    SessionPaused: "Session paused: another one was opened.",
    SessionClosed: "Session closed.",
}


def _of_incident(body: IncidentRecorded | IncidentDecided | IncidentVoided | PenaltyIssued, fold: Fold) -> str:
    match body:
        case IncidentRecorded():
            return _recorded(body, fold)
        case IncidentDecided():
            label = fold.catalogue.outcome_label(body.outcome) if fold.catalogue else body.outcome
            return f"Incident {body.incident}: {label}."
        case IncidentVoided():
            return f"Incident {body.incident} voided: {body.reason}."
        case PenaltyIssued():
            penalty = fold.penalties.get(body.penalty)
            return f"Penalty {body.penalty} issued" + (
                f": {penalty.label} for kart {penalty.kart}." if penalty else "."
            )
        case _:
            assert_never(body)


def _recorded(body: IncidentRecorded, fold: Fold) -> str:
    other = f" with {body.second_kart}" if body.second_kart else ""
    turn = "" if body.turn is None else f", turn {body.turn}"
    note = f" — {body.text}" if body.text else ""
    label = fold.catalogue.rule(body.code).label if fold.catalogue else body.code
    return f"Incident {body.incident}: kart {body.kart}{other}, {label}{turn}{note}."


def incident_of(body: Body) -> int | None:
    """The incident an event is about."""
    match body:
        case IncidentRecorded() | IncidentDecided() | IncidentVoided() | PenaltyIssued():
            return body.incident
        case RulesetPinned() | SessionOpened() | SessionPaused() | SessionClosed() | PhaseStarted():
            return None
        case _:
            assert_never(body)


def about_kart(events: Iterable[LogEvent], fold: Fold, kart: str) -> Sequence[LogEvent]:
    """The events about a kart's incidents, also those in which it was the second kart."""
    own = {incident.id for incident in fold.incidents.values() if kart in (incident.kart, incident.second_kart)}
    return tuple(event for event in events if incident_of(event.body) in own)
