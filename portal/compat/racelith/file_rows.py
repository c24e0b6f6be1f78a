"""The rows of an imported file, each checked before anything happens.

The message names the rows that cannot be taken, counted as a spreadsheet shows them: the headings are row 1.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from core.sessions.model import Phase
from portal.compat.racelith.annals import Action
from portal.compat.racelith.given import FUTURE, HIGHEST, Instant, Kart, Name, Text, Turn, Words
from portal.compat.racelith.sheets import Cells, Sheets
from portal.compat.racelith.venue import Refused

MOST_NAMED = 20
"""Faults that one message lists."""
_FIRST = 2


def _known(value: object) -> object:
    """An empty cell is not known."""
    return None if value == "" else value


def _whole(value: object) -> object:
    return "" if value is None else value


Number = Annotated[int, Field(gt=0, le=HIGHEST)]
_Said = Annotated[Words, BeforeValidator(_whole)]
_By = Annotated[Name, BeforeValidator(_whole)]
_Yes = Annotated[bool, BeforeValidator(lambda value: value if isinstance(value, bool) else str(value).lower() == "yes")]


class InfringementRow(BaseModel):
    """As exported; what the rules reckon (count, due) is not read."""

    model_config = ConfigDict(extra="ignore")

    id: Number
    kart_number: Kart
    description: Text
    timestamp: Instant
    turn_number: Turn = None
    observer: _By = ""
    penalty_description: _Said = ""
    requested_penalty: _Said = ""
    penalty_origin: _By = ""
    penalty_taken: Annotated[Instant | None, BeforeValidator(_known)] = None
    request_id: _By = ""
    deleted: _Yes = False
    penalty_id: _By = ""
    penalty_code: _By = ""
    code: _By = ""
    note: _Said = ""
    lap: Annotated[int | None, BeforeValidator(_known)] = None
    second_kart: Annotated[str | None, BeforeValidator(_known)] = None
    phase: Annotated[Phase | None, BeforeValidator(_known)] = None


class HistoryRow(BaseModel):
    model_config = ConfigDict(extra="ignore")

    infringement_id: Number
    action: Action
    timestamp: Instant
    performed_by: _By = ""
    observer: _By = ""
    details: Annotated[str, BeforeValidator(_whole), Field(max_length=1000)] = ""


class VersionRow(BaseModel):
    """A ruleset that the session was judged by from a time on."""

    model_config = ConfigDict(extra="ignore")

    text: Annotated[str, Field(min_length=2, max_length=200_000)]
    effective_from: Annotated[Instant | None, BeforeValidator(_known)] = None
    reason: _Said = ""


class SessionRow(BaseModel):
    model_config = ConfigDict(extra="ignore")

    name: _By = ""
    phase: Annotated[Phase | None, BeforeValidator(_known)] = None


@dataclass(frozen=True, slots=True)
class FileRows:
    """All that a file says, in its order; `now` is when it was read."""

    name: str
    phase: Phase | None
    infringements: tuple[InfringementRow, ...]
    history: tuple[HistoryRow, ...]
    rules: tuple[VersionRow, ...]
    now: datetime


_Row = TypeVar("_Row", InfringementRow, HistoryRow, VersionRow, SessionRow)


def rows_of(sheets: Sheets, now: datetime) -> FileRows:
    """The rows, if every one can be taken.

    Raises:
        Refused: which ones cannot, and why.
    """
    faults: list[str] = []
    infringements = _checked(InfringementRow, "infringements", sheets.infringements, faults)
    history = _checked(HistoryRow, "history", sheets.history, faults)
    versions = _checked(VersionRow, "rules", sheets.rules, faults)
    about = _checked(SessionRow, "session", sheets.session, faults)
    faults += _inconsistent(infringements, history, now)
    if faults:
        more = f"; and {len(faults) - MOST_NAMED} more" if len(faults) > MOST_NAMED else ""
        raise Refused(f"The file cannot be taken: {'; '.join(faults[:MOST_NAMED])}{more}.", "Nothing was stored.")
    first = about[0] if about else SessionRow()
    return FileRows(first.name, first.phase, tuple(infringements), tuple(history), tuple(versions), now)


def _checked(kind: type[_Row], table: str, rows: Sequence[Cells], faults: list[str]) -> list[_Row]:
    good: list[_Row] = []
    for place, cells in enumerate(rows, start=_FIRST):
        try:
            good.append(kind.model_validate(cells))
        except ValidationError as error:
            faults += [f"{table} row {place}, {'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
    return good


def _inconsistent(
    infringements: Sequence[InfringementRow], history: Sequence[HistoryRow], now: datetime
) -> Iterator[str]:
    known: set[int] = set()
    for place, row in enumerate(infringements, start=_FIRST):
        if row.id in known:
            yield f"infringements row {place}, id: {row.id} stands twice"
        if row.timestamp > now + FUTURE:
            yield f"infringements row {place}, timestamp: it lies in the future"
        known.add(row.id)
    for place, said in enumerate(history, start=_FIRST):
        if said.infringement_id not in known:
            yield f"history row {place}, infringement_id: no infringement {said.infringement_id} is in the file"
