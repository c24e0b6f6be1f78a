"""When a lap is a lap: what the cells and passings of real feeds mean, one situation at a time."""

import pytest

from core.timing.model import LapKind
from tests.unit.timing.stage import TYPES, Stage, at

UNCOUNTED = tuple(kind for kind in TYPES if kind != "tlp")


@pytest.fixture
def stage() -> Stage:
    """A car that has crossed the line once and driven one lap of a minute, at a venue that does not count laps."""
    stage = Stage(types=UNCOUNTED)
    stage.show(0, {"r1": {"no": "no1 7"}})
    stage.hear(10, "r1|*||")
    stage.hear(70, "r1.llp|tn|1:00.000", "r1|*|59000|")
    return stage


def test_the_first_passing_is_no_lap(stage: Stage) -> None:
    assert stage.times() == [60_000]


def test_a_lap_is_timed_by_its_cell_and_never_by_the_prediction(stage: Stage) -> None:
    stage.hear(131, "r1.llp|ti|1:01.250", "r1|*|60123|")

    assert stage.times() == [60_000, 61_250]


def test_a_passing_without_a_prediction_still_completes_a_lap(stage: Stage) -> None:
    stage.hear(131, "r1.llp|ti|1:01.250", "r1|*||")

    assert stage.times() == [60_000, 61_250]


@pytest.mark.parametrize("first", ["time", "passing"])
def test_time_and_passing_may_come_a_frame_apart(stage: Stage, first: str) -> None:
    lines = ["r1.llp|tn|1:01.250", "r1|*|60000|"]
    early, late = lines if first == "time" else reversed(lines)

    stage.hear(131, early)
    stage.hear(131.4, late)
    stage.hear(140, "r2|#|2")

    assert stage.times() == [60_000, 61_250]


def test_a_time_in_another_colour_is_no_lap(stage: Stage) -> None:
    stage.hear(90, "r1.llp|ti|1:00.000")
    stage.hear(100, "r2|#|1")

    assert stage.times() == [60_000]


def test_the_same_time_twice_is_not_sent_again_but_is_a_lap(stage: Stage) -> None:
    stage.hear(130, "r1|*|59500|")
    stage.hear(132, "r2|#|1")

    assert stage.times() == [60_000, 60_000]


def test_a_transponder_that_is_read_twice_makes_no_lap(stage: Stage) -> None:
    stage.hear(95, "r1|*|59000|")
    stage.hear(97, "r2|#|1")
    stage.hear(131, "r1.llp|tn|1:01.000", "r1|*|60000|")

    assert stage.times() == [60_000, 61_000]


def test_a_lap_whose_passing_was_lost_is_kept_when_the_clock_agrees(stage: Stage) -> None:
    stage.hear(131, "r1.llp|tn|1:01.000")
    stage.hear(133, "r2|#|1")

    assert stage.times() == [60_000, 61_000]


def test_a_time_that_nothing_explains_is_no_lap(stage: Stage) -> None:
    stage.hear(95, "r1.llp|tn|45.000")
    stage.hear(97, "r2|#|1")

    assert stage.times() == [60_000]


def test_a_lap_ends_when_its_passing_was_received(stage: Stage) -> None:
    stage.hear(131, "r1|*|60000|")
    stage.hear(131.8, "r1.llp|tn|1:01.000")

    assert [lap.at for lap in stage.laps] == [at(70), at(131)]


def test_the_way_out_closes_a_lap_that_is_as_long_as_the_stop(stage: Stage) -> None:
    stage.hear(120, "r1.sta|si|", "r1|*in|0")
    stage.hear(180.2, "r1.sta|so|", "r1.llp|tn|1:00.300", "r1|*out|0")
    stage.hear(240, "r1.llp|tn|59.700", "r1|*|60000|")

    assert [(lap.lap, lap.lap_ms, lap.kind) for lap in stage.laps] == [
        (1, 60_000, LapKind.LAP),
        (2, 60_300, LapKind.PIT),
        (3, 59_700, LapKind.LAP),
    ]


def test_a_lap_that_contains_a_stop_is_a_pit_lap(stage: Stage) -> None:
    stage.hear(120, "r1|*in|0")
    stage.hear(180, "r1|*out|0")
    stage.hear(190, "r1.llp|tn|2:00.000", "r1|*|60000|")
    stage.hear(250, "r1.llp|tn|1:00.100", "r1|*|60000|")

    assert [lap.kind for lap in stage.laps] == [LapKind.LAP, LapKind.PIT, LapKind.LAP]


def test_laps_have_the_feeds_numbers_where_it_counts() -> None:
    stage = Stage()
    stage.show(0, {"r1": {"llp": "tn 1:00.000", "tlp": "in 41"}})

    stage.hear(50, "r1.llp|tn|1:01.000", "r1.tlp|in|42", "r1|*|60000|")

    assert [lap.lap for lap in stage.laps] == [42]


