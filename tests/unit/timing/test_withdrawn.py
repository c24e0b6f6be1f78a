"""Laps that are taken back and laps that are told again: said once, never silently."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.timing import events as said
from core.timing.board import BoardFold
from core.timing.events import LapTold
from core.timing.model import Lap, Provenance
from core.timing.withdrawn import Withdrawal
from tests.unit.timing.stage import NOON, Stage, at

TYPES = ("no", "llp", "blp", "tlp")


@pytest.fixture
def stage() -> Stage:
    """A car that has done two laps."""
    stage = Stage(types=TYPES)
    stage.show(0, {"r1": {"no": "no1 7"}})
    stage.hear(10, "r1|*||")
    stage.hear(70, "r1.llp|tn|1:00.000", "r1.tlp|in|1", "r1|*||")
    stage.hear(131, "r1.llp|tn|1:01.000", "r1.tlp|in|2", "r1|*||")
    return stage


def numbered(stage: Stage) -> list[tuple[int, int | None]]:
    return [(lap.lap, lap.lap_ms) for lap in stage.laps]


def test_a_lap_that_officials_take_back_is_withdrawn(stage: Stage) -> None:
    stage.hear(133, "r1.llp|ti|1:00.000", "r1.tlp|in|1", "r1|*||")
    stage.hear(193, "r1.llp|tn|2:03.000", "r1.tlp|in|2", "r1|*||")

    assert stage.withdrawn == [Withdrawal("r1", "7", 2, at(133))]
    assert numbered(stage) == [(1, 60_000), (2, 61_000), (2, 123_000)]
    assert stage.car().laps == 2


def test_a_first_lap_is_taken_back_by_clearing_its_cells() -> None:
    stage = Stage(types=TYPES)
    stage.show(0, {"r1": {"no": "no1 7"}})
    stage.hear(10, "r1|*||")
    stage.hear(70, "r1.llp|tn|1:00.000", "r1.tlp|in|1", "r1|*||")

    stage.hear(82, "r1.llp||", "r1.tlp||", "r1|*||")
    stage.hear(280, "r1.llp|tn|3:30.000", "r1.tlp|in|1", "r1|*||")

    assert [gone.lap for gone in stage.withdrawn] == [1]
    assert numbered(stage) == [(1, 60_000), (1, 210_000)]


def test_a_lap_deducted_as_a_penalty_was_driven(stage: Stage) -> None:
    stage.hear(140, "r1.tlp|in|1")
    stage.hear(192, "r1.llp|tn|1:01.500", "r1.tlp|in|2", "r1|*||")

    assert stage.withdrawn == []


def test_a_row_that_is_cleared_takes_no_lap_back(stage: Stage) -> None:
    stage.hear(140, "r1.llp||", "r1.tlp||")
    stage.hear(400, "r2|#|1")

    assert stage.withdrawn == []


def test_a_lap_that_was_not_handed_out_yet_has_never_been() -> None:
    stage = Stage(types=TYPES)
    for seconds, frame in (
        (70, "r1c2|tn|1:00.000\nr1c4|in|1\nr1|*||\n"),
        (131, "r1c2|tn|1:01.000\nr1c4|in|2\nr1|*||\n"),
        (133, "r1c2|ti|1:00.000\nr1c4|in|1\nr1|*||\n"),
    ):
        if seconds == 70:
            stage.show(0, {"r1": {"no": "no1 7"}})
            stage.hear(10, "r1|*||")
        stage.fold.apply(stage.source.feed(frame, at(seconds)))

    (harvest,) = stage.fold.drain()

    assert ([lap.lap for lap in harvest.laps], harvest.withdrawn) == ([1], ())


def told(*events: said.Event) -> BoardFold:
    fold = BoardFold()
    fold.apply([said.Heard(NOON), *events])
    return fold


@pytest.mark.parametrize("drained", [False, True])
def test_a_better_time_of_the_same_lap_corrects_it(*, drained: bool) -> None:
    fold = told(LapTold("a", 61_210, 1))
    laps: list[Lap] = [lap for harvest in (fold.drain() if drained else ()) for lap in harvest.laps]

    fold.apply([said.Heard(NOON + timedelta(seconds=0.2)), LapTold("a", 61_240, 1, corrects=True)])
    (harvest,) = fold.drain()

    assert [lap.lap_ms for lap in (*laps, *harvest.laps)] == ([61_210] if drained else [61_240])
    assert [(lap.lap, lap.lap_ms, lap.at) for lap in harvest.corrected] == ([(1, 61_240, NOON)] if drained else [])


def test_a_guessed_number_that_was_too_high_is_withdrawn_when_history_tells() -> None:
    stage = Stage(types=("no", "llp"))
    stage.show(0, {"r1": {"no": "no1 7"}})
    stage.hear(10, "r1|*||")
    for lap in range(1, 4):
        stage.hear(10 + 60 * lap, f"r1.llp|tn|1:00.00{lap}", "r1|*||")
    stage.fold.apply([said.LinkCut(at(190), at(430))])
    stage.hear(431, "r1.llp|tn|1:00.007", "r1|*||")
    guess = stage.laps[-1]

    history = [LapTold("r1", ms, lap, provenance=Provenance.BACK_FILLED) for lap, ms in ((4, 120_900), (5, 60_007))]
    stage.fold.apply(history)
    stage.hear(432, "r2|#|1")

    assert (guess.provenance, guess.lap > 5) == (Provenance.COMPUTED, True)
    assert [gone.lap for gone in stage.withdrawn] == [guess.lap]
    assert [(lap.lap, lap.provenance) for lap in stage.laps[-2:]] == [
        (4, Provenance.BACK_FILLED),
        (5, Provenance.BACK_FILLED),
    ]


LINES = st.sampled_from([
    *(f"r1.tlp|in|{laps}" for laps in range(4)), "r1.tlp||", "r1.llp||", "r1|*||",
    *(f"r1.llp|tn|1:0{second}.000" for second in range(4)),
])  # fmt: skip


@given(st.lists(st.lists(LINES, min_size=1, max_size=3), max_size=30))
def test_no_lap_is_withdrawn_that_was_not_told_before(frames: list[list[str]]) -> None:
    stage, standing = Stage(types=TYPES), set[int]()
    stage.show(0, {"r1": {"no": "no1 7"}})
    for second, lines in enumerate(frames):
        laps, gone = len(stage.laps), len(stage.withdrawn)
        stage.hear(10.0 * (second + 1), *lines)
        taken = {one.lap for one in stage.withdrawn[gone:]}
        assert taken <= standing
        standing = standing - taken | {lap.lap for lap in stage.laps[laps:]}
