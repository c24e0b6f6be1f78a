"""Bringing a penalty into force, telling the team, taking it back."""

from core.accounts.model import Right
from core.errors import BadInput, Conflict, NotFound
from core.penalties.acts.bench import Bench, reason
from core.penalties.acts.deciding import refuse_in_force, refuse_overruling
from core.penalties.bodies import PenaltyAcknowledged, PenaltyCancelled, PenaltyIssued, PenaltyNotified
from core.penalties.commands import Acknowledge, Cancel, Issue, Notify
from core.penalties.events import NewEvent
from core.penalties.model import Act, Outcome, Penalty, PenaltyState

_WAITING = frozenset({PenaltyState.PROPOSED, PenaltyState.AWAITING_APPROVAL})


def issue(bench: Bench, command: Issue) -> NewEvent:
    """From here on it is in force and counts in the standings."""
    bench.demand(Right.ISSUE)
    penalty = _named(bench, command) if command.penalty else _only_one(bench, command.incident)
    incident = bench.fold.incidents[penalty.incident]
    bench.impartial(incident.kart, incident.second_kart)
    return issued(bench, penalty)


def issued(bench: Bench, penalty: Penalty) -> NewEvent:
    """The event, if enough officials stand behind it."""
    accounts = {bench.account, *(approval.by for approval in penalty.approvals)}
    if penalty.automatic and len(accounts) < penalty.approvals_needed:
        said = (
            f"Penalty {penalty.id} needs {penalty.approvals_needed} officials; {len(accounts)} would stand behind it."
        )
        raise Conflict(said, f"Another account has to approve it: `#{penalty.incident} ok`.", penalty)
    return bench.event(penalty.incident, PenaltyIssued(penalty.incident, penalty.id, penalty.code))


def notify(bench: Bench, command: Notify) -> NewEvent:
    """The team has been told."""
    bench.demand(Right.ISSUE)
    penalty = _in_force(bench, command.penalty)
    _refuse_second(bench, penalty, penalty.notified, "was told to the team")
    return bench.event(penalty.incident, PenaltyNotified(penalty.incident, penalty.id))


def acknowledge(bench: Bench, command: Acknowledge) -> NewEvent:
    """The team says that it has been told; only for its own."""
    bench.demand(Right.ACKNOWLEDGE)
    penalty = _in_force(bench, command.penalty)
    bench.own_team(penalty.kart)
    _refuse_second(bench, penalty, penalty.acknowledged, "was acknowledged")
    return bench.event(penalty.incident, PenaltyAcknowledged(penalty.incident, penalty.id))


def cancel(bench: Bench, command: Cancel) -> NewEvent:
    """Also how a proposal is declined. What was served is never taken back; stewards overrule a judge of fact."""
    bench.demand(Right.AMEND)
    why = reason(command.reason, "Cancelling")
    penalty = bench.penalty(command.penalty)
    incident = bench.fold.incidents[penalty.incident]
    bench.impartial(incident.kart, incident.second_kart)
    if penalty.serving is not None:
        said = f"Penalty {penalty.id} was served, recorded {bench.by(penalty.serving.recorded)}."
        raise Conflict(said, "What was served stays. Amend or void the incident: a review decides.", penalty)
    if penalty.automatic and penalty.issued:
        refuse_overruling(bench, incident)
    return bench.event(penalty.incident, PenaltyCancelled(penalty.incident, penalty.id, why))


def _named(bench: Bench, command: Issue) -> Penalty:
    name = command.penalty or ""
    penalty = bench.fold.penalties.get(name)
    if penalty is not None and penalty.cancelled is None and penalty.state.in_force and penalty.issued:
        raise Conflict(f"Penalty {name} was issued {bench.by(penalty.issued)}.", "It stands.", penalty)
    return bench.penalty(name)


def _only_one(bench: Bench, number: int) -> Penalty:
    """The one penalty of the incident that waits."""
    waiting = [one for one in bench.fold.penalties_of(number) if one.state in _WAITING]
    if not waiting:
        refuse_in_force(bench, number)
    incident = bench.incident(number)
    if incident.outcome is Outcome.AWAITING_APPROVAL:
        said = f"The decision on incident {number} waits for another official's approval."
        raise Conflict(said, f"Approve it first: `#{number} ok`.", incident)
    if not waiting:
        remedy = f"Decide one first: `#{number} =` and a penalty."
        raise NotFound(f"Incident {number} has no penalty to issue.", remedy)
    if len(waiting) > 1:
        names = ", ".join(one.id for one in waiting)
        raise BadInput(f"Incident {number} has {len(waiting)} penalties that wait.", f"Name one: {names}.")
    return waiting[0]


def _in_force(bench: Bench, name: str) -> Penalty:
    penalty = bench.penalty(name)
    if penalty.issued is None:
        raise Conflict(f"Penalty {name} is not issued yet.", "Issue it first.", penalty)
    return penalty


def _refuse_second(bench: Bench, penalty: Penalty, first: Act | None, what: str) -> None:
    if first is not None:
        raise Conflict(f"Penalty {penalty.id} {what} {bench.by(first)}.", "It stands.", penalty)
