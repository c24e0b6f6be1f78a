"""A link that is cut anywhere and comes back with the whole table: the board is that of the uncut run.

Laps outside the hole are the same, and so is everything that the board shows at the end but the order of the rows,
which is that of the last table sent. A fold that was pickled anywhere goes on as if nothing had been.
"""

import pickle
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from core.timing.board import BoardFold
from core.timing.events import LinkCut
from core.timing.model import Board, Car, Lap
from core.timing.recordings import RecordedFrame
from core.timing.simulate import Plan, simulate
from core.timing.simulate.history import replies
from core.timing.sources.apex import Apex
from tests.apex_mirror import Mirror

RACE = simulate(Plan(seed=7, karts=14, duration_s=1500, stint_s=400))
NEAR = timedelta(seconds=1.5)
LONGEST = 600
FIRST = 120
"""Frames; a cut before the race has nothing to tell."""


class Run:
    """A source and a fold, and what they told."""

    def __init__(self) -> None:
        self.source, self.fold = Apex(), BoardFold()
        self.laps: list[Lap] = []

    def hear(self, frames: Sequence[RecordedFrame]) -> "Run":
        for frame in frames:
            self.fold.apply(self.source.feed(frame.text, frame.at))
        return self

    def end(self) -> tuple[Board, Counter[tuple[str, int, int | None]]]:
        board = self.fold.snapshot()
        self.fold.close()
        laps = [lap for harvest in self.fold.drain() for lap in harvest.laps]
        return board, Counter((lap.source_id, lap.lap, lap.lap_ms) for lap in laps)


@cache
def uncut() -> tuple[Board, Counter[tuple[str, int, int | None]]]:
    return Run().hear(RACE.frames).end()


def comparable(board: Board) -> Board:
    """Without the order of rows, what counts frames, and moments of passings with what is computed from them."""
    cars = tuple(replace(car, crossed_at=None, behind_ms=None) for car in sorted(board.cars, key=_name))
    return replace(board, seq=0, junk=0, cars=cars, clock=None)


def _name(car: Car) -> str:
    return car.source_id


holes = st.tuples(st.integers(FIRST, len(RACE.frames) - 250), st.integers(1, LONGEST))


@settings(max_examples=8, deadline=None)
@given(holes)
def test_the_board_is_that_of_the_uncut_run_after_any_hole(hole: tuple[int, int]) -> None:
    first, end = hole[0], min(sum(hole), len(RACE.frames) - 200)
    frames, mirror = RACE.frames, Mirror()
    for frame in frames[:end]:
        mirror.take(frame.text)

    run = Run().hear(frames[:first])
    run.fold.apply([LinkCut(frames[first - 1].at, frames[end].at)])
    if mirror.has_table:
        run.hear([RecordedFrame(frames[end].at, mirror.snapshot())])
    board, laps = run.hear(frames[end:]).end()

    whole, all_laps = uncut()
    swallowed = [lap for lap in RACE.official_laps if frames[first - 1].at - NEAR < lap.at < frames[end].at + NEAR]
    assert comparable(board) == comparable(whole)
    assert laps - all_laps == Counter()
    assert all_laps - laps <= Counter((lap.source_id, lap.lap, lap.lap_ms) for lap in swallowed)


@settings(max_examples=6, deadline=None)
@given(holes)
def test_with_the_venues_history_no_lap_is_missing_after_any_hole(hole: tuple[int, int]) -> None:
    first, end = hole[0], min(sum(hole), len(RACE.frames) - 200)
    frames, mirror = RACE.frames, Mirror()
    for frame in frames[:end]:
        mirror.take(frame.text)
    run = Run().hear(frames[:first])
    run.fold.apply([LinkCut(frames[first - 1].at, frames[end].at)])
    if mirror.has_table:
        run.hear([RecordedFrame(frames[end].at, mirror.snapshot())])

    for text in replies(RACE, frames[end].at - NEAR):
        run.fold.apply(run.source.feed_history(text, frames[end].at))
    _, laps = run.hear(frames[end:]).end()

    near = {lap.source_id for lap in RACE.official_laps if abs(lap.at - frames[end].at) <= 2 * NEAR}
    missing = {key for key in uncut()[1] - laps if key[0] not in near}
    assert missing == set()


@settings(max_examples=10, deadline=None)
@given(st.integers(0, len(RACE.frames)), st.booleans())
def test_a_run_that_was_put_away_goes_on(place: int, twice: bool) -> None:  # noqa: FBT001 - given by hypothesis
    run = Run().hear(RACE.frames[:place])
    for _ in range(1 + twice):
        run.source, run.fold = pickle.loads(pickle.dumps((run.source, run.fold)))  # noqa: S301 - our own bytes

    assert run.hear(RACE.frames[place:]).end() == uncut()
