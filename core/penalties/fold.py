"""What the log amounts to: incidents, penalties, the running phase, the pinned ruleset.

`advance` is the only way from one fold to the next. It takes any number of events in log order, with the same result
in one piece or event by event: a process keeps its fold and reads only the tail. A fold is frozen and shared
between threads. Whether an act was allowed was decided before it was stored; a replay only repeats it, and leaves out
what refers to nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
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
from core.penalties.catalogue import Catalogue, PenaltyRule, of_canonical
from core.penalties.events import INVESTIGATING, Anchor, LogEvent
from core.penalties.model import Act, Decision, Incident, IncidentState, Penalty, PenaltyState, Pending, Void
from core.sessions.model import Phase

_OPEN = frozenset({IncidentState.NOTED, IncidentState.INVESTIGATING})


@dataclass(frozen=True, slots=True)
class Fold:
    """The state of race control after event `seq`."""

    seq: int = 0
    hash: str = ""
    phase: Phase | None = None
    catalogue: Catalogue | None = None
    """None until the session is opened for the first time."""
    incidents: Mapping[int, Incident] = field(default_factory=lambda: MappingProxyType({}))
    penalties: Mapping[str, Penalty] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def head(self) -> Anchor:
        return Anchor(self.seq, self.hash)

    @property
    def next_incident(self) -> int:
        return max(self.incidents, default=0) + 1

    @property
    def pending(self) -> Pending:
        """What waits for an official, oldest first."""
        incidents = [incident for incident in self.incidents.values() if incident.state in _OPEN]
        penalties = [penalty for penalty in self.penalties.values() if penalty.state is PenaltyState.PROPOSED]
        return Pending(
            tuple(sorted(incidents, key=lambda incident: (incident.at, incident.id))),
            tuple(sorted(penalties, key=lambda penalty: (penalty.decided.at, penalty.incident))),
        )


EMPTY = Fold()


def advance(fold: Fold, events: Iterable[LogEvent]) -> Fold:
    """The fold after these events, which follow `fold.seq` in log order."""
    draft = _Draft(fold)
    for event in events:
        draft.take(event)
    return draft.fold()


def penalty_id(incident: int) -> str:
    """The penalty that an official's decision on the incident chose."""
    return f"{incident}/decision"


class _Draft:
    """The accumulator of one `advance`: copied once, changed in place, then frozen again."""

    def __init__(self, fold: Fold) -> None:
        self._seq, self._hash = fold.seq, fold.hash
        self._phase, self._catalogue = fold.phase, fold.catalogue
        self._incidents = dict(fold.incidents)
        self._penalties = dict(fold.penalties)

    def fold(self) -> Fold:
        return Fold(
            self._seq,
            self._hash,
            self._phase,
            self._catalogue,
            MappingProxyType(self._incidents),
            MappingProxyType(self._penalties),
        )

    def take(self, event: LogEvent) -> None:
        self._apply(event.body, event)
        self._seq, self._hash = event.seq, event.hash

    def _apply(self, body: Body, event: LogEvent) -> None:
        match body:
            case IncidentRecorded():
                self._incidents[body.incident] = self._recorded(body, event)
            case IncidentDecided() | IncidentVoided() | PenaltyIssued():
                self._judge(body, event)
            case RulesetPinned():
                self._catalogue = of_canonical(body.text)
            case PhaseStarted():
                self._phase = body.phase
            case SessionOpened() | SessionPaused() | SessionClosed():
                pass
            case _:
                assert_never(body)

    def _recorded(self, body: IncidentRecorded, event: LogEvent) -> Incident:
        return Incident(
            id=body.incident,
            at=event.at,
            kart=body.kart,
            code=body.code,
            label=self._catalogue.rule(body.code).label if self._catalogue else body.code,
            recorded=_act(event),
            version=event.seq,
            phase=body.phase,
            second_kart=body.second_kart,
            turn=body.turn,
            text=body.text,
        )

    def _judge(self, body: IncidentDecided | IncidentVoided | PenaltyIssued, event: LogEvent) -> None:
        known = self._incidents.get(body.incident)
        if known is None:
            return
        incident = replace(known, version=event.seq)
        match body:
            case IncidentDecided():
                self._decide(incident, Decision(body.outcome, _act(event)))
            case IncidentVoided():
                self._void(incident, Void(body.reason, _act(event)))
            case PenaltyIssued():
                self._issue(incident, body.penalty, _act(event))
            case _:
                assert_never(body)

    def _decide(self, incident: Incident, decision: Decision) -> None:
        state = IncidentState.INVESTIGATING if decision.outcome == INVESTIGATING else IncidentState.DECIDED
        self._incidents[incident.id] = replace(incident, state=state, decision=decision)
        rule = self._catalogue.rules.penalties.get(decision.outcome) if self._catalogue else None
        if rule is None:
            self._cancel(incident.id)
        else:
            self._penalties[penalty_id(incident.id)] = _proposed(incident, decision, rule)

    def _void(self, incident: Incident, void: Void) -> None:
        self._incidents[incident.id] = replace(incident, state=IncidentState.VOIDED, void=void)
        self._cancel(incident.id)

    def _cancel(self, incident: int) -> None:
        if penalty := self._penalties.get(penalty_id(incident)):
            self._penalties[penalty.id] = replace(penalty, state=PenaltyState.CANCELLED)

    def _issue(self, incident: Incident, penalty: str, act: Act) -> None:
        self._incidents[incident.id] = incident
        if known := self._penalties.get(penalty):
            self._penalties[penalty] = replace(known, state=PenaltyState.ISSUED, issued=act)


def _act(event: LogEvent) -> Act:
    return Act(event.recorded_at, event.actor)


def _proposed(incident: Incident, decision: Decision, rule: PenaltyRule) -> Penalty:
    return Penalty(
        id=penalty_id(incident.id),
        incident=incident.id,
        kart=incident.kart,
        code=decision.outcome,
        type=rule.type,
        label=rule.label or decision.outcome,
        state=PenaltyState.PROPOSED,
        decided=decision.act,
        seconds=rule.seconds,
        laps=rule.laps,
        places=rule.places,
        points=rule.points,
    )
