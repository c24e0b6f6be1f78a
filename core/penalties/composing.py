"""Files and findings put together into the incidents, penalties and reviews that everybody reads.

The engine knows few states, because telling the team is not its business; the lifecycle's are derived here from its
state and from what was done.
"""

from collections.abc import Collection

from core.penalties.books import Books, IncidentFile, PenaltyFile, penalty_id
from core.penalties.events import AUTO, INVESTIGATING, OTHER
from core.penalties.model import (
    Act,
    Amount,
    Decision,
    Incident,
    IncidentState,
    Outcome,
    Penalty,
    PenaltyState,
    PenaltyType,
    Review,
    Serving,
)
from core.penalties.rules.findings import Counted, Decided, Finding, Sentence, Standing
from core.penalties.rules.schema import fixed, text_of

_DONE = frozenset({PenaltyState.VERIFIED, PenaltyState.CLOSED, PenaltyState.CONVERTED, PenaltyState.CANCELLED})
_OF_ENGINE = {
    Standing.SERVED: PenaltyState.SERVED,
    Standing.VERIFIED: PenaltyState.VERIFIED,
    Standing.SHORT: PenaltyState.SHORT,
    Standing.REJECTED: PenaltyState.REJECTED,
    Standing.UNSERVED: PenaltyState.UNSERVED,
    Standing.CONVERTED: PenaltyState.CONVERTED,
}
_NO_ACTS = PenaltyFile(0)


def composed_incident(
    books: Books, file: IncidentFile, finding: Finding | None, penalties: Collection[Penalty]
) -> Incident:
    body = file.body
    rules = file.rejudged or books.rules_at(file.at)
    return Incident(
        id=body.incident,
        at=file.at,
        kart=body.kart,
        code=body.code,
        label=rules.rule(body.code).label if rules else body.code,
        recorded=file.recorded,
        version=file.version,
        phase=body.phase,
        second_kart=body.second_kart,
        turn=body.turn,
        lap=body.lap,
        text=body.text,
        driver=body.driver,
        team=body.team,
        value=body.value,
        points=body.points,
        video=body.video,
        observer=body.observer,
        laps_left=body.laps_left,
        fields=body.fields,
        report=body.report,
        evidence=body.evidence,
        state=_incident_state(file, finding, penalties),
        decision=file.decision,
        signal=file.signal,
        void=file.void,
        merged=file.merged,
        protests=file.protests,
        outcome=finding.outcome if finding else Outcome.NOTED,
        count=_count(finding),
        ruleset=rules.reference if rules else "",
    )


def _count(finding: Finding | None) -> Amount | None:
    counted = finding is not None and any(isinstance(reason, Counted) for reason in finding.reasons)
    return finding.count if finding is not None and counted else None


def _incident_state(file: IncidentFile, finding: Finding | None, penalties: Collection[Penalty]) -> IncidentState:
    if file.void is not None:
        return IncidentState.VOIDED
    if file.merged is not None:
        return IncidentState.MERGED
    if any(protest.decided is None for protest in file.protests):
        return IncidentState.PROTESTED
    if finding is not None and finding.outcome is Outcome.AWAITING_APPROVAL:
        return IncidentState.AWAITING_APPROVAL
    return _decided_or_not(file, finding, penalties)


def _decided_or_not(file: IncidentFile, finding: Finding | None, penalties: Collection[Penalty]) -> IncidentState:
    """What the ruleset has judged waits for nobody; what it has no word for waits for a decision."""
    if penalties and all(penalty.state in _DONE for penalty in penalties):
        return IncidentState.CLOSED
    outcome = file.decision.outcome if file.decision else None
    if outcome == INVESTIGATING:
        return IncidentState.INVESTIGATING
    if outcome not in (None, AUTO) or _judged(finding):
        return IncidentState.DECIDED
    return IncidentState.NOTED


def _judged(finding: Finding | None) -> bool:
    """Whether a ladder or a measure has a word for it."""
    return finding is not None and not all(isinstance(reason, Decided) for reason in finding.reasons)


def composed_penalty(file: IncidentFile, sentence: Sentence, acts: PenaltyFile | None) -> Penalty:
    done = acts or _NO_ACTS
    decision = file.decision
    chosen = None if sentence.automatic else decision
    return Penalty(
        id=sentence.id,
        incident=file.body.incident,
        kart=file.body.kart,
        code=sentence.code,
        type=sentence.type,
        label=_label(sentence, decision),
        state=_penalty_state(file, sentence, done),
        decided=chosen.act if chosen else file.recorded,
        seconds=sentence.seconds,
        laps=sentence.laps,
        places=sentence.places,
        points=sentence.points,
        driver=file.body.driver,
        team=file.body.team,
        automatic=sentence.automatic,
        converted_from=sentence.converted_from,
        approvals=chosen.approvals if chosen else done.approvals,
        approvals_needed=_officials(sentence),
        issued=done.issued,
        notified=done.notified,
        acknowledged=done.acknowledged,
        reported_served=done.reported_served,
        serving=done.serving,
        unserved=done.unserved,
        cancelled=done.cancelled,
        follows=sentence.follows,
    )


