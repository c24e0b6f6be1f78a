"""What stands under C1, C2 …: every column of the feed's table in its place, whatever a row says."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.timing.events import ColumnSeen
from core.timing.layouts import LayoutSeen
from core.timing.model import Board, Car, Gap, Rank, TimedValue
from portal.compat.karting.columns import Column, columns_of, instant, mapped_data, mappings

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
FIELDS = ("", "position", "number", "team", "laps", "last", "best", "sectors", "gap", "interval", "pits", "stint_ms")

seen = st.builds(
    ColumnSeen, st.text(max_size=3), st.sampled_from(["", "s1", "s3", "x"]), st.text(), st.sampled_from(FIELDS)
)
ms = st.integers(0, 10**7)
times = st.builds(TimedValue, ms, st.sampled_from(Rank))
gaps = st.builds(Gap, st.none() | ms, st.none() | st.integers(0, 99))
cars = st.builds(
    Car, st.just("r1"), st.text(max_size=3), position=st.none() | st.integers(1, 99), last=st.none() | times,
    sectors=st.lists(st.none() | times, max_size=4).map(tuple), gap=st.none() | gaps, interval=st.none() | gaps,
)  # fmt: skip


@given(st.lists(seen, max_size=20), cars)
def test_every_column_of_the_table_has_a_text_in_its_place(columns: list[ColumnSeen], car: Car) -> None:
    layout = LayoutSeen("now", tuple(columns), NOON, NOON)

    row = mapped_data(car, columns_of(Board(layout="now", cars=(car,)), [layout]))

    assert list(row) == [f"C{place}" for place in range(1, len(columns) + 1)]
    assert all(isinstance(text, str) for text in row.values())


def test_the_columns_are_those_of_the_layout_that_the_feed_shows_now() -> None:
    old = LayoutSeen("old", (ColumnSeen("c1", "rk", "Pos", "position"),), NOON, NOON)
    new = LayoutSeen("new", (ColumnSeen("c1", "no", "Kart", "number"), ColumnSeen("c2", "", "Town", "")), NOON, NOON)

    assert mappings(columns_of(Board(layout="new"), [old, new])) == {"C1": "number", "C2": "Town"}


@pytest.mark.parametrize(
    ("car", "column", "text"),
    [
        (Car("r", "7", position=3), Column("position", "Pos"), "3"),
        (Car("r", "7"), Column("position", "Pos"), ""),
        (Car("r", "7", best=TimedValue(59_938, Rank.OVERALL)), Column("best", ""), "59.938"),
        (Car("r", "7", gap=Gap(ms=62_000)), Column("gap", ""), "1:02.000"),
        (Car("r", "7", gap=Gap(laps=2)), Column("gap", ""), "2 L"),
        (Car("r", "7", gap=Gap()), Column("gap", ""), ""),
        (Car("r", "7", more=(("Town", "Graz"),)), Column("", "Town"), "Graz"),
        (Car("r", "7", sectors=(None, TimedValue(20_100, Rank.NORMAL))), Column("sectors", "S2", 1), "20.100"),
        (Car("r", "7"), Column("sectors", "S3", 2), ""),
    ],
    ids=["number", "unknown", "time", "gap in time", "gap in laps", "no gap", "own text", "sector", "no sector"],
)
def test_a_cell_reads_like_that_of_a_timing_screen(car: Car, column: Column, text: str) -> None:
    assert mapped_data(car, [column]) == {"C1": text}


def test_a_moment_is_written_as_documented() -> None:
    assert instant(NOON) == "2026-05-01T12:00:00Z"
    assert instant(NOON.replace(microsecond=120_000)) == "2026-05-01T12:00:00.120Z"
