"""Race-control messages: what the log says, in the usual grammar, one line or more for every change of state.

A reel is a pure fold of the log, event by event, because a message says what was so *then*: a kart amended later does
not change what was said before, it brings an `UPDATE`; what is taken back is a `CORRECTION`. How public a line is
stands beside it: notes and what officials do among themselves are not, investigations are unless a setting says
otherwise, what is issued always is. A later word about an incident is as public as the most public one before.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from enum import IntEnum
from types import MappingProxyType
from typing import assert_never

from core.penalties import bodies as said
from core.penalties.events import AUTO, INVESTIGATING, NO_FURTHER_ACTION, LogEvent
from core.penalties.fold import EMPTY, Fold, advance
from core.penalties.grammar import DASH, TRACK, WITHDRAWN, about, karts, penalty_words, place
from core.penalties.messages import incident_of
from core.penalties.model import (
    Incident,
    IncidentState,
    Message,
    Outcome,
    Penalty,
    PenaltyState,
    PenaltyType,
    TrackState,
)
from core.sessions.model import Phase

AFTER_THE_RACE = "after the race"
"""The words of an `investigating` decision that puts it off."""


class Reach(IntEnum):
    """How far a line goes."""

    OFFICIALS = 0
    NOTE = 1
    INVESTIGATION = 2
    PUBLIC = 3


@dataclass(frozen=True, slots=True)
class Visibility:
    """What an organiser shows of what is not issued yet."""

    notes: bool = False
    investigations: bool = True

    def shows(self, reach: Reach) -> bool:
        shown = {Reach.NOTE: self.notes, Reach.INVESTIGATION: self.investigations, Reach.PUBLIC: True}
        return shown.get(reach, False)


@dataclass(frozen=True, slots=True)
class Line:
    """A message before it is known who may read it."""

    seq: int
    message: Message
    reach: Reach


@dataclass(frozen=True, slots=True)
class Reel:
    """The ticker after the event `fold.seq`; `reach`: how public each incident has become."""

    fold: Fold = EMPTY
    lines: tuple[Line, ...] = ()
    reach: Mapping[int, Reach] = field(default_factory=lambda: MappingProxyType({}))
    track: TrackState = TrackState.GREEN
    since: int = 0
    """The lines begin behind this event; those before were skipped."""

    def messages(self, visibility: Visibility, after: int = 0) -> tuple[Message, ...]:
        """Behind a sequence number, oldest first; each says whether it is public."""
        return tuple(
            Message(
                line.seq, line.message.at, line.message.text, line.message.kart, public=visibility.shows(line.reach)
            )
            for line in self.lines
            if line.seq > after
        )


def wind(reel: Reel, events: Iterable[LogEvent], zone: tzinfo = UTC) -> Reel:
    """The reel after these events, which follow `reel.fold.seq`; clock times are said in `zone`."""
    draft = _Draft(reel, zone)
    for event in events:
        draft.take(event)
    return draft.reel()


def skip(events: Sequence[LogEvent]) -> Reel:
    """The reel after these first events of a log without their lines, for a fraction of the time.

    What is wound from here on is what would have been said anyway.
    """
    fold = advance(EMPTY, events)
    reach: dict[int, Reach] = {}
    for event in events:
        number = incident_of(event.body)
        if number is not None and (reached := _reach_of(event.body)) is not Reach.OFFICIALS:
            reach[number] = max(reached, reach.get(number, Reach.NOTE))
    state = next((one.body.state for one in reversed(events) if isinstance(one.body, said.TrackStateSet)), None)
    return Reel(fold, (), MappingProxyType(reach), state or TrackState.GREEN, fold.seq)


_Said = tuple[str, str | None, Reach]
"""Text, kart, reach."""


class _Draft:
    """The accumulator of one `wind`."""

    def __init__(self, reel: Reel, zone: tzinfo) -> None:
        self._before = self._after = reel.fold
        self._lines = list(reel.lines)
        self._reach = dict(reel.reach)
        self._track, self._since = reel.track, reel.since
        self._zone = zone

    def reel(self) -> Reel:
        return Reel(self._after, tuple(self._lines), MappingProxyType(self._reach), self._track, self._since)

    def take(self, event: LogEvent) -> None:
        self._before, self._after = self._after, advance(self._after, (event,))
        for text, kart, reach in (*self._of_event(event), *self._consequences()):
            self._lines.append(Line(event.seq, Message(event.seq, event.recorded_at, text, kart), reach))

    def _of_event(self, event: LogEvent) -> Iterator[_Said]:
        match event.body:
            case said.TrackStateSet():
                yield from self._of_track(event.body.state)
            case said.DocumentPublished():
                yield f"DOCUMENT {event.body.number} PUBLISHED{DASH}{event.body.title.upper()}", None, Reach.PUBLIC
            case said.MessageSaid():
                yield event.body.text, None, Reach.PUBLIC
            case said.RulesetChanged():
                yield f"RULES CHANGED{DASH}{event.body.reason.upper()}", None, Reach.PUBLIC
            case said.PhaseStarted() | said.SessionEnded() | said.SessionOpened() | said.SessionClosed():
                yield self._of_session(event.body), None, Reach.PUBLIC
            case said.SessionPaused():
                yield "SESSION PAUSED", None, Reach.OFFICIALS
            case said.SessionImported():
                yield "SESSION IMPORTED FROM A FILE", None, Reach.OFFICIALS
            case _:
                yield from self._of_case(event)

    def _of_session(self, body: said.PhaseStarted | said.SessionEnded | said.SessionOpened | said.SessionClosed) -> str:
        match body:
            case said.PhaseStarted():
                return f"{body.phase.upper()} BEGINS"
            case said.SessionEnded():
                return "CHEQUERED FLAG"
            case _:
                return "SESSION OPENED" if isinstance(body, said.SessionOpened) else "SESSION CLOSED"

    def _of_track(self, state: TrackState) -> Iterator[_Said]:
        before, self._track = self._track, state
        if state is TrackState.GREEN and (end := WITHDRAWN.get(before)):
            yield end, None, Reach.PUBLIC
        if state is not TrackState.GREEN or before is not TrackState.PITWINDOW:
            yield TRACK[state], None, Reach.PUBLIC

    def _of_case(self, event: LogEvent) -> Iterator[_Said]:
        number = getattr(event.body, "incident", None)
        incident = self._after.incidents.get(number) if isinstance(number, int) else None
        if incident is None:
            return
        penalty = getattr(event.body, "penalty", None)
        if isinstance(penalty, str):
            yield from self._of_penalty(event.body, penalty, incident)
        elif text := self._of_incident(event.body, incident):
            yield text, incident.kart, self._raised(incident.id, _reach_of(event.body))

    def _raised(self, incident: int, reach: Reach) -> Reach:
        """Officials' own lines stay theirs; any other is as public as the incident has become."""
        if reach is Reach.OFFICIALS:
            return reach
        self._reach[incident] = max(reach, self._reach.get(incident, Reach.NOTE))
        return self._reach[incident]

    def _of_incident(self, body: said.Body, incident: Incident) -> str | None:
        match body:
            case said.IncidentRecorded():
                return _noted(incident)
            case said.IncidentDecided():
                return self._decided(body, incident)
            case said.SignalShown():
                flag = "BLACK AND WHITE FLAG" if incident.outcome is Outcome.WARNING_FLAG else "WARNING"
                return f"{flag} SHOWN TO KART {incident.kart}{about(incident)}"
            case said.IncidentAmended() | said.IncidentVoided() | said.IncidentMerged():
                return _corrected(body, incident)
            case _:
                return _heard(body, incident)

    def _decided(self, body: said.IncidentDecided, incident: Incident) -> str | None:
        """A decision for a penalty is told by what follows from it."""
        what = f"INCIDENT INVOLVING {karts(incident)}"
        if body.outcome in _DECIDED and body.words != AFTER_THE_RACE:
            return f"{what} {_DECIDED[body.outcome]}{about(incident)}"
        if body.outcome == INVESTIGATING:
            after = "RACE" if self._after.phase in (Phase.RACE, None) else "SESSION"
            return f"{what} WILL BE INVESTIGATED AFTER THE {after}{about(incident)}"
        return None

    def _of_penalty(self, body: said.Body, name: str, incident: Incident) -> Iterator[_Said]:
        penalty = self._after.penalties.get(name) or self._before.penalties.get(name)
        if penalty is None:
            return
        reach = _reach_of(body) if penalty.issued else Reach.OFFICIALS
        reach = self._raised(incident.id, reach)
        if text := self._penalty_text(body, penalty, incident):
            yield text, penalty.kart, reach

    def _penalty_text(self, body: said.Body, penalty: Penalty, incident: Incident) -> str | None:
        if isinstance(body, said.PenaltyIssued):
            return self._issued(penalty, incident)
        words = f"KART {penalty.kart}{DASH}{penalty_words(penalty)}"
        if isinstance(body, said.ServingRecorded):
            return f"{_SERVED.get(penalty.state, 'PENALTY SERVED')}{DASH}{words}"
        if (said_of := _PENALTY_LINES.get(type(body))) is not None:
            return f"{said_of}{DASH}{words}"
        return None

    def _issued(self, penalty: Penalty, incident: Incident) -> str:
        if penalty.type is PenaltyType.LAP_TIME_DELETED:
            at = incident.at.astimezone(self._zone)
            return f"KART {penalty.kart} LAP TIME DELETED{about(incident)} {at:%H:%M:%S}"
        was = "" if penalty.converted_from is None else f" (WAS {penalty.converted_from.replace('_', ' ').upper()})"
        return f"{penalty_words(penalty)} FOR KART {penalty.kart}{was}{about(incident)}"

    def _consequences(self) -> Iterator[_Said]:
        """What became of penalties without being named by the event: proposed, withdrawn, changed."""
        before, after = self._before.judged, self._after.judged
        if before is after:
            return
        names = [name for number in after.again for name in after.pids.get(number, ())]
        for name in names:
            yield from self._consequence(before.penalties.get(name), after.penalties[name])
        for number in after.again:
            for name in before.pids.get(number, ()):
                if name not in after.owners:
                    yield from self._withdrawn(before.penalties[name])

    def _consequence(self, known: Penalty | None, penalty: Penalty) -> Iterator[_Said]:
        words = f"{penalty_words(penalty)} FOR KART {penalty.kart}{self._what(penalty)}"
        if known is None or not _announced(known):
            if penalty.state in _WAITING and (known is None or known.state is not penalty.state):
                yield f"{_WAITING[penalty.state]}: {words}", penalty.kart, Reach.OFFICIALS
        elif penalty.state is PenaltyState.CANCELLED and known.state is not PenaltyState.CANCELLED:
            yield from self._withdrawn(known)
        elif (known.kart, penalty_words(known)) != (penalty.kart, penalty_words(penalty)):
            yield f"UPDATE: {words}", penalty.kart, Reach.PUBLIC

    def _withdrawn(self, known: Penalty) -> Iterator[_Said]:
        if _announced(known):
            words = f"{penalty_words(known)} FOR KART {known.kart} WITHDRAWN{self._what(known)}"
            yield f"CORRECTION: {words}", known.kart, Reach.PUBLIC

    def _what(self, penalty: Penalty) -> str:
        incident = self._after.incidents.get(penalty.incident)
        return about(incident) if incident else ""


