"""Boards go out as Timing71's recordings and come back as the same boards; damaged ones stop nothing."""

import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import UnreadableFile
from core.timing.about import About
from core.timing.board import BoardFold
from core.timing.model import Board, Car, TimedValue
from core.timing.recordings import read_recording
from core.timing.sources import recognise
from core.timing.sources.apex import Apex
from core.timing.sources.timing71 import Timing71
from core.timing.timing71 import Json, by_position, difference, patched, state_of, write_zip
from tests.unit.dvr.shelf import race

FRAMES = race(600)
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
ABOUT = About("Race", "apex", FRAMES[0].at, FRAMES[-1].at)

values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)
rows = st.lists(st.lists(values, max_size=4), max_size=4)
sessions = st.dictionaries(st.text("abc", min_size=1, max_size=3), values, max_size=4)


def boards() -> list[tuple[datetime, Board]]:
    source, fold, found = Apex(), BoardFold(), list[tuple[datetime, Board]]()
    for frame in FRAMES:
        fold.apply(source.feed(frame.text, frame.at))
        found.append((frame.at, fold.snapshot()))
    return found


def archive(tmp_path: Path) -> Path:
    file = tmp_path / "race.zip"
    with file.open("wb") as out:
        write_zip(boards(), ABOUT, out)
    return file


def shown(board: Board) -> list[Car]:
    """What Timing71 can say of a car; it has no ids, colours and moments of its own."""
    plain = Car("", "")
    kept = ("number", "laps", "best", "gap", "interval", "pits", "status", "team", "category")
    return [replace(plain, **{name: getattr(car, name) for name in kept}) for car in by_position(board)]


def test_a_race_goes_out_and_comes_back_as_the_same_board(tmp_path: Path) -> None:
    recording = read_recording(archive(tmp_path))
    source, fold = Timing71(), BoardFold()
    by_second: dict[int, Board] = {}
    for at, board in boards():
        by_second.setdefault(int(at.timestamp()), board)

    for frame in recording:
        fold.apply(source.feed(frame.text, frame.at))
        board = fold.snapshot()
        wanted = by_second[int(frame.at.timestamp())]
        assert (shown(board), board.flag) == (shown(wanted), wanted.flag)
        assert [_ms(car.last) for car in by_position(board)] == [_ms(car.last) for car in by_position(wanted)]


def _ms(value: TimedValue | None) -> int | None:
    return value.ms if value else None


def test_a_whole_state_comes_every_ten_and_the_archive_is_recognised(tmp_path: Path) -> None:
    file = archive(tmp_path)
    with ZipFile(file) as opened:
        names = sorted(name for name in opened.namelist() if name != "manifest.json")
        manifest = json.loads(opened.read("manifest.json"))

    assert [place for place, name in enumerate(names) if "i" not in name.removesuffix(".json")] == list(
        range(0, len(names), 10)
    )
    assert (manifest["version"], manifest["colSpec"][0][0]) == (1, "Num")
    assert recognise(frame.text for frame in read_recording(file)) == "timing71"


@settings(deadline=None)
@given(rows, sessions, rows, sessions)
def test_a_difference_turns_one_state_into_the_other(
    cars: list[Json], session: dict[str, Json], more: list[Json], then: dict[str, Json]
) -> None:
    before: dict[str, Json] = {"cars": cars, "session": session, "messages": []}
    after: dict[str, Json] = {"cars": more, "session": then, "messages": []}

    assert patched(before, difference(before, after)) == after


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["cars", "session", "messages", "manifest"]), values | rows))
def test_nothing_in_a_state_can_break_the_parser(state: dict[str, Json]) -> None:
    source, fold = Timing71(), BoardFold()
    whole = {**state_of(boards_once()), "manifest": {"colSpec": [["Num"], ["Laps"], ["Last"]]}}
    for frame in (json.dumps(whole), json.dumps(state), json.dumps({**state, "session": [], "messages": []})):
        fold.apply(source.feed(frame, NOON))

    fold.snapshot()


def boards_once() -> Board:
    return Board(cars=(Car("a", "7", laps=3),))


@settings(deadline=None)
@given(st.text())
def test_no_frame_can_break_the_parser(frame: str) -> None:
    list(Timing71().feed(frame, NOON))


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"PK\x03\x04 and then nothing of a zip"])
def test_a_broken_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "broken.zip"
    file.write_bytes(content)

    with pytest.raises(UnreadableFile):
        list(read_recording(file))


def test_a_zip_without_a_manifest_and_a_bomb_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "bomb.zip"
    for content in ({"00000000001.json": b"{}"}, {"manifest.json": b"{}", "00000000001.json": b" " * (9 << 20)}):
        packed = io.BytesIO()
        with ZipFile(packed, "w", 8) as out:
            for name, data in content.items():
                out.writestr(name, data)
        file.write_bytes(packed.getvalue())

        with pytest.raises(UnreadableFile):
            list(read_recording(file))


def test_a_growing_count_of_laps_is_a_lap() -> None:
    source, fold = Timing71(), BoardFold()
    spec = {"colSpec": [["Num", "text"], ["Laps", "numeric"], ["Last", "time"], ["State", "text"]], "name": "GP"}
    session = {"flagState": "sc", "timeRemain": 60}
    for second, (laps, last, state) in enumerate([(1, 70.5, "RUN"), (2, 61.25, "RUN"), (2, 61.25, "PIT")]):
        told = {"cars": [["7", laps, [last, "pb"], state]], "session": session, "messages": [], "manifest": spec}
        fold.apply(source.feed(json.dumps(told), NOON + timedelta(seconds=second)))
    fold.close()
    [harvest] = fold.drain()

    assert [(lap.number, lap.lap, lap.lap_ms) for lap in harvest.laps] == [("7", 2, 61_250)]
    assert harvest.session.name.startswith("GP")
