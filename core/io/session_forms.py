"""The forms in which a race session travels, told apart by content and name, and tables in them as sheets.

A zip of CSV files is unpacked with a limit on what it may unpack to; workbooks are read by a process of their own.
"""

import io
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence

from core.errors import BadInput
from core.io.workbooks import LARGEST, sheets_of_workbook, sheets_to_workbook
from core.penalties.tables.cells import INCIDENTS
from core.sessions.entry_files import rows_of_csv, text_of, to_csv
from core.timing.session_travel import Form

_UNPACKED = 6 * LARGEST
"""Bytes that a zip may hold; text packs well."""
_MOST_FILES = 30
_LOCKED = 0x1
"""The flag of a file that needs a password."""
_PACKINGS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ZIP = b"PK\x03\x04"
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_INSIDE_XLSX = "[Content_Types].xml"


_NO_ZIP = (
    zipfile.BadZipFile,  # its list or a check sum is wrong
    zlib.error,  # bytes inside a packed file were changed
    EOFError,  # a packed file ends too early
    ValueError,  # its list names places outside the file
    NotImplementedError,  # it says that it was packed in a way that zipfile does not know
)
"""What zipfile raises at bytes that are no whole zip."""


MEDIA: Mapping[Form, str] = {
    Form.JSON: "application/json",
    Form.CSV: "application/zip",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SUFFIX: Mapping[Form, str] = {Form.JSON: "json", Form.CSV: "zip", Form.XLSX: "xlsx"}

Sheets = Mapping[str, Sequence[Sequence[str]]]


def form_of(content: bytes, name: str = "") -> Form:
    """What a file is, whatever it is called.

    Raises:
        BadInput: it is empty, too large, or an old workbook.
    """
    if not content.strip():
        raise BadInput("The file is empty.", "Send the file itself as the body.")
    if len(content) > LARGEST:
        raise BadInput(f"The file is larger than {LARGEST // 1_000_000} MB.", "Import one race session at a time.")
    if content.startswith(_OLD_WORKBOOK) or name.lower().endswith(".xls"):
        raise BadInput("An .xls workbook of old cannot be read.", "Open it and save it as .xlsx or CSV UTF-8.")
    if content.startswith(_ZIP):
        return Form.XLSX if _INSIDE_XLSX in _names(content) else Form.CSV
    return Form.JSON if content.lstrip()[:1] == b"{" else Form.CSV


def sheets_of(content: bytes, form: Form) -> Sheets:
    """The tables by their names in lower case; one CSV alone, or a workbook's first sheet, are the incidents.

    Raises:
        BadInput, UnreadableFile: it is damaged.
    """
    found = sheets_of_workbook(content) if form is Form.XLSX else _of_csv(content)
    known = {name.strip().lower(): rows for name, rows in found.items()}
    if INCIDENTS not in known and known:
        known[INCIDENTS] = next(iter(known.values()))
    return known


def packed(sheets: Mapping[str, Iterable[Sequence[str]]], form: Form) -> bytes:
    """All tables in one file."""
    if form is Form.XLSX:
        return sheets_to_workbook(sheets)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, rows in sheets.items():
            book.writestr(f"{name}.csv", to_csv(rows))
    return out.getvalue()


def _names(content: bytes) -> list[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return book.namelist()
    except _NO_ZIP as cause:
        raise _damaged() from cause


def _of_csv(content: bytes) -> dict[str, list[list[str]]]:
    if not content.startswith(_ZIP):
        return {INCIDENTS: _rows(content)}
    return {name: _rows(table) for name, table in _unpacked(content).items()}


def _unpacked(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return {one.filename[:-4].rpartition("/")[2]: book.read(one) for one in _tables_in(book)}
    except _NO_ZIP as cause:
        raise _damaged() from cause


def _tables_in(book: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Nothing is unpacked before its size, its packing and its lock were looked at."""
    files = [one for one in book.infolist() if one.filename.lower().endswith(".csv")]
    if len(files) > _MOST_FILES or sum(one.file_size for one in files) > _UNPACKED:
        raise BadInput("The zip unpacks to more than one session.", "Send the zip as it was exported.")
    if any(one.flag_bits & _LOCKED or one.compress_type not in _PACKINGS for one in files):
        raise _damaged()
    return files


def _rows(content: bytes) -> list[list[str]]:
    return [list(row) for row in rows_of_csv(text_of(content))]


def _damaged() -> BadInput:
    return BadInput("The zip is damaged, or locked by a password.", "Send the zip as it was exported.")
