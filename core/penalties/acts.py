"""What an act becomes in the log, or why it may not be done: decided against the fold at the head, under its lock.

Who comes second is told who was first and when. Changing a decision needs the version that was looked at, so that no
decision is overwritten unseen; a penalty in force is never changed, only voided with its incident.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import assert_never

from core.accounts.model import Right
from core.accounts.policy import demand
from core.errors import Conflict, NotFound
from core.penalties.bodies import Body, IncidentDecided, IncidentRecorded, IncidentVoided, PenaltyIssued, PhaseStarted
from core.penalties.commands import Command, Decide, Issue, Record, Void
from core.penalties.events import SESSION, NewEvent
from core.penalties.fold import Fold, penalty_id
from core.penalties.log import WriteRequest
from core.penalties.model import Act, Incident, IncidentState, PenaltyState
from core.sessions.model import Phase

Who = Callable[[str], str]
"""The name to show for an account id."""


@dataclass(frozen=True, slots=True)
class Bench:
    """One request before the fold it is decided against."""

    fold: Fold
    request: WriteRequest
    who: Who

    def events(self, command: Command) -> tuple[NewEvent, ...]:
        """What is to be stored.

        Raises:
            NotAllowed: the actor lacks the right.
            NotFound: the incident or its penalty does not exist.
            Conflict: somebody was first, or it changed since it was looked at.
        """
        match command:
            case Record():
                return tuple(self._record(command))
            case Decide():
                return (self._decide(command),)
            case Issue():
                return (self._issue(command),)
            case Void():
                return (self._void(command),)
            case _:
                assert_never(command)

    def phase(self, phase: Phase) -> NewEvent:
        """The start of a phase.

        Raises:
            Conflict: it runs already.
        """
        demand(self.request.actor, Right.RUN_SESSIONS)
        if self.fold.phase is phase:
            raise Conflict(f"The {phase} phase runs already.", "Start another phase, or leave it.")
        return NewEvent(SESSION, self.request.now, PhaseStarted(phase))

    def _record(self, command: Record) -> Iterator[NewEvent]:
        demand(self.request.actor, Right.RECORD)
        if command.outcome is not None:
            demand(self.request.actor, Right.ISSUE)
        at = self.request.now - timedelta(seconds=command.back_s)
        for incident, kart in enumerate(command.karts, start=self.fold.next_incident):
            body = IncidentRecorded(
                incident, kart, command.code, self.fold.phase, command.second_kart, command.turn, command.text
            )
            yield NewEvent(str(incident), at, body)
            if command.outcome is not None:
                yield self._about(incident, IncidentDecided(incident, command.outcome))

    def _decide(self, command: Decide) -> NewEvent:
        demand(self.request.actor, Right.ISSUE)
        self._refuse_in_force(command.incident)
        incident = self._standing(command.incident)
        if incident.decision and incident.state is IncidentState.DECIDED:
            self._refuse_decided(incident, command.outcome, incident.decision.outcome, incident.decision.act)
        return self._about(incident.id, IncidentDecided(incident.id, command.outcome))

    def _issue(self, command: Issue) -> NewEvent:
        demand(self.request.actor, Right.ISSUE)
        self._refuse_in_force(command.incident)
        incident = self._standing(command.incident)
        penalty = self.fold.penalties.get(penalty_id(incident.id))
        if penalty is None or penalty.state is not PenaltyState.PROPOSED:
            remedy = f"Decide one first: `#{incident.id} =` and a penalty."
            raise NotFound(f"Incident {incident.id} has no penalty to issue.", remedy)
        return self._about(incident.id, PenaltyIssued(incident.id, penalty.id))

    def _void(self, command: Void) -> NewEvent:
        demand(self.request.actor, Right.AMEND)
        incident = self._standing(command.incident)
        return self._about(incident.id, IncidentVoided(incident.id, command.reason))

    def _about(self, incident: int, body: Body) -> NewEvent:
        return NewEvent(str(incident), self.request.now, body)

    def _standing(self, number: int) -> Incident:
        """The incident, if it can be acted on."""
        incident = self.fold.incidents.get(number)
        if incident is None:
            raise NotFound(f"There is no incident {number}.", "Look at its number in the list.")
        if incident.void is not None:
            said = f"Incident {number} was voided {self._by(incident.void.act)}: {incident.void.reason}"
            raise Conflict(f"{said}.", "Record it again if it was right after all.")
        expected = self.request.expected_version
        if expected is not None and incident.version > expected:
            what = f"Incident {number} has changed: it is at version {incident.version}, you saw {expected}."
            raise Conflict(what, "Look at it again, then repeat what you want done.")
        return incident

    def _refuse_in_force(self, incident: int) -> None:
        """Asked before anything else: who comes second wants to know who was first."""
        penalty = self.fold.penalties.get(penalty_id(incident))
        if penalty and penalty.state.in_force and penalty.issued:
            remedy = f"It stands. To undo it, void its incident with a reason: `#{incident} x reason`."
            raise Conflict(f"Penalty {penalty.id} was issued {self._by(penalty.issued)}.", remedy)

    def _refuse_decided(self, incident: Incident, wanted: str, outcome: str, act: Act) -> None:
        """A changed decision is welcome from who has seen the old one."""
        if wanted != outcome and self.request.expected_version is not None:
            return
        said = f"Incident {incident.id} was decided “{outcome}” {self._by(act)}."
        remedy = "It stands." if wanted == outcome else f"To change it, send it as seen at version {incident.version}."
        raise Conflict(said, remedy)

    def _by(self, act: Act) -> str:
        return f"by {self.who(act.by)} at {act.at:%H:%M:%S} UTC"
