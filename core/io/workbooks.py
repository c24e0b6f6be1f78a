"""Workbooks (.xlsx) as rows of text cells, and back.

Whatever a stranger's workbook holds, it is read by a child process of its own with little time and memory: the library
may raise anything, and a few kilobytes can unpack to gigabytes. Cells are written as text, so that one beginning with
`=` stays what was typed.
"""

import io
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]  # has no types
from pydantic import TypeAdapter

from core.errors import UnreadableFile

LARGEST = 10_000_000
"""Bytes of a file."""
PATIENCE_S = 30.0

_READER = Path(__file__).with_name("workbook_reader.py")
_SHEETS: TypeAdapter[dict[str, list[list[str]]]] = TypeAdapter(dict[str, list[list[str]]])
_ZIP = b"PK\x03\x04"


class XlsxFiles:
    """`Workbooks` of the desk of entries, and all sheets for who wants them."""

    def rows(self, content: bytes) -> list[list[str]]:
        return rows_of_workbook(content)

    def sheets(self, content: bytes) -> dict[str, list[list[str]]]:
        return sheets_of_workbook(content)

    def content(self, rows: Iterable[Sequence[str]], sheet: str) -> bytes:
        return to_workbook(rows, sheet)


def rows_of_workbook(content: bytes) -> list[list[str]]:
    """The cells of the first sheet; raises as `sheets_of_workbook` does."""
    return next(iter(sheets_of_workbook(content).values()), [])


def sheets_of_workbook(content: bytes) -> dict[str, list[list[str]]]:
    """The cells of every sheet, by its name, in the order of the workbook.

    Raises:
        UnreadableFile: it is no workbook, too large, or takes too long.
    """
    if not content.startswith(_ZIP) or len(content) > LARGEST:
        raise UnreadableFile(f"This is not a workbook of at most {LARGEST // 1_000_000} MB.", "Save it as .xlsx.")
    try:
        child = subprocess.run(  # noqa: S603 - our own command, no shell
            [sys.executable, "-I", str(_READER)], input=content, capture_output=True, timeout=PATIENCE_S, check=False
        )
    except subprocess.TimeoutExpired as cause:
        raise UnreadableFile("The workbook takes too long to read.", "Save its first sheet as CSV.") from cause
    if child.returncode != 0:
        raise UnreadableFile("The workbook cannot be read.", "Open it, save it as .xlsx anew, or save it as CSV.")
    return _SHEETS.validate_json(child.stdout)


def to_workbook(rows: Iterable[Sequence[str]], sheet: str) -> bytes:
    """One sheet of text cells, its first row in bold and always in sight."""
    return sheets_to_workbook({sheet: rows})


def sheets_to_workbook(sheets: Mapping[str, Iterable[Sequence[str]]]) -> bytes:
    """Sheets of text cells by their names, each with its first row in bold and always in sight."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True})
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    page.write_string(at, column, cell, bold if at == 0 else None)
            page.freeze_panes(1, 0)
            page.autofit()
    return out.getvalue()
