"""Events in words, for the official who made them and for whoever reads the history.

A sentence names what the ruleset calls it, gives the reason that was given, and for an amendment the old value and the
new one: the old ones stand in earlier events, so `old_values` reads them from the whole log. What the public is told is
in `ticker`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import assert_never

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
from core.penalties.events import AUTO, INVESTIGATING, NO_FURTHER_ACTION, OTHER, LogEvent
from core.penalties.fold import Fold
from core.penalties.model import Amount, Evidence, TrackState

Before = Mapping[str, object]
"""What the fields that an amendment names were until then."""
NOTHING: Before = MappingProxyType({})

TRACK_WORDS: Mapping[TrackState, str] = {
    TrackState.GREEN: "green",
    TrackState.SC: "safety car",
    TrackState.VSC: "virtual safety car",
    TrackState.FCY: "full course yellow",
    TrackState.RED: "red flag",
    TrackState.PITWINDOW: "driver-change window",
}

_OfSession = SessionOpened | SessionPaused | SessionClosed | SessionEnded | PhaseStarted | TrackStateSet
_OfRules = RulesetPinned | RulesetChanged | IncidentRejudged | CountersCarried | SessionImported
_OfIncident = IncidentRecorded | IncidentDecided | IncidentVoided | IncidentAmended | IncidentMerged | SignalShown
_OfPenalty = PenaltyIssued | PenaltyNotified | PenaltyAcknowledged | PenaltyCancelled | PenaltyApproved
_OfServing = ServingReported | ServingRecorded | ServingVerified | ServingAccepted | UnservedConfirmed | ReviewResolved
_OfHearing = DecisionApproved | ProtestLodged | ProtestDecided
_OfQueue = ReportFiled | ReportAmended | ReportRefused
_OfCase = _OfIncident | _OfPenalty | _OfServing | _OfHearing | _OfQueue


def sentence(body: Body, fold: Fold, before: Before = NOTHING) -> str:
    """What happened, with labels of the session's ruleset."""
    return _ended(_told(body, fold, before))


def old_values(events: Iterable[LogEvent]) -> Mapping[int, Before]:
    """For each amendment of a whole log, by its sequence number, what the fields that it changes were until then."""
    origins: dict[object, tuple[LogEvent, dict[str, object]]] = {}
    found: dict[int, Before] = {}
    for event in events:
        match event.body:
            case IncidentRecorded() | ReportFiled():
                origins[_whole(event.body)] = (event, {})
            case IncidentAmended(changes=changes) | ReportAmended(changes=changes):
                origin, amended = origins.get(_whole(event.body), (event, {}))
                found[event.seq] = {name: amended.get(name, _original(origin, name)) for name in changes}
                amended.update(changes)
            case _:
                pass
    return found


def incident_of(body: Body) -> int | None:
    """The incident an event is about."""
    incident: int | None = getattr(body, "incident", None)
    return incident


def about_kart(events: Iterable[LogEvent], fold: Fold, kart: str) -> Sequence[LogEvent]:
    """The events about a kart's incidents, also those in which it was the second kart."""
    own = {incident.id for incident in fold.incidents.values() if kart in (incident.kart, incident.second_kart)}
    return tuple(event for event in events if incident_of(event.body) in own)


def _told(body: Body, fold: Fold, before: Before) -> str:
    match body:
        case DocumentPublished():
            return f"Document {body.number} published: {body.title}"
        case MessageSaid():
            return f"Message: {body.text}"
        case SessionOpened() | SessionPaused() | SessionClosed() | SessionEnded() | PhaseStarted() | TrackStateSet():
            return _of_session(body)
        case RulesetPinned() | RulesetChanged() | IncidentRejudged() | CountersCarried() | SessionImported():
            return _of_rules(body)
        case _:
            return _of_case(body, fold, before)


def _imported(body: SessionImported) -> str:
    if body.session:
        return f"Imported from session {body.session}, whole up to event {body.seq} ({body.hash[:12]}…)"
    return f"Imported from a table (sha256 {body.file[:12]}…)"


