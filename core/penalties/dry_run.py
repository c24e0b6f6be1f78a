"""Another ruleset over a session: what it would make of every incident, beside what the session's own rules made.

Decisions stay as officials made them; one that names a penalty the other ruleset lacks has no effect there. Nothing is
stored.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from core.errors import BadInput
from core.penalties.case import case_of
from core.penalties.catalogue import Catalogue
from core.penalties.fold import Fold
from core.penalties.rules.compare import Change, Verdict, compare
from core.penalties.rules.judge import judge


@dataclass(frozen=True, slots=True)
class Difference:
    """An incident that would have come to something else, in words."""

    incident: int
    at: datetime
    kart: str
    code: str
    now: str
    then: str


@dataclass(frozen=True, slots=True)
class DryRun:
    ruleset: str
    """Reference of the other ruleset."""
    incidents: int
    """How many were judged."""
    differences: tuple[Difference, ...]
    review: tuple[str, ...]
    """Served penalties that would lose their basis."""


def dry_run(fold: Fold, catalogue: Catalogue) -> DryRun:
    """What another ruleset would have made of a session.

    Raises:
        BadInput: the session has never been opened, so that no ruleset judges it.
    """
    books = fold.books
    if not books.versions:
        raise BadInput("The session has no ruleset yet.", "Open it first, or give its log from the first event.")
    case = case_of(books, books.incidents, None)
    before, after = judge(case), judge(replace(case, versions=[(None, catalogue)], rejudged={}))
    differences = tuple(_differences(compare(before, after), fold))
    review = tuple(penalty for penalty in after.review if penalty not in before.review)
    return DryRun(catalogue.reference, len(case.facts), differences, review)


def _differences(changes: tuple[Change, ...], fold: Fold) -> Iterator[Difference]:
    for change in changes:
        file = fold.books.incidents[int(change.incident)]
        now, then = _words(change.before), _words(change.after)
        yield Difference(file.body.incident, file.at, file.body.kart, file.body.code, now, then)


def _words(verdict: Verdict | None) -> str:
    return "not judged" if verdict is None else ", ".join(verdict.penalties or (verdict.outcome.replace("_", " "),))
