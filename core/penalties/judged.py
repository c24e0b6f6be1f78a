"""What the rulesets make of the books: incidents with their outcome, penalties joined with what was done about them.

Only what was touched is judged again, with everybody it shares a kart, a driver or a team with: counters run by these
subjects and no further, so that judging a closed group is judging all of it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from core.penalties.books import Books
from core.penalties.case import case_of
from core.penalties.composing import composed_incident, composed_lost, composed_penalty, composed_review
from core.penalties.model import Incident, Penalty, Review
from core.penalties.rules.findings import Finding, Judgement, Sentence, Standings
from core.penalties.rules.judge import judge


def _nothing() -> Mapping[int, tuple[str, ...]]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Judged:
    incidents: Mapping[int, Incident] = field(default_factory=lambda: MappingProxyType({}))
    penalties: Mapping[str, Penalty] = field(default_factory=lambda: MappingProxyType({}))
    reviews: Mapping[str, Review] = field(default_factory=lambda: MappingProxyType({}))
    pids: Mapping[int, tuple[str, ...]] = field(default_factory=_nothing)
    """The penalties of each incident that has any."""
    findings: Mapping[str, Finding] = field(default_factory=lambda: MappingProxyType({}))
    sentences: Mapping[str, Sentence] = field(default_factory=lambda: MappingProxyType({}))
    counters: Mapping[tuple[str, str], Standings] = field(default_factory=lambda: MappingProxyType({}))
    """By ladder and subject: where each counter stands after the last incident."""


@dataclass(frozen=True, slots=True)
class Group:
    """Incidents to be judged together, with every subject whose counters they move."""

    numbers: Collection[int]
    subjects: frozenset[str] | None
    """None: everybody's."""


def judged_again(
    books: Books, before: Judged, touched: Collection[int], left: Collection[str], *, everything: bool
) -> Judged:
    """The same judgement with the touched groups judged anew; `left` are subjects that an incident has left."""
    if everything or len(touched) == len(books.incidents):
        return _judged(books, Judged(), Group(books.incidents, None))
    if not touched:
        return before
    return _judged(books, before, _group(books, touched, left))


def _group(books: Books, touched: Iterable[int], left: Collection[str]) -> Group:
    """All that are connected with the touched ones by shared subjects."""
    found: set[int] = set()
    subjects = set(left)
    waiting = [*touched, *(number for subject in left for number in books.by_subject.get(subject, ()))]
    while waiting:
        number = waiting.pop()
        if number in found:
            continue
        found.add(number)
        for subject in books.incidents[number].subjects:
            if subject not in subjects:
                subjects.add(subject)
                waiting.extend(books.by_subject.get(subject, ()))
    return Group(sorted(found), frozenset(subjects))


def _judged(books: Books, before: Judged, group: Group) -> Judged:
    again = _Again(books, before, group)
    if books.versions:
        again.hear(judge(case_of(books, group.numbers, group.subjects)))
    for number in group.numbers:
        again.finish(number)
    return again.judged()


class _Again:
    """The accumulator of one judgement: what the group had is forgotten first."""

    def __init__(self, books: Books, before: Judged, group: Group) -> None:
        self._books = books
        self._incidents, self._penalties, self._reviews = (
            dict(before.incidents),
            dict(before.penalties),
            dict(before.reviews),
        )
        self._pids, self._findings, self._sentences = dict(before.pids), dict(before.findings), dict(before.sentences)
        self._counters = {key: one for key, one in before.counters.items() if key[1] not in (group.subjects or ())}
        if before.incidents:
            self._forget(group.numbers)

    def _forget(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self._findings.pop(str(number), None)
            for pid in self._pids.pop(number, ()):
                self._penalties.pop(pid, None)
                self._reviews.pop(pid, None)
                self._sentences.pop(pid, None)

    def hear(self, judgement: Judgement) -> None:
        self._findings.update(judgement.findings)
        self._sentences.update(judgement.penalties)
        self._counters.update(judgement.counters)

    def finish(self, number: int) -> None:
        """The incident with its penalties, those that follow first, then those that have lost their basis."""
        file = self._books.incidents[number]
        finding = self._findings.get(str(number))
        penalties = [] if finding is None else [self._penalty(number, pid) for pid in finding.penalties]
        penalties += [lost for pid in self._books.pids.get(number, ()) if (lost := self._lost(number, pid)) is not None]
        self._penalties.update((penalty.id, penalty) for penalty in penalties)
        if penalties:
            self._pids[number] = tuple(penalty.id for penalty in penalties)
        self._incidents[number] = composed_incident(self._books, file, finding, penalties)

    def _penalty(self, number: int, pid: str) -> Penalty:
        return composed_penalty(self._books.incidents[number], self._sentences[pid], self._books.penalties.get(pid))

    def _lost(self, number: int, pid: str) -> Penalty | None:
        """Something was done about a penalty that does not follow any more: what was served is reviewed."""
        file, acts = self._books.incidents[number], self._books.penalties[pid]
        in_force = acts.issued or acts.serving or acts.cancelled
        if pid in self._sentences or in_force is None:
            return None
        lost = composed_lost(self._books, file, pid, acts)
        if acts.serving is not None:
            self._reviews[pid] = composed_review(lost, acts, acts.serving)
        return lost

    def judged(self) -> Judged:
        return Judged(
            MappingProxyType(self._incidents),
            MappingProxyType(self._penalties),
            MappingProxyType(self._reviews),
            MappingProxyType(self._pids),
            MappingProxyType(self._findings),
            MappingProxyType(self._sentences),
            MappingProxyType(self._counters),
        )
