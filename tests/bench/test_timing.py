"""How fast feeds are read and folded, beside the least anybody could do: split the lines at their bars."""

import pickle
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cache, partial

import pytest

from core.timing.board import BoardFold
from core.timing.model import Board
from core.timing.recordings import RecordedFrame, read_recording, spoken
from core.timing.replay import replay
from core.timing.simulate import Plan, simulate
from core.timing.sources.apex import Apex
from core.timing.sources.rmonitor import RMonitor
from core.timing.wire import board_to_json
from tests.conformance.data import apex, rmonitor
from tests.feeds.race import Plan as TablePlan
from tests.feeds.rmonitor import rmonitor as rmonitor_feed

ROUNDS = 5


@cache
def race() -> tuple[RecordedFrame, ...]:
    """Two hours of forty karts."""
    return simulate(Plan(karts=40, duration_s=7200)).frames


@cache
def recorded() -> tuple[tuple[RecordedFrame, ...], ...]:
    """Every recording of others that there is."""
    return tuple(tuple(read_recording(path)) for path in apex())


def split(frames: Iterable[RecordedFrame]) -> None:
    for frame in frames:
        for line in frame.text.split("\n"):
            line.split("|", 3)


def parse(frames: Iterable[RecordedFrame]) -> None:
    source = Apex()
    for frame in frames:
        source.feed(frame.text, frame.at)


def fold(frames: Iterable[RecordedFrame]) -> BoardFold:
    source, board = Apex(), BoardFold()
    for frame in frames:
        board.apply(source.feed(frame.text, frame.at))
    return board


Timed = Sequence[tuple[datetime, str]]


@cache
def box_feed() -> Timed:
    """Two hours of sixteen cars, told by an RMonitor box."""
    plan = TablePlan(karts=16, duration_s=7200, lap_ms=60_000)
    return tuple((frame.at, frame.text) for frame in rmonitor_feed(plan).frames)


@cache
def box_recordings() -> tuple[Timed, ...]:
    recordings = (spoken(read_recording(path), "rmonitor") for path in rmonitor())
    return tuple(tuple((frame.at, frame.text) for frame in recording) for recording in recordings)


def split_fields(frames: Timed) -> None:
    for _, text in frames:
        for line in text.split("\n"):
            line.split(",")


def parse_records(frames: Timed) -> None:
    source = RMonitor()
    for at, text in frames:
        source.feed(text, at)


def fold_records(frames: Timed) -> None:
    source, board = RMonitor(), BoardFold()
    for at, text in frames:
        board.apply(source.feed(text, at))


def best_s(work: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Prints past the capture."""

    def print_line(text: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"{text}\n")

    return print_line


@pytest.mark.parametrize("data", ["simulated", "recorded"])
def test_lines_a_second_beside_a_bare_split(data: str, tell: Callable[[str], None]) -> None:
    feeds = (race(),) if data == "simulated" else recorded()
    lines = sum(1 for frames in feeds for frame in frames for line in frame.text.split("\n") if line.strip())

    tell(f"\nApex, {data}: {lines:,} lines")
    for work in (split, parse, fold):
        seconds = best_s(partial(_each, work, feeds))
        tell(f"  {work.__name__:<6} {lines / seconds:>12,.0f} lines/s")
    assert lines


@pytest.mark.parametrize("data", ["simulated", "recorded"])
def test_rmonitor_records_a_second_beside_a_bare_split(data: str, tell: Callable[[str], None]) -> None:
    feeds = (box_feed(),) if data == "simulated" else box_recordings()
    records = sum(1 for frames in feeds for _, text in frames for line in text.split("\n") if line.strip())
    frames = sum(len(frames) for frames in feeds)

    tell(f"\nRMonitor, {data}: {records:,} records in {frames:,} frames")
    for work in (split_fields, parse_records, fold_records):
        seconds = best_s(partial(_each_box, work, feeds))
        tell(f"  {work.__name__:<13} {records / seconds:>12,.0f} records/s")
    assert records


def test_a_recording_of_a_day_to_its_analysed_state(tell: Callable[[str], None]) -> None:
    day = simulate(Plan(karts=40, duration_s=24 * 3600 - 600, stint_s=2400, lap_ms=70_000))

    seconds = best_s(lambda: replay(day.frames, Apex()))

    tell(f"\n24 h of 40 karts, {len(day.frames):,} frames: {seconds:.2f} s")
    assert day.laps


def test_snapshots_a_second(tell: Callable[[str], None]) -> None:
    board = fold(race())
    source = Apex()

    def change() -> Board:
        board.apply(source.feed("r4200|#|3\n", race()[-1].at))
        return board.snapshot()

    frozen_s, json_s = best_s(change), best_s(lambda: board_to_json(change()))

    tell(f"\nboard of 40: frozen in {frozen_s * 1e6:.0f} µs, as JSON in {json_s * 1e6:.0f} µs")
    tell(f"state of the fold: {len(pickle.dumps(board)) / 1024:.0f} KiB")
    assert board.snapshot().cars


def _each_box(work: Callable[[Timed], object], feeds: Iterable[Timed]) -> None:
    for frames in feeds:
        work(frames)


def _each(work: Callable[[Iterable[RecordedFrame]], object], feeds: Iterable[Iterable[RecordedFrame]]) -> None:
    for frames in feeds:
        work(frames)
