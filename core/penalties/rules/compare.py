"""Two judgements of one session beside each other: what another ruleset would have made of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from core.penalties.rules.findings import Finding, Judgement
from core.penalties.rules.late import AMOUNTS
from core.penalties.rules.schema import text_of


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an incident came to; `penalties` with their amounts, in the order they were given."""

    outcome: str
    penalties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """An incident that would have come to something else; None where it is not in the log at all."""

    incident: str
    before: Verdict | None
    after: Verdict | None


def compare(before: Judgement, after: Judgement) -> tuple[Change, ...]:
    """Every incident that comes to something else, in the order of judging."""
    return tuple(_changes(before, after))


def _changes(before: Judgement, after: Judgement) -> Iterator[Change]:
    for incident in dict.fromkeys((*before.findings, *after.findings)):
        was, becomes = _verdict(before, incident), _verdict(after, incident)
        if was != becomes:
            yield Change(incident, was, becomes)


def _verdict(judgement: Judgement, incident: str) -> Verdict | None:
    finding = judgement.findings.get(incident)
    return Verdict(finding.outcome.value, tuple(_penalties(judgement, finding))) if finding else None


def _penalties(judgement: Judgement, finding: Finding) -> Iterator[str]:
    for name in finding.penalties:
        sentence = judgement.penalties[name]
        amounts = ((getattr(sentence, kind), kind) for kind in AMOUNTS)
        said = "".join(f", {text_of(amount)} {kind}" for amount, kind in amounts if amount is not None)
        yield f"{sentence.code} ({sentence.type}{said})"
