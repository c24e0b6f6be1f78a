"""What the rulesets make of the books: incidents with their outcome, penalties joined with what was done about them.

Only what was touched is judged again, with everybody it shares a kart, a driver or a team with: counters run by these
subjects and no further, so that judging a closed group is judging all of it. Of the group only what happened since the
earliest touched incident is judged; the counters go on from the findings on what happened before. Incidents and
penalties are put together when somebody looks at them.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from core.penalties.books import Books
from core.penalties.case import case_of, instant
from core.penalties.composed import Composed
from core.penalties.composing import composed_incident, composed_lost, composed_penalty, composed_review
from core.penalties.model import Incident, Penalty, Review
from core.penalties.rules.findings import Finding, Judgement, Sentence, Standings
from core.penalties.rules.judge import judge

_Key = TypeVar("_Key", int, str)
_Value = TypeVar("_Value", Incident, Penalty)
_Moment = tuple[datetime, int]
"""Time of an incident and sequence number of its record: the order of judging."""


@dataclass(frozen=True, slots=True)
class Judged:
    incidents: Mapping[int, Incident] = field(default_factory=lambda: MappingProxyType({}))
    penalties: Mapping[str, Penalty] = field(default_factory=lambda: MappingProxyType({}))
    reviews: Mapping[str, Review] = field(default_factory=lambda: MappingProxyType({}))
    pids: MappingProxyType[int, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """The penalties of each incident that has any."""
    owners: MappingProxyType[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """The incident of each penalty."""
    findings: MappingProxyType[str, Finding] = field(default_factory=lambda: MappingProxyType({}))
    sentences: MappingProxyType[str, Sentence] = field(default_factory=lambda: MappingProxyType({}))
    counters: MappingProxyType[tuple[str, str], Standings] = field(default_factory=lambda: MappingProxyType({}))
    """By ladder and subject: where each counter stands after the last incident."""
    again: Collection[int] = field(default=(), compare=False)
    """The incidents that were judged by the last advance: whatever has changed is among them."""


class _Group(NamedTuple):
    """Incidents to be judged together, with every subject whose counters they move."""

    numbers: Collection[int]
    before: Collection[int]
    """Of the same subjects, judged before all of them, in order of time."""
    subjects: frozenset[str] | None
    """None: everybody's."""


def judged_again(
    books: Books, before: Judged, touched: Collection[int], left: Collection[str], *, everything: bool
) -> Judged:
    """The same judgement with the touched groups judged anew; `left` are subjects that an incident has left."""
    if everything or len(touched) == len(books.incidents):
        return _judged(books, Judged(), _Group(books.incidents, (), None))
    if not touched:
        return before
    return _judged(books, before, _group(books, before, touched, left))


def _group(books: Books, before: Judged, touched: Collection[int], left: Collection[str]) -> _Group:
    """All that are connected with the touched ones by shared subjects."""
    found, subjects = _connected(books, touched, left)
    first = min((moment for number in touched for moment in _moments(books, before, number)), default=None)
    moments = {number: _moment(books, number) for number in found if books.incidents[number].stands}
    later = {number for number, moment in moments.items() if first is not None and moment >= first}
    earlier = sorted(moments.keys() - later, key=moments.__getitem__)
    return _Group(sorted({*touched, *later}), earlier, frozenset(subjects))


def _connected(books: Books, touched: Iterable[int], left: Collection[str]) -> tuple[set[int], set[str]]:
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
    return found, subjects


def _moments(books: Books, before: Judged, number: int) -> Iterator[_Moment]:
    """When a touched incident moves counters now, and when it did before."""
    if books.incidents[number].stands:
        yield _moment(books, number)
    if (known := before.findings.get(str(number))) is not None:
        yield instant(known.fact.t), known.fact.seq


def _moment(books: Books, number: int) -> _Moment:
    file = books.incidents[number]
    return file.at, file.seq


def _judged(books: Books, before: Judged, group: _Group) -> Judged:
    again = _Again(books, before, group)
    if books.versions:
        known = [before.findings[str(number)] for number in group.before]
        again.hear(judge(case_of(books, group.numbers, group.subjects, group.before), known))
    for number in group.numbers:
        again.finish(number)
    return again.judged()


class _Again:
    """The accumulator of one judgement: what is judged again is forgotten first."""

    def __init__(self, books: Books, before: Judged, group: _Group) -> None:
        self._books, self._before, self._group = books, before, group
        self._reviews = dict(before.reviews)
        self._pids, self._owners = before.pids.copy(), before.owners.copy()
        self._findings, self._sentences = before.findings.copy(), before.sentences.copy()
        self._counters = {key: one for key, one in before.counters.items() if key[1] not in (group.subjects or ())}
        if before.incidents:
            self._forget(group.numbers)

    def _forget(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self._findings.pop(str(number), None)
            for pid in self._pids.pop(number, ()):
                self._owners.pop(pid, None)
                self._reviews.pop(pid, None)
                self._sentences.pop(pid, None)

    def hear(self, judgement: Judgement) -> None:
        self._findings.update(judgement.findings)
        self._sentences.update(judgement.penalties)
        self._counters.update(judgement.counters)

    def finish(self, number: int) -> None:
        """The penalties of the incident, those that follow first, then those that have lost their basis."""
        finding = self._findings.get(str(number))
        lost = (pid for pid in self._books.pids.get(number, ()) if self._is_lost(number, pid))
        pids = (*(finding.penalties if finding else ()), *lost)
        if pids:
            self._pids[number] = pids
            self._owners |= dict.fromkeys(pids, number)

    def _is_lost(self, number: int, pid: str) -> bool:
        """Something was done about a penalty that does not follow any more: what was served is reviewed."""
        acts = self._books.penalties[pid]
        if pid in self._sentences or not (acts.issued or acts.serving or acts.cancelled):
            return False
        if acts.serving is not None:
            lost = composed_lost(self._books, self._books.incidents[number], pid, acts)
            self._reviews[pid] = composed_review(lost, acts, acts.serving)
        return True

    def judged(self) -> Judged:
        penalties = self._composed_penalties()
        return Judged(
            self._composed_incidents(penalties),
            penalties,
            MappingProxyType(self._reviews),
            MappingProxyType(self._pids),
            MappingProxyType(self._owners),
            MappingProxyType(self._findings),
            MappingProxyType(self._sentences),
            MappingProxyType(self._counters),
            self._group.numbers,
        )

    def _composed_penalties(self) -> Mapping[str, Penalty]:
        books, owners, sentences = self._books, self._owners, self._sentences

        def make(pid: str) -> Penalty:
            file, acts = books.incidents[owners[pid]], books.penalties.get(pid)
            if (sentence := sentences.get(pid)) is not None:
                return composed_penalty(file, sentence, acts)
            return composed_lost(books, file, pid, books.penalties[pid])

        touched = (pid for number in self._group.numbers for pid in self._before.pids.get(number, ()))
        return Composed(owners, make, _made_but(self._before.penalties, touched))

    def _composed_incidents(self, penalties: Mapping[str, Penalty]) -> Mapping[int, Incident]:
        books, findings, pids = self._books, self._findings, self._pids

        def make(number: int) -> Incident:
            composed = [penalties[pid] for pid in pids.get(number, ())]
            return composed_incident(books, books.incidents[number], findings.get(str(number)), composed)

        return Composed(books.incidents, make, _made_but(self._before.incidents, self._group.numbers))


def _made_but(before: Mapping[_Key, _Value], touched: Iterable[_Key]) -> dict[_Key, _Value]:
    return before.made_but(touched) if isinstance(before, Composed) else {}
