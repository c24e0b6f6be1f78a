"""What the next incident would cost a subject: “1 from 5 s stop & go”, and when the oldest counted one expires."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.penalties.catalogue import Catalogue
from core.penalties.model import Amount
from core.penalties.rules.facts import Case, Fact
from core.penalties.rules.findings import Entry, Judgement
from core.penalties.rules.ladders import subject_of
from core.penalties.rules.matching import text
from core.penalties.rules.schema import Ladder, Step, text_of


@dataclass(frozen=True, slots=True)
class NextStep:
    """Where a subject stands on a ladder, and how far the next step is."""

    catalogue: Catalogue
    ladder: Ladder
    scope: str
    subject: str
    n: Amount
    step: Step
    missing: Amount
    oldest_expires: Amount | None
    """When the oldest counted incident leaves the window; None without a window."""

    @property
    def words(self) -> str:
        does = {"warning": "warning", "warning_flag": "warning flag"}.get(self.step.do)
        return f"{text_of(self.missing)} from {does or self.catalogue.outcome_label(self.step.do)}"


def next_steps(case: Case, judgement: Judgement, fields: Mapping[str, object], now: Amount) -> tuple[NextStep, ...]:
    """For each ladder that holds something against a subject, in the order of the ruleset.

    Args:
        case: what was judged.
        judgement: what came out.
        fields: the subject as an incident would name it: kart, driver, team; with a phase, only its ladders.
        now: on the clock of the case.
    """
    fact = Fact("", 0, now, fields)
    catalogue = next(ruleset for since, ruleset in reversed(case.versions) if since is None or since <= now)
    found = (_next(case, judgement, catalogue, ladder, fact) for ladder in catalogue.rules.ladders)
    return tuple(each for each in found if each)


def _next(case: Case, judgement: Judgement, catalogue: Catalogue, ladder: Ladder, fact: Fact) -> NextStep | None:
    scope, subject = subject_of(ladder, fact)
    standings = judgement.counters.get((ladder.id, subject))
    if standings is None or not _concerns(ladder, fact):
        return None
    counted = [*_counted(case, ladder, standings.entries[standings.start :], fact.t)]
    n = sum(entry.weight for entry in counted)
    ahead = _ahead(ladder, n)
    if n <= 0 or ahead is None:
        return None
    step, at = ahead
    oldest = None if ladder.window_s is None else counted[0].t + ladder.window_s
    return NextStep(catalogue, ladder, scope, subject, n, step, at - n, oldest)


def _concerns(ladder: Ladder, fact: Fact) -> bool:
    """Whether nothing that is known of the subject speaks against the ladder."""
    return all(text(fact, name) in wanted for name, wanted in ladder.match.items() if name in fact.fields)


def _counted(case: Case, ladder: Ladder, entries: Sequence[Entry], now: Amount) -> Iterator[Entry]:
    """What counts against the subject at this time."""
    for entry in entries:
        in_window = ladder.window_s is None or entry.t >= now - ladder.window_s
        shown = ladder.advance == "always" or not entry.fact or case.signals.get(entry.id, now + 1) <= now
        if in_window and shown:
            yield entry


def _ahead(ladder: Ladder, n: Amount) -> tuple[Step, Amount] | None:
    """The nearest step that does something, with the count that reaches it."""
    acting = [step for step in ladder.steps if step.do != "none"]
    ahead = [(step, at) for step in acting if (at := _threshold(step, n)) > n]
    if ahead:
        return min(ahead, key=lambda each: each[1])
    return (ladder.steps[-1], n + 1) if ladder.past_end == "repeat_last" else None


def _threshold(step: Step, n: Amount) -> Amount:
    if step.every is None or n < step.at:
        return step.at
    return step.at + ((n - step.at) // step.every + 1) * step.every
