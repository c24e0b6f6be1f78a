"""An exported session as tables, and the three formats they travel in: JSON, CSV and Excel.

In JSON a cell is what it is, in the other two it is text. Excel cells are written as text and cannot become formulas.
A spreadsheet would read a CSV cell as a formula when it begins with `= + - @` or a control character: such a cell gets
an apostrophe in front, which reading takes off again.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import xlsxwriter  # type: ignore[import-untyped]  # has no types
from pydantic import TypeAdapter, ValidationError

from core.errors import UnreadableFile
from portal.compat.racelith.venue import Refused

LARGEST = 10_000_000
"""Bytes of a file."""
_RISKY = ("=", "+", "-", "@", "\t", "\r", "'")
_KIND = "record"

Cell = str | int | float | bool | None
Cells = Mapping[str, Cell]
Unpack = Callable[[bytes], Mapping[str, Sequence[Sequence[str]]]]


class Format(StrEnum):
    JSON = "json"
    CSV = "csv"
    EXCEL = "excel"


MEDIA = {
    Format.JSON: "application/json",
    Format.CSV: "text/csv; charset=utf-8",
    Format.EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SUFFIX = {Format.JSON: "json", Format.CSV: "csv", Format.EXCEL: "xlsx"}


@dataclass(frozen=True, slots=True)
class Sheets:
    """The tables of one session, each a list of rows of cells by column."""

    session: Sequence[Cells] = ()
    infringements: Sequence[Cells] = ()
    history: Sequence[Cells] = ()
    rules: Sequence[Cells] = ()

    def named(self) -> Iterator[tuple[str, Sequence[Cells]]]:
        for name in NAMES:
            yield name, getattr(self, name)


NAMES = ("session", "infringements", "history", "rules")


def write(sheets: Sheets, wanted: Format) -> bytes:
    match wanted:
        case Format.JSON:
            return _JSON.dump_json(dict(sheets.named()), indent=1)
        case Format.CSV:
            return _csv(sheets)
        case Format.EXCEL:
            return _excel(sheets)


def read(content: bytes, name: str, unpack: Unpack) -> Sheets:
    """The tables of a file; `unpack` gives the sheets of a workbook.

    Raises:
        Refused: its format is none of ours, or it is damaged.
    """
    match _format(content, name):
        case Format.JSON:
            return _of_json(content)
        case Format.CSV:
            return _of_csv(content)
        case Format.EXCEL:
            return _of_excel(content, unpack)


def _format(content: bytes, name: str) -> Format:
    suffix = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    by_suffix = {suffix: kind for kind, suffix in SUFFIX.items()}
    if suffix in by_suffix:
        return by_suffix[suffix]
    if suffix or content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused(f"“.{suffix or 'xls'}” is not a format that can be imported.", "Send .json, .csv or .xlsx.")
    if content.startswith(b"PK"):
        return Format.EXCEL
    return Format.JSON if content.lstrip()[:1] in {b"{", b"["} else Format.CSV


def _csv(sheets: Sheets) -> bytes:
    tables = [(name, rows) for name, rows in sheets.named() if rows]
    columns = [_KIND, *dict.fromkeys(column for _, rows in tables for row in rows for column in row)]
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\r\n")
    writer.writeheader()
    for name, rows in tables:
        writer.writerows({_KIND: name, **{column: _safe(_text(cell)) for column, cell in row.items()}} for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _excel(sheets: Sheets) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        for name, rows in sheets.named():
            page = book.add_worksheet(name)
            columns = list(dict.fromkeys(column for row in rows for column in row))
            for at, cells in enumerate([{column: column for column in columns}, *rows]):
                for place, column in enumerate(columns):
                    page.write_string(at, place, _text(cells.get(column)))
            page.freeze_panes(1, 0)
    return out.getvalue()


def _of_json(content: bytes) -> Sheets:
    try:
        found = _JSON.validate_json(content)
    except ValidationError as cause:
        place = ", ".join(str(step) for step in cause.errors()[0]["loc"])
        raise Refused(f"This JSON is not an exported session ({place}).", "Send a file as it was exported.") from cause
    return _sheets({"infringements": found} if isinstance(found, Sequence) else found)


def _of_csv(content: bytes) -> Sheets:
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as cause:
        raise Refused("This is not a CSV file in UTF-8.", "Save it as CSV UTF-8.") from cause
    tables: dict[str, list[Cells]] = {}
    for cells in _tabular([[_plain(cell) for cell in row] for row in rows]):
        tables.setdefault(str(cells.get(_KIND) or "infringements"), []).append(cells)
    return _sheets(tables)


def _of_excel(content: bytes, unpack: Unpack) -> Sheets:
    try:
        pages = unpack(content)
    except UnreadableFile as cause:
        raise Refused(cause.what, cause.remedy) from cause
    known = {name.lower(): rows for name, rows in pages.items() if name.lower() in NAMES}
    if not known:
        known = dict(zip(["infringements"], pages.values(), strict=False))
    return _sheets({name: list(_tabular(rows)) for name, rows in known.items()})


def _sheets(tables: Mapping[str, Sequence[Cells]]) -> Sheets:
    return Sheets(**{name: tuple(tables.get(name, ())) for name in NAMES})


def _tabular(rows: Sequence[Sequence[str]]) -> Iterator[Cells]:
    """The first row names the columns; an empty row is none."""
    columns = [cell.strip() for cell in rows[0]] if rows else []
    for row in rows[1:]:
        if any(row):
            yield {column: cell for column, cell in zip(columns, row, strict=False) if column}


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_RISKY) else cell


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith(tuple(f"'{risky}" for risky in _RISKY)) else cell


_Tables = Mapping[str, Sequence[Cells]]
_JSON: TypeAdapter[_Tables | Sequence[Cells]] = TypeAdapter(_Tables | Sequence[Cells])
