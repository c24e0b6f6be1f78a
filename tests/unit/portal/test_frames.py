"""Every table as a DataFrame: typed, whole, and the same after a round trip through each kind of file."""

import re
from io import BytesIO
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from typer.testing import CliRunner

from core.errors import NotFound, UnreadableFile
from core.timing.model import Flag, Stop
from core.timing.simulate import Plan, Race, recording_lines, simulate
from portal.cli.frames import app
from portal.frame_files import FORMATS, read_csv, read_parquet, to_csv, to_parquet, to_xlsx
from portal.frames import COLUMNS, Timed, frame, frames, frames_of_recording
from tests.unit.timing.analysis.laps import at, lap, stop

EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "'quoted", "=cmd|' /C calc'!A0", "plain", ""]


@pytest.fixture(scope="module")
def race() -> Race:
    return simulate(Plan(seed=2, karts=8, duration_s=900))


@pytest.fixture(scope="module")
def recording(race: Race, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("frames") / "race.jsonl"
    file.write_text("".join(f"{line}\n" for line in recording_lines(race)))
    return file


@pytest.fixture(scope="module")
def tables(recording: Path) -> dict[str, pd.DataFrame]:
    return frames_of_recording(recording)


def test_a_recording_becomes_every_table_with_typed_columns(tables: dict[str, pd.DataFrame]) -> None:
    assert {name: table.dtypes.astype(str).to_dict() for name, table in tables.items()} == {
        name: dict(columns) for name, columns in COLUMNS.items()
    }
    assert all(len(table) for table in tables.values())


def test_the_laps_are_those_that_were_driven(race: Race, tables: dict[str, pd.DataFrame]) -> None:
    driven = sorted((one.source_id, one.lap_ms or 0) for one in race.laps)
    told = tables["laps"].dropna(subset=["lap_ms"])

    assert sorted(zip(told.source_id, told.lap_ms, strict=True)) == driven


def test_a_session_without_anything_has_its_columns_all_the_same() -> None:
    empty = frames(Timed((), ()))

    assert {name: list(table.columns) for name, table in empty.items()} == {
        name: list(columns) for name, columns in COLUMNS.items()
    }
    assert str(empty["laps"].completed_at.dtype) == "datetime64[us, UTC]"


@pytest.mark.parametrize("name", COLUMNS)
def test_csv_and_parquet_give_back_the_same_table(tables: dict[str, pd.DataFrame], name: str) -> None:
    table = tables[name]

    assert_frame_equal(read_csv(to_csv(table).decode(), COLUMNS[name]), table)
    assert_frame_equal(read_parquet(BytesIO(to_parquet(table))), table)


@pytest.mark.parametrize("name", COLUMNS)
def test_xlsx_has_every_cell(tables: dict[str, pd.DataFrame], name: str) -> None:
    rows = list(openpyxl.load_workbook(BytesIO(to_xlsx(tables[name]))).worksheets[0].iter_rows(values_only=True))

    assert len(rows) == len(tables[name]) + 1
    filled = sum(cell is not None for row in rows[1:] for cell in row)
    assert filled == int(tables[name].count().sum())


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(st.characters(blacklist_categories=["Cs", "Cc"])) | st.sampled_from(EVIL), max_size=8))
def test_no_text_of_a_feed_is_a_formula_and_each_comes_back(drivers: list[str]) -> None:
    table = frame("laps", Timed([lap(at, at * 60, 60_000, driver=name) for at, name in enumerate(drivers, 1)], ()))
    table["driver"] = table["driver"].replace("", pd.NA)  # CSV knows no empty text beside a missing one

    text = to_csv(table).decode()

    assert_frame_equal(read_csv(text, COLUMNS["laps"]), table)
    assert re.findall(r'(?:^|,)"?[=+@\-\t]', text.partition("\n")[2], re.MULTILINE) == []


def test_a_formula_in_xlsx_is_a_text() -> None:
    table = frame("laps", Timed([lap(1, 60, 60_000, driver="=1+1")], ()))

    cell = (
        openpyxl.load_workbook(BytesIO(to_xlsx(table))).worksheets[0].cell(2, list(COLUMNS["laps"]).index("driver") + 1)
    )

    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_gaps_are_times_also_of_lapped_cars() -> None:
    laps = [lap(number, number * 60, 60_000, "r1") for number in range(1, 11)]
    laps += [lap(number, number * 70, 70_000, "r2") for number in range(1, 9)]

    gaps = frame("gaps", Timed(laps, ())).set_index(["source_id", "lap"]).gap_ms
    positions = frame("positions", Timed(laps, ())).set_index(["source_id", "lap"]).position

    assert gaps["r2", 8] == 80_000
    assert (positions["r1", 8], positions["r2", 8]) == (1, 2)


def test_events_are_in_order() -> None:
    laps = [lap(1, 60, 60_000, driver="A", flag=Flag.GREEN), lap(2, 200, 60_000, driver="B", flag=Flag.YELLOW)]

    events = frame("events", Timed(laps, [stop("r1", 100, 190)]))

    assert list(events.event) == ["flag", "pit_in", "pit_out", "driver", "flag"]
    assert list(events.text.dropna()) == ["green", "B", "yellow"]


def test_a_stint_goes_from_pit_out_to_its_last_lap() -> None:
    laps = [lap(1, 60, 60_000, driver="A"), lap(2, 120, 60_000, driver="A"), lap(3, 270, 150_000, driver="A")]
    laps += [lap(4, 330, 60_000, driver="B"), lap(5, 391, 61_000, driver="B")]

    stints = frame("stints", Timed(laps, [Stop("r1", at(130), at(220), 90_000, 2)]))

    assert list(stints.driver) == ["A", "B"]
    assert list(stints.laps) == [2, 3]
    assert list(stints.duration_ms) == [120_000, 171_000]
    assert list(stints.best_ms) == [60_000, 60_000]


def test_an_unknown_table_is_named_with_the_remedy() -> None:
    with pytest.raises(NotFound, match="no table “lapz”"):
        frame("lapz", Timed((), ()))


def test_a_file_that_nobody_can_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("hello\n")

    with pytest.raises(UnreadableFile):
        frames_of_recording(tmp_path / "x.txt")


@pytest.mark.parametrize("ending", FORMATS)
def test_the_command_writes_a_table_of_a_recording(recording: Path, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"laps.{ending}"

    done = CliRunner().invoke(app, ["laps", "--recording", str(recording), "--out", str(out)])

    assert (done.exit_code, out.stat().st_size > 500) == (0, True)
    assert done.output.startswith(f"{len(frames_of_recording(recording)['laps'])} rows in ")


REFUSED = [
    (["lapz", "--out", "x.csv"], "no table"),
    (["laps", "--out", "x.doc"], "no ending we write"),
    (["laps", "--out", "x.csv", "--session", "9"], "holds"),
    (["laps", "--out", "x.csv", "--session", "nine"], "no place"),
]


@pytest.mark.parametrize(("arguments", "said"), REFUSED)
def test_the_command_refuses_with_the_remedy(recording: Path, tmp_path: Path, arguments: list[str], said: str) -> None:
    placed = [str(tmp_path / one) if one.startswith("x.") else one for one in arguments]

    done = CliRunner().invoke(app, [*placed, "--recording", str(recording)])

    assert (done.exit_code, said in done.output) == (1, True)
