"""How far the next step is for each kart: “1 from 5 s stop & go”, and when the oldest counted incident expires.

A pure look at the fold and the clock: counters stand in the judgement, what has expired since is left out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from core.penalties.books import Books
from core.penalties.case import instant, seconds_of
from core.penalties.fold import Fold
from core.penalties.grid import NO_GRID, Grid
from core.penalties.model import Amount
from core.penalties.rules.facts import Case
from core.penalties.rules.findings import Judgement
from core.penalties.rules.next_step import NextStep, next_steps


@dataclass(frozen=True, slots=True)
class Ahead:
    """Where a kart, or its driver or team, stands on a ladder; `missing` more reach `does`."""

    kart: str
    ladder: str
    scope: str
    subject: str
    count: Amount
    missing: Amount
    does: str
    words: str
    oldest_expires: datetime | None


def ahead(fold: Fold, now: datetime, grid: Grid = NO_GRID) -> Mapping[str, tuple[Ahead, ...]]:
    """By kart, of every kart that something counts against."""
    karts = dict.fromkeys(incident.kart for incident in fold.incidents.values())
    field = grid.at_once()
    found = {kart: next_step(fold, kart, now, field) for kart in karts}
    return {kart: steps for kart, steps in found.items() if steps}


def next_step(fold: Fold, kart: str, now: datetime, grid: Grid = NO_GRID) -> tuple[Ahead, ...]:
    """Of one kart with who drives it now; nothing before the first ruleset."""
    if not fold.versions:
        return ()
    competitor = grid.competitor(kart, now)
    known = {"kart": kart, "driver": competitor.driver, "team": competitor.team, "phase": fold.phase}
    fields: dict[str, object] = {name: value for name, value in known.items() if value is not None}
    steps = next_steps(_case(fold.books), _judgement(fold), {**competitor.fields, **fields}, seconds_of(now))
    return tuple(_ahead(kart, step) for step in steps)


def _case(books: Books) -> Case:
    """Only what the counters leave open: which ruleset stands, what was shown."""
    files: Iterable[tuple[int, datetime]] = (
        (number, file.signal.at) for number, file in books.incidents.items() if file.signal
    )
    versions = [(None if one.since is None else seconds_of(one.since), one.catalogue) for one in books.versions]
    return Case([], versions, signals={str(number): seconds_of(at) for number, at in files})


def _judgement(fold: Fold) -> Judgement:
    return Judgement(fold.judged.findings, fold.judged.sentences, (), fold.judged.counters)


def _ahead(kart: str, step: NextStep) -> Ahead:
    return Ahead(
        kart=kart,
        ladder=step.ladder.id,
        scope=step.scope,
        subject=step.subject,
        count=step.n,
        missing=step.missing,
        does=step.step.do,
        words=step.words,
        oldest_expires=None if step.oldest_expires is None else instant(step.oldest_expires),
    )
