"""Lines as cells of text, and back: every row is checked before anything is made of it.

The heading row names the columns, in any order, by the words of the fields; what has another heading is left out. A
time without a zone is the circuit's. Amounts are plain numbers, with a point or a comma.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
)

from core.penalties.catalogue import Catalogue
from core.penalties.events import AUTO, OTHER
from core.penalties.model import Amount, Evidence
from core.penalties.tables.lines import IncidentLine, PenaltyLine
from core.sessions.model import Phase

Rows = Sequence[Sequence[str]]
MOST_ROWS = 20_000
AHEAD = timedelta(minutes=5)
INCIDENTS, PENALTIES = "incidents", "penalties"
FIRST = 2
"""Rows are counted as a spreadsheet shows them: the headings are row 1."""

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
"""All but tabs and line feeds."""
_WHOLE = re.compile(r"-?\d{1,15}", re.ASCII)
_AMOUNT = re.compile(r"-?\d{1,15}([.,]\d{1,9})?", re.ASCII)
_PAIRS: TypeAdapter[Evidence] = TypeAdapter(Evidence)
_ANY: TypeAdapter[object] = TypeAdapter(object)
_WORDS: TypeAdapter[Mapping[str, str]] = TypeAdapter(Mapping[str, str])


@dataclass(frozen=True, slots=True)
class Ground:
    """What rows are read by."""

    rules: Catalogue
    zone: ZoneInfo
    now: datetime


@dataclass(frozen=True, slots=True)
class Lines:
    """All that a file tells."""

    incidents: tuple[IncidentLine, ...]
    penalties: tuple[PenaltyLine, ...] = ()


def to_rows(kind: type[IncidentLine | PenaltyLine], lines: Iterable[IncidentLine | PenaltyLine]) -> list[list[str]]:
    """A heading row and a row a line; read again they say the same."""
    names = [field.name for field in fields(kind)]
    return [[_heading(name) for name in names], *([_text(getattr(line, name)) for name in names] for line in lines)]


def read_lines(sheets: Mapping[str, Rows], ground: Ground) -> tuple[Lines, list[str]]:
    """The lines of the sheets `incidents` and `penalties`, and every mistake by its sheet and row."""
    mistakes: list[str] = []
    incidents = _read(_IncidentRow, INCIDENTS, sheets.get(INCIDENTS, ()), ground, mistakes)
    penalties = _read(_PenaltyRow, PENALTIES, sheets.get(PENALTIES, ()), ground, mistakes)
    lines = Lines(
        tuple(IncidentLine(**_values(row)) for _, row in incidents),
        tuple(PenaltyLine(**_values(row)) for _, row in penalties),
    )
    if not mistakes:
        mistakes += _inconsistent(
            [(at, line) for (at, _), line in zip(incidents, lines.incidents, strict=True)], ground
        )
        mistakes += _strange([(at, line) for (at, _), line in zip(penalties, lines.penalties, strict=True)], lines)
    return lines, mistakes


def _heading(name: str) -> str:
    return name.replace("_", " ")


def _text(value: object) -> str:
    if value is None or value in ((), {}):
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple | Mapping):
        return _ANY.dump_json(value).decode()
    return f"{value:f}" if isinstance(value, Decimal) else _shown(str(value))


def _shown(text: str) -> str:
    """A spreadsheet keeps no control characters; the JSON file of the session does."""
    return _CONTROL.sub(" ", text)


def _none(value: object) -> object:
    return None if value == "" else value


def _amount(value: object) -> object:
    if isinstance(value, str) and value:
        if not _AMOUNT.fullmatch(value):
            raise ValueError("is no number")
        return int(value) if _WHOLE.fullmatch(value) else Decimal(value.replace(",", "."))
    return None


def _time(value: object, info: ValidationInfo) -> object:
    if not isinstance(value, str) or not value:
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError as cause:
        raise ValueError("is no time such as 2026-05-02 14:03:07") from cause
    ground = info.context
    if not isinstance(ground, Ground):
        raise TypeError("rows are read by a ground")
    known = at if at.tzinfo else at.replace(tzinfo=ground.zone)
    if known > ground.now + AHEAD:
        raise ValueError("lies in the future")
    return known


def _json(adapter: TypeAdapter[Any], empty: object) -> Callable[[object], object]:
    def read(value: object) -> object:
        try:
            return adapter.validate_json(value) if isinstance(value, str) and value else empty
        except ValidationError as cause:
            raise ValueError("is not as it was exported") from cause

    return read


def _printable(value: str) -> str:
    if _CONTROL.search(value):
        raise ValueError("has characters that cannot be shown")
    return value


def _there(value: str) -> str:
    if not value:
        raise ValueError("is missing")
    return value


_Bare = BeforeValidator(lambda value: value.strip() if isinstance(value, str) else value)
_Word = Annotated[str, Field(max_length=100), AfterValidator(_printable), _Bare]
_Kart = Annotated[_Word, Field(max_length=8), AfterValidator(_there)]
_Words = Annotated[str, Field(max_length=10_000), AfterValidator(_printable)]
_Number = Annotated[int, Field(gt=0, lt=1 << 31)]
_Small = Annotated[int | None, Field(ge=0, lt=1 << 31), BeforeValidator(_none)]
_Exact = Annotated[Amount | None, BeforeValidator(_amount)]
_At = Annotated[datetime, BeforeValidator(_time)]
_Maybe = Annotated[datetime | None, BeforeValidator(_time)]
_Id = Annotated[UUID | None, BeforeValidator(_none)]
_ROW = ConfigDict(extra="ignore")


class _IncidentRow(BaseModel):
    model_config = _ROW

    number: Annotated[_Number | None, BeforeValidator(_none)] = None
    time: _At
    kart: _Kart
    code: Annotated[_Word, AfterValidator(_there)]
    phase: Annotated[Phase | None, BeforeValidator(_none)] = None
    second_kart: Annotated[_Kart | None, BeforeValidator(_none)] = None
    turn: _Small = None
    lap: _Small = None
    note: _Words = ""
    driver_id: _Id = None
    team_id: _Id = None
    value: _Exact = None
    points: _Exact = None
    video: _Words = ""
    observer: _Words = ""
    laps_left: _Small = None
    fields_: Annotated[Mapping[str, str], BeforeValidator(_json(_WORDS, {})), Field(alias="fields")] = {}
    evidence: Annotated[Evidence, BeforeValidator(_json(_PAIRS, ()))] = ()
    decision: _Word = ""
    decided: _Maybe = None
    reason: _Words = ""
    words: _Words = ""
    voided: _Maybe = None
    void_reason: _Words = ""
    merged: _Maybe = None
    merged_into: Annotated[_Number | None, BeforeValidator(_none)] = None
    merge_reason: _Words = ""


class _PenaltyRow(BaseModel):
    model_config = _ROW

    incident: _Number
    penalty: Annotated[_Word, AfterValidator(_there)]
    code: _Word = ""
    words: _Words = ""
    issued: _Maybe = None
    notified: _Maybe = None
    acknowledged: _Maybe = None
    served: _Maybe = None
    seconds: _Exact = None
    verified: _Maybe = None
    accepted: _Maybe = None
    accept_reason: _Words = ""
    unserved: _Maybe = None
    cancelled: _Maybe = None
    cancel_reason: _Words = ""


_Row = TypeVar("_Row", _IncidentRow, _PenaltyRow)


def _read(kind: type[_Row], sheet: str, rows: Rows, ground: Ground, mistakes: list[str]) -> list[tuple[int, _Row]]:
    """The good rows with their places."""
    if not rows:
        return []
    headings = [" ".join(cell.lower().replace("_", " ").split()).replace(" ", "_") for cell in rows[0]]
    needed = {name for name, field in kind.model_fields.items() if field.is_required()}
    if missing := sorted(needed - set(headings)):
        mistakes.append(f"{sheet} row 1 has no heading {', '.join(f'“{_heading(one)}”' for one in missing)}")
        return []
    if len(rows) > MOST_ROWS:
        mistakes.append(f"{sheet} has more than {MOST_ROWS} rows")
        return []
    good: list[tuple[int, _Row]] = []
    for place, row in enumerate(rows[1:], start=FIRST):
        if any(cell.strip() for cell in row):
            try:
                good.append((place, kind.model_validate(dict(zip(headings, row, strict=False)), context=ground)))
            except ValidationError as error:
                mistakes += [f"{sheet} row {place}, {_said(one)}" for one in error.errors()]
    return good


def _said(error: Any) -> str:
    column = _heading(".".join(str(step) for step in error["loc"][:1]))
    return f"{column}: {str(error['msg']).removeprefix('Value error, ')}"


def _values(row: _IncidentRow | _PenaltyRow) -> dict[str, Any]:
    values = {name.rstrip("_"): getattr(row, name) for name in type(row).model_fields}
    return {name: str(value) if isinstance(value, UUID) else value for name, value in values.items()}


def _inconsistent(lines: Sequence[tuple[int, IncidentLine]], ground: Ground) -> Iterator[str]:
    numbers = [line.number for _, line in lines if line.number is not None]
    known, seen = set(numbers), set[int]()
    for place, line in lines:
        if line.number is not None and line.number in seen:
            yield f"{INCIDENTS} row {place}, number: {line.number} stands twice"
        seen |= {line.number} if line.number is not None else set()
        for column, words in _unknown(line, known, ground):
            yield f"{INCIDENTS} row {place}, {column}: {words}"


def _unknown(line: IncidentLine, known: set[int], ground: Ground) -> Iterator[tuple[str, str]]:
    rules = ground.rules
    if rules.rules.codes and line.code not in rules.rules.codes:
        yield "code", f"“{line.code}” is none of {rules.reference}: {', '.join(sorted(rules.rules.codes))}"
    if line.decision and not _decided(line.decision, rules):
        yield "decision", f"“{line.decision}” is neither auto, nfa, investigating, other nor a penalty of the rules"
    if line.decision == OTHER and not line.words:
        yield "words", "are missing: the penalty is in an official's own words"
    if line.voided is not None and not line.void_reason:
        yield "void reason", "is missing"
    if (line.merged is None) != (line.merged_into is None):
        yield "merged into", "time and number of a merge belong together"
    if line.merged_into is not None and line.merged_into not in known - {line.number}:
        yield "merged into", f"no other incident {line.merged_into} is in the file"


def _decided(decision: str, rules: Catalogue) -> bool:
    return decision in (AUTO, OTHER) or decision in rules.rules.penalties or rules.outcome(decision) == decision


def _strange(lines: Sequence[tuple[int, PenaltyLine]], told: Lines) -> Iterator[str]:
    known = {line.number for line in told.incidents}
    seen: set[str] = set()
    for place, line in lines:
        if line.incident not in known:
            yield f"{PENALTIES} row {place}, incident: no incident {line.incident} is in the file"
        if line.penalty.partition("/")[0] != str(line.incident):
            yield f"{PENALTIES} row {place}, penalty: the id does not begin with {line.incident}/"
        if line.penalty in seen:
            yield f"{PENALTIES} row {place}, penalty: {line.penalty} stands twice"
        if line.cancelled is not None and not line.cancel_reason:
            yield f"{PENALTIES} row {place}, cancel reason: is missing"
        seen.add(line.penalty)
