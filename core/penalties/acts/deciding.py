"""Decisions on incidents and their approval; the signal shown to the driver."""

from core.accounts.model import Right
from core.errors import BadInput, Conflict, NotAllowed
from core.penalties.acts.bench import Bench
from core.penalties.bodies import (
    DecisionApproved,
    IncidentDecided,
    PenaltyApproved,
    SignalShown,
)
from core.penalties.books import penalty_id
from core.penalties.catalogue import PenaltyRule
from core.penalties.commands import Approve, Decide, ShowSignal
from core.penalties.events import AUTO, INVESTIGATING, NO_FURTHER_ACTION, OTHER, NewEvent
from core.penalties.model import Incident, Outcome, Penalty


def decide(bench: Bench, command: Decide) -> NewEvent:
    bench.demand(Right.ISSUE)
    if command.outcome == NO_FURTHER_ACTION:
        _refuse_forgiving(bench, command.incident)
    refuse_in_force(bench, command.incident)
    incident = bench.incident(command.incident)
    bench.impartial(incident.kart, incident.second_kart)
    _refuse_decided(bench, incident, command)
    _complete(bench, command, incident)
    laps_left = bench.grid.laps_left() if command.laps_left is None else command.laps_left
    body = IncidentDecided(incident.id, command.outcome, command.reason.strip(), command.words.strip(), laps_left)
    return bench.event(incident.id, body)


def approve(bench: Bench, command: Approve) -> NewEvent:
    """The second pair of eyes; a different account from all that stand behind it already."""
    bench.demand(Right.APPROVE)
    incident = bench.incident(command.incident)
    bench.impartial(incident.kart, incident.second_kart)
    if command.penalty is not None and command.penalty != penalty_id(incident.id):
        return _approve_penalty(bench, incident, bench.penalty(command.penalty))
    waiting = [one for one in bench.fold.penalties_of(incident.id) if _waits(one)]
    if command.penalty is None and len(waiting) == 1:
        return _approve_penalty(bench, incident, waiting[0])
    return _approve_decision(bench, incident)


def show_signal(bench: Bench, command: ShowSignal) -> NewEvent:
    bench.demand(Right.RECORD)
    incident = bench.other(command.incident)
    if incident.signal is not None:
        said = f"Incident {incident.id} was shown to the driver {bench.by(incident.signal)}."
        raise Conflict(said, "It stands.", incident)
    bench.incident(incident.id)
    return bench.event(incident.id, SignalShown(incident.id))


def refuse_in_force(bench: Bench, incident: int) -> None:
    """Asked before anything else: who comes second wants to know who was first."""
    for penalty in bench.fold.penalties_of(incident):
        if penalty.serving is not None and penalty.state.in_force:
            said = f"Penalty {penalty.id} was served, recorded {bench.by(penalty.serving.recorded)}."
            raise Conflict(said, "What was served stays. Amend or void the incident: a review decides.", penalty)
        if penalty.state.in_force and penalty.issued:
            remedy = f"It stands. To undo it, cancel it with a reason: `#{incident} c reason`."
            raise Conflict(f"Penalty {penalty.id} was issued {bench.by(penalty.issued)}.", remedy, penalty)


def refuse_overruling(bench: Bench, incident: Incident) -> None:
    """What a judge of fact has seen cannot be argued once its automatic result is issued; stewards may overrule it.

    A misreading (the wrong kart, no breach at all) is no overruling: race control amends or voids the incident.
    """
    rules = bench.fold.rules_of(incident.id)
    if Right.DECIDE in bench.actor.rights or rules is None or not rules.rule(incident.code).judge_of_fact:
        return
    said = f"“{incident.label}” is seen by a judge of fact, and the result of incident {incident.id} is issued."
    raise NotAllowed(said, "Only a steward overrules it. If it was misread, amend or void the incident with a reason.")


def _refuse_forgiving(bench: Bench, number: int) -> None:
    """Whoever saw it may withdraw it until its result is issued; in an official's own penalty there is no fact."""
    standing = (one for one in bench.fold.penalties_of(number) if one.automatic and one.issued and not one.serving)
    if any(one.state.in_force for one in standing):
        refuse_overruling(bench, bench.incident(number))


def _refuse_decided(bench: Bench, incident: Incident, command: Decide) -> None:
    """A changed decision is welcome from who has seen the old one."""
    decision = incident.decision
    if decision is None or decision.outcome in (INVESTIGATING, AUTO):
        return
    same = (command.outcome, command.words.strip()) == (decision.outcome, decision.words)
    if not same and bench.request.expected_version is not None:
        return
    said = f"Incident {incident.id} was decided “{decision.words or decision.outcome}” {bench.by(decision.act)}."
    remedy = "It stands." if same else f"To change it, send it as seen at version {incident.version}."
    raise Conflict(said, remedy, incident)


def _complete(bench: Bench, command: Decide, incident: Incident) -> None:
    if command.outcome == OTHER and not command.words.strip():
        raise BadInput("The penalty has no words.", "Say what it is, or choose one of the ruleset.")
    rules = bench.fold.rules_of(incident.id)
    rule = rules.rules.penalties.get(command.outcome) if rules else None
    if rule is not None and _reckoned(rule) and incident.value is None:
        said = f"“{rule.label or command.outcome}” is reckoned from a value, and incident {incident.id} has none."
        raise BadInput(said, "Amend the incident: give its value, then decide.")


def _reckoned(rule: PenaltyRule) -> bool:
    return any(isinstance(amount, str) for amount in (rule.seconds, rule.laps, rule.places, rule.points))


def _waits(penalty: Penalty) -> bool:
    """An automatic one that several officials have to stand behind."""
    return penalty.automatic and penalty.approvals_needed > 1 and penalty.issued is None and not penalty.cancelled


def _approve_decision(bench: Bench, incident: Incident) -> NewEvent:
    decision = incident.decision
    if decision is not None and bench.account in decision.officials:
        said = f"You stand behind the decision on incident {incident.id} already."
        raise Conflict(said, "Another account has to approve it.", incident)
    if decision is None or incident.outcome is not Outcome.AWAITING_APPROVAL:
        before = f": approved {bench.by(decision.approvals[-1])}" if decision and decision.approvals else ""
        raise Conflict(f"Incident {incident.id} waits for no approval{before}.", "Look at it again.", incident)
    return bench.event(incident.id, DecisionApproved(incident.id))


def _approve_penalty(bench: Bench, incident: Incident, penalty: Penalty) -> NewEvent:
    if bench.account in {approval.by for approval in penalty.approvals}:
        raise Conflict(f"You have approved penalty {penalty.id} already.", "Another account has to.", penalty)
    if penalty.approvals_needed < 2 or penalty.issued is not None:
        before = f": it was issued {bench.by(penalty.issued)}" if penalty.issued else ""
        raise Conflict(f"Penalty {penalty.id} waits for no approval{before}.", "Look at it again.", penalty)
    return bench.event(incident.id, PenaltyApproved(incident.id, penalty.id))
