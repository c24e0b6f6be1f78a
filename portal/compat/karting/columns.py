"""The cells of a row (`mapped_data`) under the names C1, C2 … by their place in the feed's own table.

Ci is the i-th column of the layout that the feed shows now, decoration included, as it stands in the layouts that
Paddock keeps of a circuit; a feed without a table of its own has one column for each field that it fills. Every column
has a value, as text in the manner of a timing screen (`1:02.345`); "" where the cell is empty or says nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.timing.events import ColumnSeen
from core.timing.layouts import LayoutSeen
from core.timing.model import Board, Car, Gap, TimedValue
from portal.format import lap_time
from portal.live_view import Fields, Json

_SECTORS = {"s1": 0, "s2": 1, "s3": 2}


@dataclass(frozen=True, slots=True)
class Column:
    """What stands in one column: a field of `Car`, or the feed's own text under a heading."""

    field: str
    heading: str
    sector: int = 0


def columns_of(board: Board, layouts: Iterable[LayoutSeen]) -> tuple[Column, ...]:
    """The columns that the board's feed shows now, in its order."""
    seen = next((layout.columns for layout in layouts if layout.fingerprint == board.layout), None)
    return tuple(_fields(board)) if seen is None else tuple(_seen(seen))


def mapped_data(car: Car, columns: Sequence[Column]) -> dict[str, str]:
    """The row under C1, C2 and so on."""
    return {f"C{place}": _cell(car, column) for place, column in enumerate(columns, start=1)}


def mappings(columns: Sequence[Column]) -> dict[str, str]:
    """What each column means: the name of a field where it fills one, else its heading."""
    return {f"C{place}": column.field or column.heading for place, column in enumerate(columns, start=1)}


def timing_data(circuit: str, car: Car, columns: Sequence[Column], at: datetime | None) -> dict[str, Json]:
    """The documented message about one row."""
    return {"type": "timing_data", "circuit_id": circuit, "data": row_data(car, columns, at)}


def row_data(car: Car, columns: Sequence[Column], at: datetime | None) -> dict[str, Json]:
    """One row; `raw_data` is the row by the names of its fields."""
    return {
        "row_id": car.source_id,
        "mapped_data": dict(mapped_data(car, columns)),
        "raw_data": dict(raw_data(car)),
        "timestamp": None if at is None else instant(at),
    }


def raw_data(car: Car) -> Fields:
    """The row as Paddock knows it; what is not known is left out."""
    fields: Mapping[str, Json] = {name: _text(car, name) for name in _TEXTS}
    sectors: list[Json] = [_time(value) for value in car.sectors]
    whole: dict[str, Json] = {**fields, "sectors": sectors, "status": car.status.value, **dict(car.more)}
    return {name: value for name, value in whole.items() if value not in ("", [])}


def instant(at: datetime) -> str:
    """As `2024-01-01T12:00:00Z`, with milliseconds where there are any."""
    return at.isoformat(timespec="milliseconds" if at.microsecond else "seconds").replace("+00:00", "Z")


def _fields(board: Board) -> Iterable[Column]:
    sectors = max((len(car.sectors) for car in board.cars), default=0)
    for name in board.columns:
        places = range(sectors) if name == "sectors" else range(1)
        yield from (Column(name, name, place) for place in places)


def _seen(columns: Sequence[ColumnSeen]) -> Iterable[Column]:
    sectors = 0
    for one in columns:
        yield Column(one.field, one.heading, _SECTORS.get(one.type, sectors))
        sectors += one.field == "sectors"


def _cell(car: Car, column: Column) -> str:
    if not column.field:
        return dict(car.more).get(column.heading, "")
    if column.field == "sectors":
        return _time(car.sectors[column.sector]) if column.sector < len(car.sectors) else ""
    return _text(car, column.field)


_TEXTS = (
    "number", "position", "team", "driver", "category", "nation", "laps", "last", "best", "gap", "interval", "pits",
    "stint_ms", "feed_penalty",
)  # fmt: skip


def _text(car: Car, field: str) -> str:
    value = getattr(car, field, None)
    if value is None:
        return ""
    if isinstance(value, TimedValue):
        return _time(value)
    if isinstance(value, Gap):
        return _gap(value)
    return str(value)


def _gap(gap: Gap) -> str:
    if gap.ms is not None:
        return lap_time(gap.ms)
    return "" if gap.laps is None else f"{gap.laps} L"


def _time(value: TimedValue | None) -> str:
    return "" if value is None else lap_time(value.ms)
