"""DataFrames as files: CSV, Parquet, xlsx, and back.

A spreadsheet runs a text that begins with `=`, `+`, `-` or `@`; feed text comes from strangers, so in CSV such a cell
gets an apostrophe in front, which spreadsheets hide and `read_csv` takes away again. In xlsx every text is written as
text. Excel knows no time zones: its time stamps are UTC, as the headings say.
"""

from collections.abc import Callable, Mapping
from io import BytesIO, StringIO
from typing import IO

import pandas as pd

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "'")
"""The apostrophe itself too: else a text that really begins with one would lose it on the way back."""
_XLSX_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_XLSX_ROWS = 1_048_575


def to_csv(table: pd.DataFrame) -> bytes:
    """UTF-8 with a heading; time stamps are ISO 8601 in UTC."""
    return _guarded(table).to_csv(index=False, date_format="%Y-%m-%dT%H:%M:%S.%f%z", lineterminator="\n").encode()


def to_parquet(table: pd.DataFrame) -> bytes:
    return table.to_parquet(index=False, compression="zstd")


def to_xlsx(table: pd.DataFrame) -> bytes:
    """One sheet; what does not fit into a sheet's rows is left out, which no race of a day reaches."""
    shown = table.head(_XLSX_ROWS).copy()
    for name in shown.select_dtypes(include=["datetimetz"]).columns:
        shown[name] = shown[name].dt.tz_localize(None)
    shown = shown.rename(
        columns={name: f"{name} (UTC)" for name in table.select_dtypes(include=["datetimetz"]).columns}
    )
    book = BytesIO()
    # without constant_memory: with it xlsxwriter silently loses cells that pandas writes column by column
    options = {"options": _XLSX_OPTIONS}
    with pd.ExcelWriter(
        book, engine="xlsxwriter", engine_kwargs=options, datetime_format="yyyy-mm-dd hh:mm:ss.000"
    ) as pen:
        shown.to_excel(pen, index=False, sheet_name="Paddock", freeze_panes=(1, 0))
    return book.getvalue()


FORMATS: Mapping[str, tuple[Callable[[pd.DataFrame], bytes], str]] = {
    "csv": (to_csv, "text/csv; charset=utf-8"),
    "parquet": (to_parquet, "application/vnd.apache.parquet"),
    "xlsx": (to_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
"""Ending → how it is written, and its media type."""


def read_csv(text: str, columns: Mapping[str, str]) -> pd.DataFrame:
    """A table that `to_csv` wrote, with its types."""
    read = pd.read_csv(StringIO(text), dtype=dict.fromkeys(columns, "string"), keep_default_na=False, na_values=[""])
    for name, kind in columns.items():
        if kind == "string":
            read[name] = read[name].str.replace(r"^'(?=['=+\-@\t\r])", "", regex=True)
        elif kind.startswith("datetime"):
            read[name] = pd.to_datetime(read[name], utc=True, format="ISO8601")
    return read.astype(dict(columns))


def read_parquet(file: IO[bytes]) -> pd.DataFrame:
    return pd.read_parquet(file)


def _guarded(table: pd.DataFrame) -> pd.DataFrame:
    guarded = table.copy()
    for name in table.select_dtypes(include=["string"]).columns:
        dangerous = table[name].str.startswith(_DANGEROUS).fillna(value=False).astype(bool)
        guarded[name] = table[name].where(~dangerous, "'" + table[name])
    return guarded