def _of_case(body: _OfCase, fold: Fold, before: Before) -> str:
    match body:
        case PenaltyIssued() | PenaltyNotified() | PenaltyAcknowledged() | PenaltyCancelled() | PenaltyApproved():
            return f"Penalty {body.penalty} {_of_penalty(body, fold)}"
        case (
            ServingReported()
            | ServingRecorded()
            | ServingVerified()
            | ServingAccepted()
            | UnservedConfirmed()
            | ReviewResolved()
        ):
            return f"Penalty {body.penalty}{_for(body.penalty, fold)}: {_of_serving(body)}"
        case ReportFiled() | ReportAmended() | ReportRefused():
            return f"Report {body.report} {_of_queue(body, fold, before)}"
        case DecisionApproved() | ProtestLodged() | ProtestDecided():
            return f"Incident {body.incident}: {_of_hearing(body)}"
        case _:
            return f"Incident {body.incident}{_of_incident(body, fold, before)}"


def _of_session(body: _OfSession) -> str:
    match body:
        case PhaseStarted():
            return f"Phase: {body.phase}"
        case TrackStateSet():
            return f"Track: {TRACK_WORDS[body.state]}"
        case _:
            return _OF_SESSION[type(body)]


def _of_rules(body: _OfRules) -> str:
    match body:
        case RulesetPinned():
            return f"Ruleset {body.ruleset}"
        case RulesetChanged():
            return f"Ruleset changed to {body.ruleset}: {body.reason}"
        case IncidentRejudged():
            return f"Incident {body.incident} judged by the rules of this moment: {body.reason}"
        case CountersCarried():
            return f"Brought along from earlier sessions: {len(body.counters)} counters"
        case SessionImported():
            return _imported(body)
        case _:
            assert_never(body)


_OF_SESSION: Mapping[type[SessionOpened | SessionPaused | SessionClosed | SessionEnded], str] = {
    SessionOpened: "Session opened",
    SessionPaused: "Session paused: another one was opened",
    SessionClosed: "Session closed",
    SessionEnded: "Chequered flag: the session has ended",
}


def _of_incident(body: _OfIncident, fold: Fold, before: Before) -> str:
    match body:
        case IncidentRecorded():
            return f": {_recorded(body, fold)}"
        case IncidentDecided():
            return f": {_decided(body, fold)}{_because(body.reason)}"
        case SignalShown():
            return ": shown to the driver"
        case IncidentAmended():
            return f" amended, {_changed(body.changes, before, fold)}: {body.reason}"
        case _:
            return f" {'voided' if isinstance(body, IncidentVoided) else f'merged into {body.into}'}: {body.reason}"


def _recorded(body: IncidentRecorded, fold: Fold) -> str:
    other = f" with {body.second_kart}" if body.second_kart else ""
    parts = (_label(body.code, fold), *_place(body.turn, body.lap), *_measured(body.value), *_evidence(body.evidence))
    origin = "" if body.report is None else f" (report {body.report})"
    return f"kart {body.kart}{other}, {', '.join(parts)}{_because(body.text)}{origin}"


def _decided(body: IncidentDecided, fold: Fold) -> str:
    if body.outcome == AUTO:
        return "left to the ruleset"
    if body.outcome == OTHER:
        return f"“{body.words}”"
    catalogue = fold.catalogue
    if catalogue is None or not (body.outcome in _PLAIN or body.outcome in catalogue.rules.penalties):
        return body.outcome  # of a ruleset that has been replaced since
    return catalogue.outcome_label(body.outcome)


_PLAIN = frozenset({NO_FURTHER_ACTION, INVESTIGATING})


def _of_hearing(body: _OfHearing) -> str:
    match body:
        case DecisionApproved():
            return "decision approved"
        case ProtestLodged():
            return f"{'intention to appeal' if body.appeal else 'protest lodged'}{_because(body.text)}"
        case ProtestDecided():
            return f"protest {'upheld' if body.upheld else 'dismissed'}: {body.reason}"
        case _:
            assert_never(body)


def _of_penalty(body: _OfPenalty, fold: Fold) -> str:
    match body:
        case PenaltyIssued():
            return f"issued{_to(body.penalty, fold)}"
        case PenaltyApproved():
            return f"approved{_to(body.penalty, fold)}"
        case PenaltyNotified():
            return f"told to the team{_to(body.penalty, fold)}"
        case PenaltyAcknowledged():
            return f"acknowledged by the team{_to(body.penalty, fold)}"
        case PenaltyCancelled():
            return f"cancelled{_for(body.penalty, fold)}: {body.reason}"
        case _:
            assert_never(body)