def _announced(penalty: Penalty) -> bool:
    return penalty.issued is not None and penalty.state.in_force


def _noted(incident: Incident) -> str:
    if incident.second_kart is None:
        return f"{karts(incident)}{DASH}{incident.label.upper()} NOTED{place(incident)}"
    return f"INCIDENT INVOLVING {karts(incident)} NOTED{about(incident)}"


def _corrected(body: said.IncidentAmended | said.IncidentVoided | said.IncidentMerged, incident: Incident) -> str:
    what = f"INCIDENT INVOLVING {karts(incident)}"
    match body:
        case said.IncidentAmended():
            return f"UPDATE: {what}{_state(incident)}{about(incident)}"
        case said.IncidentVoided():
            return f"CORRECTION: {what} WITHDRAWN{about(incident)}"
        case said.IncidentMerged():
            return f"UPDATE: {what} JOINED WITH INCIDENT {body.into}{about(incident)}"
        case _:
            assert_never(body)


def _state(incident: Incident) -> str:
    return " UNDER INVESTIGATION" if incident.state is IncidentState.INVESTIGATING else ""


def _heard(body: said.Body, incident: Incident) -> str | None:
    against = f" AGAINST THE DECISION ON {karts(incident)}{about(incident)}"
    match body:
        case said.ProtestLodged():
            return f"{'INTENTION TO APPEAL' if body.appeal else 'PROTEST'}{against}"
        case said.ProtestDecided():
            return f"PROTEST {'UPHELD' if body.upheld else 'DISMISSED'}{against}"
        case said.DecisionApproved():
            return f"DECISION APPROVED{DASH}{karts(incident)}{about(incident)}"
        case said.IncidentRejudged():
            return f"JUDGED AGAIN{DASH}{karts(incident)}{about(incident)}"
        case _:
            return None


