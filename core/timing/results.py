"""The result sheet: the classification with every penalty, provisional until the windows close, then final.

What is published is stored with its document and never changes: later news need a new document, with the next version.
Only numbers, amounts and words are stored; names come from the entries when the page is made. Milliseconds and laps
are as on the board, the penalties that are in force included.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pydantic import TypeAdapter

from core.penalties.deadlines import ClockKind, clocks
from core.penalties.fold import Fold
from core.penalties.grammar import penalty_words, standing
from core.penalties.model import Document, Incident, IncidentState, Penalty
from core.sessions.model import Phase
from core.timing.standings import Standing

KIND: Literal["results"] = "results"
DEFAULT_PROTEST_S = 1800
"""Where the ruleset names no time for protests."""

_WINDOWS = frozenset({ClockKind.PROTEST, ClockKind.APPEAL})
_UNDECIDED = frozenset({IncidentState.INVESTIGATING, IncidentState.AWAITING_APPROVAL, IncidentState.PROTESTED})


@dataclass(frozen=True, slots=True)
class Status:
    """`until`: when the windows close; `waits`: what is open, in words for everybody."""

    final: bool
    until: datetime | None = None
    waits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A car; `gap_ms` and `gap_laps` to the first, one of the two or neither."""

    position: int
    kart: str
    laps: int | None = None
    gap_ms: int | None = None
    gap_laps: int | None = None
    best_ms: int | None = None
    added_ms: int = 0
    deducted_laps: int = 0
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class ResultPenalty:
    """A penalty in force; `after` the end of the session or in it; `driver` is an id."""

    kart: str
    infringement: str
    penalty: str
    at: datetime
    standing: str
    after: bool
    lap: int | None = None
    document: int | None = None
    driver: str | None = None


@dataclass(frozen=True, slots=True)
class Results:
    """What the log keeps of a published result sheet."""

    version: int
    status: Status
    rows: tuple[ResultRow, ...]
    penalties: tuple[ResultPenalty, ...]
    ruleset: str
    phase: Phase | None = None


_RESULTS: TypeAdapter[Results] = TypeAdapter(Results)


def results(fold: Fold, standings: Sequence[Standing], now: datetime) -> Results:
    """The sheet as it is now, with the number of the version that it would be published as."""
    return Results(
        version=1 + sum(1 for one in fold.documents.values() if one.kind == KIND),
        status=status(fold, now),
        rows=tuple(_row(one) for one in standings),
        penalties=tuple(_penalties(fold)),
        ruleset=fold.catalogue.reference if fold.catalogue else "",
        phase=fold.phase,
    )


def to_content(one: Results) -> Mapping[str, object]:
    """As JSON values, without what is not known."""
    values: dict[str, object] = _RESULTS.dump_python(one, mode="json", exclude_none=True)
    return values


def of_content(content: Mapping[str, object]) -> Results:
    return _RESULTS.validate_python(content)


def title(one: Results) -> str:
    """`Final results, version 2`."""
    name = "Final results" if one.status.final else "Provisional results"
    return name if one.version == 1 else f"{name}, version {one.version}"


def latest(fold: Fold) -> Document | None:
    """The result sheet that was published last."""
    sheets = (one for one in fold.documents.values() if one.kind == KIND)
    return max(sheets, key=lambda one: one.number, default=None)


def status(fold: Fold, now: datetime) -> Status:
    """Final once the session has ended, nothing is open, and nobody may protest or appeal any more."""
    until = _windows_close(fold, now)
    waits = (
        *(() if fold.ended_at else ("The session has not ended.",)),
        *_DECISIONS_OPEN[: bool(open_questions(fold))],
    )
    return Status(until is not None and until < now and not waits, until, waits)


_DECISIONS_OPEN = ("Decisions are open.",)
"""Nothing more for the public: a proposal is not its business."""


def open_questions(fold: Fold) -> tuple[str, ...]:
    """What officials have still to settle, one by one."""
    return (
        *(
            f"incident {one.id} is {one.state.replace('_', ' ')}"
            for one in fold.incidents.values()
            if one.state in _UNDECIDED
        ),
        *(f"penalty {one.id} is {one.state.replace('_', ' ')}" for one in fold.pending.penalties),
        *(f"penalty {one.penalty} is under review" for one in fold.pending.reviews),
    )


def _windows_close(fold: Fold, now: datetime) -> datetime | None:
    """The last moment for a protest against the end, a published sheet or a decision, or for an appeal of one."""
    if fold.ended_at is None:
        return None
    protest = _protest(fold)
    sheets = [one for one in fold.documents.values() if one.kind == KIND]
    shown = [one.published.at + protest for one in sheets if not of_content(one.content).status.final]
    return max([fold.ended_at + protest, *shown, *(one.due for one in clocks(fold, now) if one.kind in _WINDOWS)])


def _protest(fold: Fold) -> timedelta:
    deadlines = fold.catalogue.rules.deadlines if fold.catalogue else None
    named = deadlines.protest_s if deadlines else None
    return timedelta(seconds=float(DEFAULT_PROTEST_S if named is None else named))


def _row(standing: Standing) -> ResultRow:
    car, gap = standing.car, standing.gap
    return ResultRow(
        position=standing.position,
        kart=car.number,
        laps=car.laps,
        gap_ms=gap.ms if gap else None,
        gap_laps=gap.laps if gap else None,
        best_ms=car.best.ms if car.best else None,
        added_ms=standing.added_ms,
        deducted_laps=standing.deducted_laps,
        excluded=standing.excluded,
    )


def _penalties(fold: Fold) -> Iterator[ResultPenalty]:
    """In force, in the order in which they were issued."""
    in_force = [one for one in fold.penalties.values() if one.state.in_force and one.issued]
    for penalty in sorted(in_force, key=lambda one: (_issued_at(one), one.id)):
        if (incident := fold.incidents.get(penalty.incident)) is not None:
            yield _penalty(fold, penalty, incident)


def _penalty(fold: Fold, penalty: Penalty, incident: Incident) -> ResultPenalty:
    numbers = [one.number for one in fold.documents.values() if one.incident == incident.id]
    return ResultPenalty(
        kart=penalty.kart,
        infringement=incident.label,
        penalty=penalty_words(penalty).capitalize(),
        at=incident.at,
        standing=standing(penalty),
        after=fold.ended_at is not None and _issued_at(penalty) >= fold.ended_at,
        lap=incident.lap,
        document=max(numbers, default=None),
        driver=penalty.driver,
    )


def _issued_at(penalty: Penalty) -> datetime:
    return penalty.issued.at if penalty.issued else penalty.decided.at