def _of_serving(body: _OfServing) -> str:
    match body:
        case ServingReported():
            return f"the team says that it is served{_because(body.text)}"
        case ServingRecorded():
            return ", ".join(("served", *_measured(body.seconds, " s"), *_evidence(body.evidence)))
        case ServingVerified() | UnservedConfirmed():
            what = "serving verified" if isinstance(body, ServingVerified) else "not served, confirmed"
            return ", ".join((what, *_evidence(body.evidence)))
        case ServingAccepted():
            return f"serving accepted: {body.reason}"
        case ReviewResolved():
            return f"reviewed, {body.resolution}: {body.reason}"
        case _:
            assert_never(body)


def _of_queue(body: _OfQueue, fold: Fold, before: Before) -> str:
    match body:
        case ReportFiled():
            return f"from {body.source}: {_reported(body, fold)}"
        case ReportAmended():
            return f"amended, {_changed(body.changes, before, fold)}: {body.reason}"
        case ReportRefused():
            return f"refused: {body.reason}"
        case _:
            assert_never(body)


def _reported(body: ReportFiled, fold: Fold) -> str:
    kart = f"kart {body.kart}" if body.kart else "a moment to be filled in"
    other = f" with {body.second_kart}" if body.second_kart else ""
    label = (_label(body.code, fold),) if body.code else ()
    post = (f"post {body.post}",) if body.post else ()
    about = () if body.penalty is None else (f"about penalty {body.penalty}",)
    places = (*post, *_place(body.turn, body.lap), *_measured(body.value), *about, *_evidence(body.evidence))
    return f"{', '.join((kart + other, *label, *places))}{_because(body.text)}"


def _changed(changes: Mapping[str, str | int | None], before: Before, fold: Fold) -> str:
    """`turn 7 → 8`; without the old values, the new ones. Who drives is an id in the log, so only said to differ."""
    return ", ".join(_change(name, value, before, fold) for name, value in changes.items())


def _change(name: str, value: str | int | None, before: Before, fold: Fold) -> str:
    field = name.replace("_", " ")
    if name in _PEOPLE:
        return f"another {field}"
    was = f"{_value(name, before[name], fold)} → " if name in before else ""
    return f"{'time' if name == 'at' else field} {was}{_value(name, value, fold)}"


_PEOPLE = frozenset({"driver", "team"})


def _value(name: str, value: object, fold: Fold) -> str:
    if value is None or value == "":
        return "none"
    if name == "code":
        return _label(str(value), fold)
    return f"{datetime.fromisoformat(str(value)):%H:%M:%S} UTC" if name == "at" else str(value)


def _whole(body: IncidentRecorded | IncidentAmended | ReportFiled | ReportAmended) -> tuple[str, int]:
    if isinstance(body, IncidentRecorded | IncidentAmended):
        return "incident", body.incident
    return "report", body.report


def _original(event: LogEvent, name: str) -> object:
    return event.at.isoformat() if name == "at" else getattr(event.body, name, None)


def _label(code: str, fold: Fold) -> str:
    return fold.catalogue.rule(code).label if fold.catalogue else code


def _to(penalty: str, fold: Fold) -> str:
    known = fold.penalties.get(penalty)
    return f": {known.label} for kart {known.kart}" if known else ""


def _for(penalty: str, fold: Fold) -> str:
    known = fold.penalties.get(penalty)
    return f", {known.label} for kart {known.kart}" if known else ""


def _place(turn: int | None, lap: int | None) -> tuple[str, ...]:
    named = (("turn", turn), ("lap", lap))
    return tuple(f"{name} {number}" for name, number in named if number is not None)


def _measured(value: Amount | None, unit: str = "") -> tuple[str, ...]:
    return () if value is None else (f"{plain_amount(value)}{unit}",)


def plain_amount(amount: Amount) -> str:
    """Without an exponent: `61.2`, `5`."""
    return str(amount) if isinstance(amount, int) else f"{amount:f}"


def _evidence(evidence: Evidence) -> tuple[str, ...]:
    return tuple(f"{name} {value}" for name, value in evidence)


def _because(text: str) -> str:
    return f" — {text}" if text else ""


def _ended(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