def test_a_lap_that_officials_take_back_leaves_no_second_lap() -> None:
    stage = Stage()
    stage.show(0, {"r1": {}})
    stage.hear(10, "r1|*||")
    stage.hear(70, "r1.llp|tn|1:00.000", "r1.tlp|in|1", "r1|*|60000|")
    stage.hear(135, "r1.llp|tn|1:05.000", "r1.tlp|in|2", "r1|*|60000|")

    stage.hear(137, "r1.llp|tn|1:00.000", "r1.tlp|in|1", "r1|*|60000|")
    stage.hear(200, "r1.llp|tn|2:10.000", "r1.tlp|in|2", "r1|*|60000|")

    assert [(lap.lap, lap.lap_ms) for lap in stage.laps] == [(1, 60_000), (2, 65_000), (2, 130_000)]


def test_cells_that_are_cleared_and_shown_again_make_no_lap() -> None:
    stage = Stage()
    stage.show(0, {"r1": {}})
    stage.hear(70, "r1.llp|tn|1:00.000", "r1.tlp|in|1", "r1|*|60000|")

    stage.hear(90, "r1.llp||", "r1.tlp|in|")
    stage.hear(100, "r1.llp|tn|1:00.000", "r1.tlp|in|1")
    stage.hear(105, "r2|#|1")

    assert stage.times() == [60_000]


def test_a_lap_knows_who_drove_it(stage: Stage) -> None:
    stage.hear(80, "r1.dr|drteam|Driver 7B [0:12]")
    stage.hear(131, "r1.llp|tn|1:01.250", "r1|*|60123|")

    assert stage.laps[-1].driver == "Driver 7B"


def test_without_a_counter_the_gap_tells_the_number_after_joining_late() -> None:
    stage = Stage(types=UNCOUNTED)
    stage.show(
        0,
        {
            "r1": {"rk": " 1", "llp": "tn 1:00.000", "gap": "ib Tour 40"},
            "r2": {"rk": " 2", "llp": "tn 1:00.500", "gap": "ib 3.000"},
            "r3": {"rk": " 3", "llp": "tn 1:02.000", "gap": "ib 2 Tours"},
            "r4": {"rk": " 4", "llp": "tn 1:03.000", "gap": "ib 1.500"},
        },
    )

    stage.hear(10, "r1.llp|tn|59.000", "r1.gap|ib|Tour 41", "r1|*|60000|")
    stage.hear(13, "r2.llp|tn|59.100", "r2.gap|ib|3.100", "r2|*|60000|")
    stage.hear(30, "r3.llp|tn|59.200", "r3|*|60000|")
    stage.hear(32, "r4.llp|tn|59.300", "r4.gap|ib|1.600", "r4|*|60000|")

    assert [(lap.source_id, lap.lap) for lap in stage.laps] == [("r1", 41), ("r2", 41), ("r3", 39), ("r4", 39)]


def test_a_table_sent_again_adds_no_lap(stage: Stage) -> None:
    stage.show(100, {"r1": {"llp": "tn 1:00.000"}})
    stage.hear(131, "r1.llp|tn|1:01.000", "r1|*|60000|")

    assert stage.times() == [60_000, 61_000]


def test_a_table_after_a_hole_tells_the_lap_that_was_missed(stage: Stage) -> None:
    stage.show(140, {"r1": {"llp": "tn 1:02.500"}})

    assert stage.times() == [60_000, 62_500]


def test_a_short_hole_leaves_no_doubt_about_the_number() -> None:
    stage = Stage(types=UNCOUNTED)
    stage.show(0, {"r1": {"rk": " 2"}, "r2": {"rk": " 1"}})
    stage.hear(10, "r1|*||")
    stage.hear(70, "r1.llp|tn|1:00.000", "r1|*|1|")
    stage.show(
        135, {"r1": {"rk": " 2", "llp": "tn 1:01.000", "gap": "ib 1.000"}, "r2": {"rk": " 1", "gap": "ib Tour 9"}}
    )
    stage.hear(192, "r1.llp|tn|1:00.500", "r1|*|1|")

    assert [lap.lap for lap in stage.laps] == [1, 2, 3]


def test_a_table_between_time_and_passing_does_not_count_twice() -> None:
    stage = Stage()
    stage.show(0, {"r1": {}})
    stage.hear(10, "r1|*||")
    stage.hear(70, "r1.llp|tn|1:00.000", "r1.tlp|in|1")
    stage.show(70.2, {"r1": {"llp": "tn 1:00.000", "tlp": "in 1"}})
    stage.hear(70.4, "r1|*|60000|")
    stage.hear(75, "r2|#|1")

    assert [(lap.lap, lap.lap_ms) for lap in stage.laps] == [(1, 60_000)]


def test_a_clock_that_is_set_back_leaves_nothing_waiting(stage: Stage) -> None:
    stage.hear(131, "r1.llp|tn|1:01.000")
    stage.hear(20, "r2|#|1")

    assert stage.times() == [60_000, 61_000]
