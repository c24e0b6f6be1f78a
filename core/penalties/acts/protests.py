"""Protests and intentions to appeal, and what the stewards say to them."""

from core.accounts.model import Right
from core.errors import Conflict, NotFound
from core.penalties.acts.bench import Bench, reason
from core.penalties.bodies import ProtestDecided, ProtestLodged
from core.penalties.commands import DecideProtest, LodgeProtest
from core.penalties.deadlines import closed_at
from core.penalties.events import NewEvent
from core.penalties.model import Incident, Protest


def lodge(bench: Bench, command: LodgeProtest) -> NewEvent:
    """By a team for its own kart, or by an official who took it in for a team."""
    incident = bench.incident(command.incident)
    if Right.DECIDE not in bench.actor.rights:
        bench.demand(Right.ACKNOWLEDGE)
        bench.own_team(incident.kart)
        _refuse_late(bench, incident, appeal=command.appeal)
    words = reason(command.text, "A protest")
    if (standing := _open_protest(incident)) is not None:
        said = f"A protest on incident {incident.id} was lodged {bench.by(standing.lodged)}."
        raise Conflict(said, "Wait for the decision on it.", incident)
    if command.appeal:
        _refuse_not_appealable(bench, incident)
    return bench.event(incident.id, ProtestLodged(incident.id, words, command.appeal))


def decide(bench: Bench, command: DecideProtest) -> NewEvent:
    bench.demand(Right.DECIDE)
    why = reason(command.reason, "The decision on a protest")
    incident = bench.other(command.incident)
    if _open_protest(incident) is None:
        _refuse_no_protest(bench, incident)
    bench.incident(incident.id)
    bench.impartial(incident.kart, incident.second_kart)
    return bench.event(incident.id, ProtestDecided(incident.id, command.upheld, why))


def _open_protest(incident: Incident) -> Protest | None:
    return next((protest for protest in incident.protests if protest.decided is None), None)


def _refuse_no_protest(bench: Bench, incident: Incident) -> None:
    if incident.protests and (decided := incident.protests[-1].decided):
        said = f"The protest on incident {incident.id} was decided {bench.by(decided)}."
        raise Conflict(said, "It stands.", incident)
    raise NotFound(f"No protest was lodged on incident {incident.id}.", "Look at its number in the list.")


def _refuse_late(bench: Bench, incident: Incident, *, appeal: bool) -> None:
    closed = closed_at(bench.fold, incident, appeal=appeal)
    if closed is not None and bench.now > closed:
        what = "appeals" if appeal else "protests"
        said = f"The time for {what} on incident {incident.id} was over at {closed:%H:%M:%S} UTC."
        raise Conflict(said, "Ask the stewards.", incident)


def _refuse_not_appealable(bench: Bench, incident: Incident) -> None:
    penalties = bench.fold.penalties_of(incident.id)
    if penalties and not any(bench.fold.appealable(penalty) for penalty in penalties):
        labels = ", ".join(penalty.label for penalty in penalties)
        raise Conflict(
            f"{labels}: the ruleset allows no appeal against it.", "A protest may still be lodged.", incident
        )