def _label(sentence: Sentence, decision: Decision | None) -> str:
    if sentence.code == OTHER and decision is not None:
        return decision.words
    label = sentence.catalogue.outcome_label(sentence.code)
    if sentence.converted_from is None:
        return label
    amounts = (("s", sentence.seconds), ("laps", sentence.laps), ("places", sentence.places))
    became = ", ".join(f"{text_of(amount)} {unit}" for unit, amount in amounts if amount is not None)
    return f"{label}, converted to {became or sentence.type}"


def _officials(sentence: Sentence) -> int:
    """How many different ones have to stand behind it."""
    return sentence.catalogue.rules.approvals.get(sentence.converted_from or sentence.type, 1)


def _to_serve(sentence: Sentence) -> bool:
    rule = sentence.catalogue.rules.penalties.get(sentence.code)
    return rule is not None and rule.serve is not None and sentence.converted_from is None


def _penalty_state(file: IncidentFile, sentence: Sentence, acts: PenaltyFile) -> PenaltyState:
    if acts.cancelled is not None:
        return PenaltyState.CANCELLED
    if acts.issued is None and acts.serving is None:
        return _proposed_state(sentence, acts)
    if (found := _OF_ENGINE.get(sentence.state)) is not None:
        told = acts.notified or acts.acknowledged
        return PenaltyState.CLOSED if found is PenaltyState.VERIFIED and told else found
    if any(protest.appeal and protest.decided is None for protest in file.protests):
        return PenaltyState.APPEALED
    return _told_state(sentence, acts)


def _proposed_state(sentence: Sentence, acts: PenaltyFile) -> PenaltyState:
    """The issuer counts too: one approval less is needed before it may be issued."""
    lacking = sentence.automatic and len({act.by for act in acts.approvals}) < _officials(sentence) - 1
    return PenaltyState.AWAITING_APPROVAL if lacking else PenaltyState.PROPOSED


def _told_state(sentence: Sentence, acts: PenaltyFile) -> PenaltyState:
    """With nothing to serve, it is over when the team has acknowledged it."""
    if acts.acknowledged is not None:
        return PenaltyState.ACKNOWLEDGED if _to_serve(sentence) else PenaltyState.CLOSED
    return PenaltyState.NOTIFIED if acts.notified else PenaltyState.ISSUED


def composed_lost(books: Books, file: IncidentFile, pid: str, acts: PenaltyFile) -> Penalty:
    """A penalty about which something was done, and which does not follow from its incident any more."""
    code = acts.code or _decided_code(file, pid)
    rules = file.rejudged or books.rules_at(file.at)
    rule = rules.rules.penalties.get(code) if rules else None
    return Penalty(
        id=pid,
        incident=acts.incident,
        kart=file.body.kart,
        code=code,
        type=rule.type if rule else PenaltyType.OTHER,
        label=(rule.label if rule else None) or code or pid,
        state=PenaltyState.CANCELLED,
        decided=acts.issued or (acts.serving.recorded if acts.serving else file.recorded),
        seconds=fixed(rule.seconds) if rule else None,
        laps=fixed(rule.laps) if rule else None,
        places=fixed(rule.places) if rule else None,
        points=fixed(rule.points) if rule else None,
        driver=file.body.driver,
        team=file.body.team,
        automatic=pid != penalty_id(acts.incident),
        approvals=acts.approvals,
        issued=acts.issued,
        notified=acts.notified,
        acknowledged=acts.acknowledged,
        reported_served=acts.reported_served,
        serving=acts.serving,
        unserved=acts.unserved,
        cancelled=acts.cancelled,
    )


def _decided_code(file: IncidentFile, pid: str) -> str:
    """Logs of earlier releases do not say what was issued; a decision is there all the same."""
    chosen = file.decision is not None and pid == penalty_id(file.body.incident)
    return file.decision.outcome if file.decision is not None and chosen else ""


def composed_review(lost: Penalty, acts: PenaltyFile, serving: Serving) -> Review:
    resolved: Act | None = acts.resolved.act if acts.resolved else None
    return Review(
        penalty=lost.id,
        incident=lost.incident,
        kart=lost.kart,
        label=lost.label,
        serving=serving,
        resolution=acts.resolution,
        reason=acts.resolved.reason if acts.resolved else "",
        resolved=resolved,
    )
