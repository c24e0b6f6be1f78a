"""The judgement of a session: every incident in order of time, then every penalty's serving.

For each incident a decision comes first; without one, measures and then ladders. A penalty outweighs a marker, a
marker a value within tolerance, and only where nothing was said does `below` of a ladder count. A legal value is no
breach: ladders do not count it. Nothing here is stored: after any correction all that came later is judged again, with
counters that go on from the findings on what came before.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from operator import attrgetter
from typing import NamedTuple

from core.penalties.catalogue import Catalogue
from core.penalties.events import AUTO, INVESTIGATING, NO_FURTHER_ACTION, OTHER
from core.penalties.model import Amount, Outcome, PenaltyType
from core.penalties.rules.consistency import MARKERS
from core.penalties.rules.facts import Case, Clean, Fact, Ruling
from core.penalties.rules.findings import (
    Counted,
    Decided,
    Entry,
    Finding,
    Judgement,
    Measured,
    Reason,
    Sentence,
    Standing,
)
from core.penalties.rules.ladders import Counter, Key, count, decay, subject_of
from core.penalties.rules.late import Grounds, Names, impose, other, refusal
from core.penalties.rules.matching import Plan, amount
from core.penalties.rules.measures import compare, excess, imposes
from core.penalties.rules.schema import PenaltyRule
from core.penalties.rules.serving import Track, serve

_DEEPEST = 4
"""Follow-ups of follow-ups; a rule that follows itself must end somewhere."""
_UNCOUNTED: Mapping[str, Amount] = {"n": 0, "over": 0, "k": 0}
_MARKED = {
    "none": Outcome.NOTED,
    "noted": Outcome.NOTED,
    "warning": Outcome.WARNING,
    "warning_flag": Outcome.WARNING_FLAG,
}
_RANK = {Outcome.NOTED: 0, Outcome.WARNING: 1, Outcome.WARNING_FLAG: 2}
_ENDS = {NO_FURTHER_ACTION: Outcome.NFA, INVESTIGATING: Outcome.INVESTIGATING}


class _Said(NamedTuple):
    """What is said of one incident, before anything is served."""

    outcome: Outcome
    n: Amount
    reasons: tuple[Reason, ...]
    sentences: Sequence[Sentence] = ()


def judge(case: Case, before: Iterable[Finding] = ()) -> Judgement:
    """What the rulesets and the decisions make of the incidents.

    `before` are the findings on incidents that came before all of the case, in order of time: they are not judged
    again, only the counters go on from them. A case with clean events is judged as a whole.
    """
    return _Court(case).judgement(before)


class _Court:
    """One judgement while it is made."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._plans = [Plan(catalogue) for _, catalogue in case.versions]
        self._since = [since for since, _ in case.versions[1:] if since is not None]
        self._counters: defaultdict[Key, Counter] = defaultdict(Counter)
        self._track = Track(case.track)
        self._rejudging = {id(catalogue): Plan(catalogue) for catalogue in case.rejudged.values()}

    def judgement(self, before: Iterable[Finding]) -> Judgement:
        self._carry()
        for key, last in self._last_counted(before).items():
            self._resume(key, last)
        findings: dict[str, Finding] = {}
        penalties: dict[str, Sentence] = {}
        for event in self._timeline():
            if isinstance(event, Clean):
                self._forgive(event)
                continue
            catalogue, said = self._said(event)
            served = {each.id: each for sentence in said.sentences for each in self._serve(sentence)}
            penalties |= served
            findings[event.id] = Finding(event, catalogue, said.outcome, said.n, tuple(served), said.reasons)
        review = tuple(penalty for penalty in self._case.servings if penalty not in penalties)
        standings = {key: counter.standings for key, counter in self._counters.items()}
        return Judgement(findings, penalties, review, standings)

    def _timeline(self) -> list[Fact | Clean]:
        """Incidents by time and sequence; a clean event of the same time comes after them."""
        facts: list[Fact | Clean] = [*sorted(self._case.facts, key=attrgetter("t", "seq"))]
        return sorted(chain(facts, self._case.clean), key=lambda event: event.t) if self._case.clean else facts

    def _carry(self) -> None:
        for carried in sorted(self._case.carried, key=lambda carried: carried.t):
            entry = Entry(carried.origin or "carried", carried.t, carried.weight)
            self._counters[carried.ladder, carried.subject].add(entry)

    @staticmethod
    def _last_counted(before: Iterable[Finding]) -> Mapping[Key, Finding | None]:
        """Of each counter: who moved it last; None if a decision has closed its cycle since."""
        last: dict[Key, Finding | None] = {}
        for finding in before:
            for reason in finding.reasons:
                if isinstance(reason, Counted):
                    last[reason.ladder.id, reason.subject] = finding
                elif isinstance(reason, Decided):
                    last |= dict.fromkeys(reason.closed)
        return last

    def _resume(self, key: Key, last: Finding | None) -> None:
        counter = self._counters[key]
        counter.clear()
        if last is not None:
            counted = (reason for reason in last.reasons if isinstance(reason, Counted))
            moved = next(one for one in counted if (one.ladder.id, one.subject) == key)
            counter.resume(moved, last.fact)

    def _forgive(self, clean: Clean) -> None:
        for ladder in self._plan_at(clean.t).rules.ladders:
            key = (ladder.id, clean.subject)
            if clean.scope in (None, ladder.scope) and key in self._counters:
                decay(ladder, self._counters[key], clean.t)

    def _plan_at(self, t: Amount) -> Plan:
        return self._plans[bisect_right(self._since, t)] if self._since else self._plans[0]

    def _plan(self, fact: Fact) -> Plan:
        if fact.id in self._case.rejudged:
            return self._rejudging[id(self._case.rejudged[fact.id])]
        return self._plan_at(fact.t)

    def _said(self, fact: Fact) -> tuple[Catalogue, _Said]:
        plan = self._plan(fact)
        ruling = self._case.rulings.get(fact.id)
        if ruling is None or ruling.outcome == AUTO:
            return plan.catalogue, self._automatic(plan, fact)
        if ruling.outcome in _ENDS:
            return plan.catalogue, _Said(_ENDS[ruling.outcome], 0, (Decided(plan.catalogue, ruling),))
        return plan.catalogue, self._decided(plan, fact, ruling)

    def _decided(self, plan: Plan, fact: Fact, ruling: Ruling) -> _Said:
        catalogue, rule = self._rule(plan, ruling.outcome)
        if refused := _refused(fact, ruling, rule):
            said = self._automatic(plan, fact)
            return said._replace(reasons=(Decided(catalogue, ruling, refused=refused), *said.reasons))
        needed = catalogue.rules.approvals.get(rule.type if rule else PenaltyType.OTHER, 1)
        reason = Decided(catalogue, ruling, needed)
        if len(ruling.officials) < needed:
            return _Said(Outcome.AWAITING_APPROVAL, 0, (reason,))
        reason = reason._replace(closed=self._close_cycles(plan, fact))
        grounds = Grounds(fact, catalogue, reason, _names(fact), ruling)
        penalty = f"{fact.id}/decision"
        sentence = impose(penalty, ruling.outcome, rule, grounds, self._case.end) if rule else other(penalty, grounds)
        return _Said(Outcome.PENALTY, 0, (reason,), [sentence])

    def _rule(self, plan: Plan, code: str) -> tuple[Catalogue, PenaltyRule | None]:
        """As the incident's ruleset has it, or the newest that does: a decision may come after a change."""
        newest = (catalogue for _, catalogue in reversed(self._case.versions))
        for catalogue in chain((plan.catalogue,), newest):
            if code in catalogue.rules.penalties:
                return catalogue, catalogue.rules.penalties[code]
        return plan.catalogue, None

    def _close_cycles(self, plan: Plan, fact: Fact) -> tuple[Key, ...]:
        """An official's penalty lets the counters of its incident begin anew."""
        resetting = (ladder for ladder in plan.ladders(fact) if ladder.manual_resets)
        keys = ((ladder.id, subject_of(ladder, fact)[1]) for ladder in resetting)
        closed = tuple(key for key in keys if key in self._counters)
        for key in closed:
            self._counters[key].clear()
        return closed

    def _automatic(self, plan: Plan, fact: Fact) -> _Said:
        value = amount(fact, "value")
        measured = [] if value is None else [compare(plan.catalogue, each, value) for each in plan.measures(fact)]
        sentences = [*self._of_measures(measured, fact)]
        legal = bool(measured) and not sentences and any(found.legal for found in measured)
        ladders = () if legal else plan.ladders(fact)
        counted = [count(plan, ladder, self._counters, fact, self._case.signals) for ladder in ladders]
        sentences += self._of_ladders(counted, fact)
        outcome = Outcome.PENALTY if sentences else _outcome(measured, counted)
        return _Said(outcome, counted[-1].n if counted else 0, (*measured, *counted), sentences)

    def _of_measures(self, measured: list[Measured], fact: Fact) -> Iterator[Sentence]:
        for found in measured:
            if code := imposes(found):
                names = {**_UNCOUNTED, "value": found.value, "excess": excess(found.band, found.value)}
                yield self._impose(f"{fact.id}/{found.measure.id}", code, fact, found, names)

    def _of_ladders(self, counted: list[Counted], fact: Fact) -> Iterator[Sentence]:
        for found in counted:
            if found.step and found.step.do not in MARKERS:
                names = {**_names(fact), "n": found.n, "over": found.n - found.step.at, "k": found.k}
                penalty = f"{fact.id}/{found.ladder.id}@{found.step.at}"
                yield self._impose(penalty, found.step.do, fact, found, names)

    def _impose(self, penalty: str, code: str, fact: Fact, reason: Counted | Measured, names: Names) -> Sentence:
        grounds = Grounds(fact, reason.catalogue, reason, names)
        return impose(penalty, code, reason.catalogue.rules.penalties[code], grounds, self._case.end)

    def _serve(self, sentence: Sentence, depth: int = 0) -> Iterator[Sentence]:
        """The penalty, and what follows if it was not served."""
        rules = sentence.catalogue.rules
        rule = rules.penalties.get(sentence.code, _OWN_WORDS)
        served = serve(sentence, rule, self._case, self._track)
        yield served
        if served.state is Standing.UNSERVED and rule.unserved and depth < _DEEPEST:
            ruling = self._case.rulings.get(sentence.fact.id)
            grounds = Grounds(sentence.fact, sentence.catalogue, sentence.reason, _names(sentence.fact), ruling)
            code = rule.unserved.do
            follow_up = impose(f"{sentence.id}/unserved", code, rules.penalties[code], grounds, self._case.end)
            yield from self._serve(
                follow_up._replace(follows=sentence.id, automatic=True, ref=rule.unserved.ref), depth + 1
            )


_OWN_WORDS = PenaltyRule(PenaltyType.OTHER)


def _names(fact: Fact) -> Names:
    """What the formula of a decision may use: nothing at all without a value."""
    value = amount(fact, "value")
    return {} if value is None else {**_UNCOUNTED, "value": value, "excess": value}


def _refused(fact: Fact, ruling: Ruling, rule: PenaltyRule | None) -> str:
    if rule is None:
        return "" if ruling.outcome == OTHER else "the ruleset has no such penalty"
    return refusal(rule, _names(fact))


def _outcome(measured: list[Measured], counted: list[Counted]) -> Outcome:
    """Without a penalty: the strongest marker, else a value within tolerance, else the strongest `below`."""
    if not measured and len(counted) == 1:  # nearly always
        step = counted[0].step
        return _MARKED[step.do if step else counted[0].ladder.below]
    markers = [found.band.do for found in measured if found.band and found.band.do != "none"]
    markers += [found.step.do for found in counted if found.step]
    if markers:
        return max((_MARKED[marker] for marker in markers), key=_RANK.__getitem__)
    if any(found.legal for found in measured):
        return Outcome.NFA
    return max((_MARKED[found.ladder.below] for found in counted), key=_RANK.__getitem__, default=Outcome.NOTED)
