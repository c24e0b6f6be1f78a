"""Files of the compatible penalty API: the tables that were written are the tables that are read."""

import csv
import io
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.io.workbooks import sheets_of_workbook
from portal.compat.racelith.file_rows import rows_of
from portal.compat.racelith.sheets import SUFFIX, Format, Sheets, read, write
from portal.compat.racelith.venue import Refused

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
ROW: dict[str, str | int] = {
    "id": 1,
    "kart_number": 7,
    "description": "White line",
    "timestamp": "2026-05-01T11:00:00Z",
}
printable = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=20)
risky = st.builds("".join, st.tuples(st.sampled_from(["=", "+", "-", "@", "\t", "'", "'=", "''"]), printable))
cells = st.dictionaries(st.sampled_from(["id", "description", "observer"]), printable | risky, min_size=1)


def filled(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """A table has no cell for what is empty, and no row for what is all empty."""
    return [row for each in rows if (row := {name: cell for name, cell in each.items() if cell})]


@given(st.lists(cells, max_size=5), st.sampled_from([Format.JSON, Format.CSV]))
def test_a_round_trip_gives_the_same_tables(rows: list[dict[str, str]], kind: Format) -> None:
    back = read(write(Sheets(infringements=rows, history=rows), kind), f"x.{SUFFIX[kind]}", sheets_of_workbook)

    for table in (back.infringements, back.history):
        assert filled([{name: str(cell) for name, cell in row.items() if name != "record"} for row in table]) == filled(
            rows
        )


@given(st.lists(cells, min_size=1, max_size=5))
@settings(max_examples=50)
def test_no_cell_of_a_csv_file_begins_like_a_formula(rows: list[dict[str, str]]) -> None:
    text = write(Sheets(infringements=rows), Format.CSV).decode("utf-8-sig")

    written = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert [cell for cell in written if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


def test_a_workbook_gives_the_same_tables() -> None:
    rows = [{"id": "1", "description": "=1+1"}, {"id": "2", "description": "'quoted'"}]

    back = read(write(Sheets(infringements=rows, history=rows[:1]), Format.EXCEL), "x.xlsx", sheets_of_workbook)

    assert (list(back.infringements), list(back.history)) == (rows, rows[:1])


@given(st.binary(max_size=200), st.sampled_from(["", "x.json", "x.csv"]))
def test_no_file_can_break_the_reading(content: bytes, name: str) -> None:
    with suppress(Refused):
        rows_of(read(content, name, lambda _: {}), NOON)


@pytest.mark.parametrize("name", ["x.xls", "x.ods", "x.tar.gz"])
def test_other_formats_are_refused_by_name(name: str) -> None:
    with pytest.raises(Refused):
        read(b"[]", name, lambda _: {})


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"kart_number": 0}, "infringements row 2, kart_number"),
        ({"timestamp": "yesterday"}, "infringements row 2, timestamp"),
        ({"timestamp": "2026-05-01T13:00:00Z"}, "infringements row 2, timestamp"),
        ({"description": ""}, "infringements row 2, description"),
        ({"turn_number": "hairpin"}, "infringements row 2, turn_number"),
    ],
)
def test_a_row_that_cannot_be_taken_is_named(change: dict[str, str | int], named: str) -> None:
    with pytest.raises(Refused) as refused:
        rows_of(Sheets(infringements=[{**ROW, **change}]), NOON)

    assert named in refused.value.what


def test_a_plain_list_of_another_systems_rows_is_taken() -> None:
    rows = rows_of(
        read(
            b'[{"id": 4, "kart_number": 7, "description": "x", "timestamp": "2026-05-01T10:00:00"}]', "", lambda _: {}
        ),
        NOON,
    )

    assert [(row.id, row.deleted, row.penalty_taken) for row in rows.infringements] == [(4, False, None)]
