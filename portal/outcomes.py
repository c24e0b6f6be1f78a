"""What became of an incident in few words: `warning 2 of 3`, `5 s stop & go (issued)`, `void: wrong kart`."""

from core.penalties.fold import Fold
from core.penalties.model import Amount, Incident, Outcome, PenaltyState
from core.penalties.rules.findings import Counted
from core.penalties.rules.schema import Ladder, text_of
from portal.format import words


def outcome(incident: Incident, fold: Fold) -> str:
    """The last word on it, with the penalties that still follow."""
    if incident.void is not None:
        return f"Void: {incident.void.reason}"
    if incident.merged is not None:
        return f"Same as #{incident.merged.into}"
    penalties = [one for one in fold.penalties_of(incident.id) if one.state is not PenaltyState.CANCELLED]
    if penalties:
        return ", ".join(f"{one.label} ({words(one.state).lower()})" for one in penalties)
    return _without_penalty(incident, fold)


def standing(incident: Incident, fold: Fold) -> str:
    """` 2 of 3`: where the ladder that counted it stood, and where its next penalty is."""
    finding = fold.judged.findings.get(str(incident.id))
    counted = [one for one in finding.reasons if isinstance(one, Counted)] if finding else []
    if not counted:
        return ""
    last = counted[-1]
    goal = _goal(last.ladder, last.n)
    return f" {text_of(last.n)}" + ("" if goal is None else f" of {goal}")


def _without_penalty(incident: Incident, fold: Fold) -> str:
    if incident.outcome in (Outcome.WARNING, Outcome.WARNING_FLAG, Outcome.NOTED):
        return f"{words(incident.outcome)}{standing(incident, fold)}"
    if incident.outcome is Outcome.AWAITING_APPROVAL and incident.decision and fold.catalogue:
        return f"{fold.catalogue.outcome_label(incident.decision.outcome)} (to be approved)"
    return {Outcome.NFA: "No further action", Outcome.INVESTIGATING: "Under investigation"}.get(
        incident.outcome, words(incident.outcome)
    )


def _goal(ladder: Ladder, n: Amount) -> str | None:
    """The next step that is a penalty."""
    steps = [step.at for step in ladder.steps if step.do not in ("none", "warning", "warning_flag")]
    return next((text_of(at) for at in sorted(steps) if at >= n), None)
