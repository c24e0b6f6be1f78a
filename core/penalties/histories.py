"""Histories: what a kart, a team or a driver has behind it, and what the next incident would cost. Pure.

What closed sessions left comes from the season's ledger; a session that still runs is read as if it closed now, so that
both are rows of one kind.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from core.penalties.case import case_of, instant, seconds_of
from core.penalties.fold import Fold
from core.penalties.model import Amount, PenaltyState, PenaltyType
from core.penalties.rules.findings import Judgement
from core.penalties.rules.next_step import NextStep, next_steps
from core.penalties.season import Kind, LedgerRow, SeasonRow, standing_entries
from core.sessions.model import RaceSession


class Whose(StrEnum):
    KART = "kart"
    """In one session: numbers change hands."""
    TEAM = "team"
    DRIVER = "driver"


@dataclass(frozen=True, slots=True)
class Happening:
    """A row of the ledger with its session; `number` is the session's."""

    session_id: UUID
    number: int
    session: str
    season: str
    row: LedgerRow


@dataclass(frozen=True, slots=True)
class Count:
    """Where a counter stands; `next_step` in words, empty where the ruleset of a running session does not say."""

    ladder: str
    scope: str
    n: Amount
    next_step: str = ""
    oldest_expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class History:
    """Happenings: incidents, penalties and clean events, newest first. The sums are of penalties in force."""

    whose: Whose
    id: str
    name: str
    happenings: tuple[Happening, ...]
    incidents: int
    penalties: int
    points: Amount
    reprimands: int
    counts: tuple[Count, ...]


def history(whose: Whose, subject: str, name: str, told: Iterable[Happening], counts: Iterable[Count]) -> History:
    """The history of what happened to a subject."""
    newest = sorted(told, key=lambda each: (each.row.at, each.row.incident or 0, each.row.kind), reverse=True)
    rows = [each.row for each in newest]
    in_force = [row for row in rows if row.kind is Kind.PENALTY and PenaltyState(row.state or "").in_force]
    points = [row for row in in_force if row.type == PenaltyType.POINTS]
    points += [row for row in rows if row.kind is Kind.INCIDENT]
    return History(
        whose,
        subject,
        name,
        tuple(newest),
        incidents=sum(row.kind is Kind.INCIDENT for row in rows),
        penalties=len(in_force),
        points=sum((row.amount or 0 for row in points), start=0),
        reprimands=sum(row.type == PenaltyType.REPRIMAND for row in in_force),
        counts=tuple(counts),
    )


def of_subject(rows: Iterable[LedgerRow], whose: Whose, subject: str) -> list[LedgerRow]:
    """What happened to the subject; counters are told as counts."""
    told = (row for row in rows if row.kind in (Kind.INCIDENT, Kind.PENALTY, Kind.CLEAN))
    return [row for row in told if getattr(row, whose.value) == subject]


def happenings(session: RaceSession, rows: Iterable[LedgerRow]) -> list[Happening]:
    return [Happening(session.id, session.number, session.name, session.season, row) for row in rows]


def steps_of(fold: Fold, subject: Mapping[str, str], now: datetime) -> tuple[NextStep, ...]:
    """What one more incident would cost a subject, named as an incident would: by kart, team, driver."""
    if not fold.versions:
        return ()
    judged = fold.judged
    judgement = Judgement(judged.findings, judged.sentences, (), judged.counters)
    return next_steps(case_of(fold.books, fold.books.incidents, None), judgement, subject, seconds_of(now))


def counts_of(fold: Fold, subject: Mapping[str, str], now: datetime) -> list[Count]:
    steps = steps_of(fold, subject, now)
    return [
        Count(
            step.ladder.id,
            step.scope,
            step.n,
            step.words,
            None if step.oldest_expires is None else instant(step.oldest_expires),
        )
        for step in steps
    ]


def counts_left(rows: Collection[SeasonRow]) -> list[Count]:
    """Where the counters stand between two sessions."""
    sums: dict[tuple[str, str], Amount] = {}
    for each in standing_entries(rows):
        key = (each.row.code or "", each.row.scope or "")
        sums[key] = sums.get(key, 0) + (each.row.amount or 0)
    return [Count(ladder, scope, n) for (ladder, scope), n in sums.items() if n > 0]
