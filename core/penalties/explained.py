"""Why an incident has its outcome and its penalties: made in words when somebody looks, never in the fold."""

from collections.abc import Callable
from dataclasses import replace

from core.penalties.case import instant
from core.penalties.fold import Fold
from core.penalties.model import Amount, Incident, Penalty
from core.penalties.rules.explain import Words, explain, why


def explained(fold: Fold, incident: Incident, who: Callable[[str], str]) -> Incident:
    """The incident with `explain`."""
    finding = fold.judged.findings.get(str(incident.id))
    return incident if finding is None else replace(incident, explain=explain(finding, _words(who)))


def reasoned(fold: Fold, penalty: Penalty, who: Callable[[str], str]) -> Penalty:
    """The penalty with `why`; of one that has lost its basis, that it has."""
    sentence = fold.judged.sentences.get(penalty.id)
    if sentence is None:
        return replace(penalty, why=("It does not follow from its incident any more: a correction has removed it.",))
    return replace(penalty, why=why(sentence, _words(who)))


def _words(who: Callable[[str], str]) -> Words:
    return Words(_clock, lambda incident: f"#{incident}", who)


def _clock(t: Amount) -> str:
    return f"{instant(t):%H:%M:%S} UTC"
