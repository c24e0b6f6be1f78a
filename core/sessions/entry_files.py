"""Lists as files: CSV text, safe for spreadsheets both ways.

A program that opens a CSV takes a cell beginning with `=`, `+`, `-`, `@` or a tab for a formula. Such a cell is written
with an apostrophe before it, as spreadsheets do themselves, and read without: nothing is lost, also where the text
began with apostrophes. A workbook (see `core/io/workbooks.py`) has real text cells and needs none of this.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from enum import StrEnum

from core.errors import BadInput
from core.sessions.entry_list import Rows

LARGEST = 10_000_000
"""Bytes of a file that is imported."""

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


class Kind(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


def text_of(content: bytes) -> str:
    """A file's text.

    Raises:
        BadInput: it is not UTF-8.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        raise BadInput("The file is neither a workbook nor text in UTF-8.", "Save it as .xlsx or CSV UTF-8.") from cause


def rows_of_csv(text: str) -> Rows:
    """The cells of a CSV text, separated by comma, semicolon or tab, whichever the first line has most of.

    Raises:
        BadInput: it is too large, or not CSV.
    """
    if len(text) > LARGEST or len(text.encode(errors="replace")) > LARGEST:
        raise too_large()
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    lines = text.lstrip("\ufeff").splitlines(keepends=True)
    try:
        rows = list(csv.reader(lines, delimiter=separator, strict=True))
    except csv.Error as cause:
        raise BadInput(f"The file is not CSV: {cause}.", "Save it as CSV, in UTF-8.") from cause
    return [[_bare(cell) for cell in row] for row in rows]


def to_csv(rows: Iterable[Sequence[str]]) -> str:
    """With a byte order mark, by which spreadsheets know UTF-8."""
    out = io.StringIO()
    csv.writer(out).writerows([_guarded(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()


def too_large() -> BadInput:
    return BadInput(f"The file is larger than {LARGEST // 1_000_000} MB.", "Import the entries of one race session.")


def _guarded(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _bare(cell: str) -> str:
    return cell[1:] if _GUARDED.match(cell) else cell
