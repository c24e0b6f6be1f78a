"""What may be corrected about an incident or a report, and the two forms of a correction.

In a command a change is a plain value by field; in the log it is a JSON value (`at` an ISO instant, an amount in
digits); in the fold it is the field's own type. `None` takes a value away.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from core.errors import BadInput
from core.penalties.bodies import IncidentRecorded
from core.penalties.model import Amount, Report
from core.sessions.model import Phase

Changes = Mapping[str, str | int | None]
"""As they stand in the log."""

_Kart = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,10}[A-Z]{0,2}$")]
"""Other programs count karts up to 2,147,483,647; the entry line reads six digits."""
_Text = Annotated[str, StringConstraints(max_length=300, strip_whitespace=True)]
_Word = Annotated[str, StringConstraints(min_length=1, max_length=100)]
_Turn = Annotated[int, Field(ge=0, le=999)]
_Lap = Annotated[int, Field(ge=0, le=100_000)]
_Amount = Annotated[int, Field(ge=0)] | Annotated[Decimal, Field(ge=0, max_digits=20, decimal_places=6)]


class _IncidentValues(TypedDict, total=False):
    kart: _Kart
    code: _Word
    phase: Phase | None
    second_kart: _Kart | None
    turn: _Turn | None
    lap: _Lap | None
    text: _Text
    driver: _Word | None
    team: _Word | None
    value: _Amount | None
    points: _Amount | None
    video: _Text
    observer: _Text
    laps_left: _Lap | None


@with_config(ConfigDict(extra="forbid"))
class IncidentChanges(_IncidentValues, total=False):
    at: AwareDatetime


@with_config(ConfigDict(extra="forbid"))
class ReportChanges(TypedDict, total=False):
    kart: _Kart
    at: AwareDatetime
    code: _Word
    second_kart: _Kart | None
    post: _Text
    turn: _Turn | None
    lap: _Lap | None
    text: _Text
    value: _Amount | None


AMENDABLE = ("at", *_IncidentValues.__annotations__)
AMENDABLE_OF_REPORT = tuple(ReportChanges.__annotations__)

_INCIDENT = TypeAdapter(IncidentChanges)
_VALUES = TypeAdapter(_IncidentValues)
_REPORT = TypeAdapter(ReportChanges)


_VALUE_NAMES = frozenset(_IncidentValues.__annotations__)
_FIELDS = "fields."
"""Before the name of another field that the ruleset may match: `fields.class`."""


def incident_changes(changes: Mapping[str, object]) -> Changes:
    """The changes as the log holds them.

    Raises:
        BadInput: a field that cannot be amended, or a value that it cannot have.
    """
    fields = {name: value for name, value in changes.items() if name.startswith(_FIELDS)}
    if not all(value is None or isinstance(value, str) for value in fields.values()):
        raise BadInput("A field that the ruleset matches is text.", "Send text, or null to take it away.")
    others = {name: value for name, value in changes.items() if name not in fields}
    texts = {name: None if value is None else str(value) for name, value in fields.items()}
    return {**(_checked(_INCIDENT, others, AMENDABLE) if others or not fields else {}), **texts}


def report_changes(changes: Mapping[str, object]) -> Changes:
    """The same for a report."""
    return _checked(_REPORT, changes, AMENDABLE_OF_REPORT)


def amended(body: IncidentRecorded, at: datetime, changes: Changes) -> tuple[IncidentRecorded, datetime]:
    """The incident and its time after a correction that the log holds."""
    values = _VALUES.validate_python({name: value for name, value in changes.items() if name in _VALUE_NAMES})
    when = changes.get("at")
    return replace(body, fields=_fields(body.fields, changes), **values), at if when is None else _time(when)


def amended_report(report: Report, changes: Changes) -> Report:
    return replace(report, **_REPORT.validate_python(changes))


def amount(value: object) -> Amount | None:
    """A measured value as a program sends it.

    Raises:
        BadInput: it is no plain number.
    """
    try:
        return _AMOUNT.validate_python(value)
    except ValidationError as cause:
        raise BadInput(f"“{value}” is not an amount.", "Send a number from 0 on, such as `4.012`.") from cause


_AMOUNT: TypeAdapter[Amount | None] = TypeAdapter(_Amount | None)


def _fields(old: Mapping[str, str], changes: Changes) -> Mapping[str, str]:
    new = {name.removeprefix(_FIELDS): value for name, value in changes.items() if name.startswith(_FIELDS)}
    return {name: str(value) for name, value in {**old, **new}.items() if value is not None}


def _time(when: str | int) -> datetime:
    return datetime.fromisoformat(str(when))


def _checked(
    reader: TypeAdapter[IncidentChanges] | TypeAdapter[ReportChanges],
    changes: Mapping[str, object],
    known: tuple[str, ...],
) -> Changes:
    if not changes:
        raise BadInput("Nothing is to be changed.", f"Name new values for: {', '.join(known)}.")
    try:
        values: Changes = reader.dump_python(reader.validate_python(changes), mode="json")  # type: ignore[arg-type]  # one of two
    except ValidationError as cause:
        faults = "; ".join(f"{'.'.join(map(str, error['loc'][:1]))}: {error['msg']}" for error in cause.errors())
        raise BadInput(f"This cannot be amended ({faults}).", f"What can be: {', '.join(known)}.") from cause
    return values