_DECIDED: Mapping[str, str] = {
    NO_FURTHER_ACTION: "REVIEWED, NO FURTHER ACTION",
    INVESTIGATING: "UNDER INVESTIGATION",
    AUTO: "LEFT TO THE RULES",
}
_SERVED: Mapping[PenaltyState, str] = {
    PenaltyState.SHORT: "STOP TOO SHORT, TO BE REPEATED",
    PenaltyState.REJECTED: "SERVING NOT ACCEPTED, TO BE REPEATED",
    PenaltyState.UNSERVED: "SERVED TOO LATE",
}
_PENALTY_LINES: Mapping[type[said.Body], str] = {
    said.PenaltyApproved: "PENALTY APPROVED",
    said.PenaltyNotified: "TEAM NOTIFIED",
    said.PenaltyAcknowledged: "PENALTY ACKNOWLEDGED",
    said.ServingReported: "TEAM REPORTS PENALTY SERVED",
    said.ServingVerified: "SERVING VERIFIED",
    said.ServingAccepted: "SERVING ACCEPTED",
    said.UnservedConfirmed: "PENALTY NOT SERVED",
    said.ReviewResolved: "REVIEW CLOSED",
}
_WAITING: Mapping[PenaltyState, str] = {
    PenaltyState.PROPOSED: "PROPOSED",
    PenaltyState.AWAITING_APPROVAL: "AWAITING APPROVAL",
}
_PUBLIC = frozenset(
    {
        said.PenaltyIssued,
        said.ServingRecorded,
        said.ServingAccepted,
        said.UnservedConfirmed,
        said.SignalShown,
    }
)
_AS_THE_INCIDENT = frozenset(
    {
        said.IncidentRecorded,
        said.IncidentAmended,
        said.IncidentVoided,
        said.IncidentMerged,
        said.ProtestLodged,
        said.ProtestDecided,
    }
)


def _reach_of(body: said.Body) -> Reach:
    if type(body) in _PUBLIC:
        return Reach.PUBLIC
    if isinstance(body, said.IncidentDecided):
        decided = {INVESTIGATING: Reach.INVESTIGATION, NO_FURTHER_ACTION: Reach.NOTE}
        return decided.get(body.outcome, Reach.OFFICIALS)
    return Reach.NOTE if type(body) in _AS_THE_INCIDENT else Reach.OFFICIALS
