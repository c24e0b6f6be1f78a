"""The books of some incidents as a case for the engine: plain values, times in exact seconds.

Crossings of the line are not in the log: what the timing makes of a serving window is shown beside the fold
(`serving_clock`). Only a verdict on a serving copies those that decided it, and so they are in the case.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from core.penalties.books import Books, IncidentFile
from core.penalties.catalogue import Catalogue
from core.penalties.model import Amount
from core.penalties.rules.facts import Carried, Case, Fact, Ruling, Served

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MILLION = Decimal(1_000_000)


def seconds_of(at: datetime) -> Amount:
    """Seconds since 1970, exactly."""
    since = at - _EPOCH
    whole = since.days * 86_400 + since.seconds
    return whole + since.microseconds / _MILLION if since.microseconds else whole


def instant(t: Amount) -> datetime:
    """The time behind such seconds."""
    return _EPOCH + int(t * 1_000_000) * _MICROSECOND


def case_of(books: Books, numbers: Iterable[int], subjects: frozenset[str] | None, before: Iterable[int] = ()) -> Case:
    """What the engine needs to judge these incidents; `subjects` are all of theirs, None everybody's.

    `before` are incidents judged already whose counters go on: of them it matters only what was shown.
    """
    files = [books.incidents[number] for number in numbers]
    standing = [file for file in files if file.stands]
    return Case(
        facts=[_fact(file) for file in standing],
        versions=[(None if one.since is None else seconds_of(one.since), one.catalogue) for one in books.versions],
        rulings={str(file.body.incident): ruling for file in standing if (ruling := _ruling(file, books)) is not None},
        signals=_signals((*standing, *(books.incidents[number] for number in before))),
        issues=_issues(books, files),
        servings=_servings(books, files),
        unserved=_unserved(books, files),
        passed=_passed(books, files),
        track=[(seconds_of(change.at), change.state.value) for change in books.track],
        end=None if books.ended_at is None else seconds_of(books.ended_at),
        carried=[one for one in _carried(books) if subjects is None or one.subject in subjects],
        rejudged=_rejudged(standing),
    )


def _fact(file: IncidentFile) -> Fact:
    body = file.body
    fields: dict[str, object] = {
        **body.fields,
        "code": body.code,
        "phase": body.phase and body.phase.value,
        "kart": body.kart,
        "driver": body.driver,
        "team": body.team,
        "value": body.value,
        "points": body.points,
        "laps_left": body.laps_left,
    }
    return Fact(str(body.incident), file.seq, seconds_of(file.at), fields)


def _ruling(file: IncidentFile, books: Books) -> Ruling | None:
    """In operation the moment of the decision says whether it comes too late."""
    decision = file.decision
    if decision is None:
        return None
    after_end = None if books.ended_at is None else decision.act.at >= books.ended_at
    return Ruling(decision.outcome, decision.officials, decision.laps_left, after_end, decision.words)


def _signals(files: Iterable[IncidentFile]) -> Mapping[str, Amount]:
    return {str(file.body.incident): seconds_of(file.signal.at) for file in files if file.signal}


def _issues(books: Books, files: Iterable[IncidentFile]) -> Mapping[str, Amount]:
    return {pid: seconds_of(acts.issued.at) for pid in _pids(books, files) if (acts := books.penalties[pid]).issued}


def _servings(books: Books, files: Iterable[IncidentFile]) -> Mapping[str, Served]:
    found = {}
    for pid in _pids(books, files):
        if serving := books.penalties[pid].serving:
            verified, accepted = serving.verified is not None, serving.accepted is not None
            found[pid] = Served(seconds_of(serving.at), serving.seconds, verified, accepted)
    return found


def _unserved(books: Books, files: Iterable[IncidentFile]) -> Mapping[str, Amount]:
    """Nothing follows from a penalty that was cancelled."""
    found = {}
    for pid in _pids(books, files):
        acts = books.penalties[pid]
        if acts.unserved is not None and acts.cancelled is None:
            found[pid] = seconds_of(acts.unserved.at)
    return found


def _passed(books: Books, files: Iterable[IncidentFile]) -> Mapping[str, Sequence[Amount]]:
    known = ((pid, books.penalties[pid].crossings) for pid in _pids(books, files))
    return {pid: [*map(seconds_of, crossings)] for pid, crossings in known if crossings}


def _pids(books: Books, files: Iterable[IncidentFile]) -> Iterable[str]:
    return (pid for file in files for pid in books.pids.get(file.body.incident, ()))


def _carried(books: Books) -> Iterable[Carried]:
    return (
        Carried(one.ladder, one.scope, one.subject, seconds_of(one.at), one.weight, one.origin) for one in books.carried
    )


def _rejudged(files: Iterable[IncidentFile]) -> Mapping[str, Catalogue]:
    return {str(file.body.incident): file.rejudged for file in files if file.rejudged is not None}
