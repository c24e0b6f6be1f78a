"""How soon any moment of a race of a day is on the screen."""

import statistics
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import TypeVar

import pytest

from core.io.dvr import Player
from core.timing.model import Board
from core.timing.simulate import Plan, simulate
from tests.unit.dvr.shelf import Shelf

SEEKS = 50
Made = TypeVar("Made")


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Prints past the capture."""

    def print_line(text: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"{text}\n")

    return print_line


def test_seeks_in_a_race_of_a_day(tmp_path: Path, tell: Callable[[str], None]) -> None:
    day = simulate(Plan(karts=40, duration_s=24 * 3600 - 600, stint_s=2400, lap_ms=70_000))
    shelf = Shelf(tmp_path)
    shelf.record(day.frames)
    shelf.begin()
    shelf.seal(drop=True)
    first_s, player = timed(lambda: Player(shelf.dvr()))
    again_s, _ = timed(lambda: Player(shelf.dvr()))

    chance = Random(5)  # noqa: S311 - not a secret
    length_s = (day.frames[-1].at - day.frames[0].at).total_seconds()
    times = []
    for _ in range(SEEKS):
        at = day.frames[0].at + timedelta(seconds=chance.uniform(0, length_s))
        seconds, _ = timed(partial(board_at, player, at))
        times.append(seconds * 1000)

    size = (tmp_path / "dvr" / "one.keys").stat().st_size
    packed = sum(file.stat().st_size for file in (tmp_path / "blobs").rglob("*") if file.is_file())
    centiles = statistics.quantiles(times, n=20)
    tell(f"\n24 h of 40 karts, {len(day.frames):,} frames, {packed / 1e6:.1f} MB of blobs")
    tell(f"  first opened in {first_s:.2f} s (key frames made, {size / 1e6:.1f} MB), again in {again_s * 1000:.0f} ms")
    tell(f"  {SEEKS} seeks: p50 {centiles[9]:.0f} ms, p95 {centiles[18]:.0f} ms, worst {max(times):.0f} ms")
    assert player.board().cars


def board_at(player: Player, at: datetime) -> Board:
    player.seek(at)
    return player.board()


def timed(work: Callable[[], Made]) -> tuple[float, Made]:
    started = time.perf_counter()
    made = work()
    return time.perf_counter() - started, made
