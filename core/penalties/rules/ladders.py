"""Ladders: counters with steps, one for each ladder and subject.

An incident reaches the highest step with before < at <= n, so that each step fires once. Entries older than the window
are left behind, exactly one window old still counts. What was counted stays readable: entries are only ever appended,
and a reset begins a new list.
"""

from collections.abc import Iterable, Mapping, MutableMapping
from typing import NamedTuple

from core.penalties.model import Amount
from core.penalties.rules.facts import Fact
from core.penalties.rules.findings import Counted, Entry, Standings
from core.penalties.rules.matching import Plan, amount, text
from core.penalties.rules.schema import Ladder, Mix, Step

Key = tuple[str, str]
"""A ladder's id and a subject."""
_NONE: frozenset[Amount] = frozenset()


class Counter:
    """Where one subject stands on one ladder."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.entries: list[Entry] = []
        self.start = 0
        self.total: Amount = 0
        self.open: set[Amount] = set()
        """Steps passed without the mix they ask for."""

    def add(self, entry: Entry) -> None:
        self.entries.append(entry)
        self.total += entry.weight

    def expire(self, edge: Amount) -> None:
        """Leave behind what is older than the edge of the window."""
        while self.start < len(self.entries) and self.entries[self.start].t < edge:
            self.total -= self.entries[self.start].weight
            self.start += 1

    def resume(self, counted: Counted, fact: Fact) -> None:
        """Stand where it stood after this incident was counted."""
        self.entries = list(counted.entries[: counted.stop])
        self.start, self.open = counted.start, set(counted.open)
        self.total = sum(entry.weight for entry in self.live)
        if counted.step:
            _take_off(self, counted.step, fact, counted.n)

    @property
    def live(self) -> Iterable[Entry]:
        return self.entries[self.start :]

    @property
    def standings(self) -> Standings:
        return Standings(self.entries, self.start)


class Reached(NamedTuple):
    step: Step
    k: int
    """How often a step with `every` has been repeated before."""
    at: Amount


def subject_of(ladder: Ladder, fact: Fact) -> tuple[str, str]:
    """Whom the ladder counts, as scope and subject: where the driver or team is not known, the kart."""
    subject = text(fact, ladder.scope)
    return (ladder.scope, subject) if subject else ("kart", text(fact, "kart"))


def count(
    plan: Plan, ladder: Ladder, counters: MutableMapping[Key, Counter], fact: Fact, signals: Mapping[str, Amount]
) -> Counted:
    """Count an incident, and move its subject's counter."""
    scope, subject = subject_of(ladder, fact)
    counter = counters[ladder.id, subject]
    if ladder.window_s is not None:
        counter.expire(fact.t - ladder.window_s)
    unshown = _unshown(counter, fact.t, signals) if ladder.advance == "signalled" else ()
    before = counter.total - sum(entry.weight for entry in unshown) if unshown else counter.total
    before = max(0, before)
    n = before + (1 if ladder.count == "occurrences" else _points(ladder, fact))
    counter.add(Entry(fact.id, fact.t, n - before, fact))
    found = _reached(plan, ladder, counter, before, n)
    counted = Counted(
        plan.catalogue, ladder, scope, subject, counter.entries, counter.start, len(counter.entries), n,
        found.step if found else None, found.k if found else 0, unshown,
        frozenset(counter.open) if counter.open else _NONE,
    )  # fmt: skip
    if found:
        _take_off(counter, found.step, fact, n)
    return counted


def decay(ladder: Ladder, counter: Counter, t: Amount) -> None:
    """A clean event takes something off, never below zero."""
    if ladder.decay is None:
        return
    if ladder.window_s is not None:
        counter.expire(t - ladder.window_s)
    off = min(ladder.decay.per_clean_event, max(counter.total, 0))
    if off:
        counter.add(Entry("clean", t, -off))


def _unshown(counter: Counter, t: Amount, signals: Mapping[str, Amount]) -> tuple[Entry, ...]:
    return tuple(entry for entry in counter.live if entry.fact and not _shown(entry.id, t, signals))


def _shown(incident: str, t: Amount, signals: Mapping[str, Amount]) -> bool:
    return incident in signals and signals[incident] <= t


def _points(ladder: Ladder, fact: Fact) -> Amount:
    points = amount(fact, "points")
    return ladder.weight if points is None else points


def _reached(plan: Plan, ladder: Ladder, counter: Counter, before: Amount, n: Amount) -> Reached | None:
    found: Reached | None = None
    for step in ladder.steps:
        if step.at > n:
            break
        reached = _threshold(step, n)
        passes = reached.at > before or (step.mix is not None and step.at in counter.open)
        if passes and _mixed(plan, step, counter) and (found is None or reached.at >= found.at):
            found = reached
    return found or _beyond(plan, ladder, counter, n)


def _threshold(step: Step, n: Amount) -> Reached:
    """The last threshold of the step up to n: `at`, or a repetition of it."""
    if step.every is None:
        return Reached(step, 0, step.at)
    k = int((n - step.at) // step.every)
    return Reached(step, k, step.at + k * step.every)


def _beyond(plan: Plan, ladder: Ladder, counter: Counter, n: Amount) -> Reached | None:
    last = ladder.steps[-1]
    repeats = ladder.past_end == "repeat_last" and n > last.at
    return Reached(last, 0, last.at) if repeats and _mixed(plan, last, counter) else None


def _mixed(plan: Plan, step: Step, counter: Counter) -> bool:
    """Whether enough of the counted incidents are of the kind the step asks for; if not, it stays open."""
    if step.mix is None:
        return True
    if _of_kind(plan, step.mix, counter) >= step.mix.at_least:
        counter.open.discard(step.at)
        return True
    counter.open.add(step.at)
    return False


def _of_kind(plan: Plan, mix: Mix, counter: Counter) -> int:
    return sum(1 for entry in counter.live if entry.fact and plan.matches(mix.match, entry.fact))


def _take_off(counter: Counter, step: Step, fact: Fact, n: Amount) -> None:
    """After the step: an emptied counter, or one with the rest."""
    if not step.reset and step.deduct is None:
        return
    counter.clear()
    if step.deduct is not None and n > step.deduct:
        counter.add(Entry(fact.id, fact.t, n - step.deduct))
