"""Stops from any subset of a venue's signals, each counted once, as exact as the feed allows."""

import pytest

from core.timing.model import CarStatus, Stop
from tests.unit.timing.stage import TYPES, Stage, at

BARE = ("no", "llp")


def running(types: tuple[str, ...] = TYPES) -> Stage:
    """A car that has driven one lap."""
    stage = Stage(types=types)
    stage.show(0, {"r1": {"no": "no1 7"}})
    stage.hear(10, "r1|*||")
    stage.hear(70, "r1.llp|tn|1:00.000", "r1|*|59000|")
    return stage


def settled(stage: Stage) -> list[Stop]:
    stage.hear(900, "r2|#|1")
    return stage.stops


def test_all_signals_of_one_stop_make_one_stop() -> None:
    stage = running()
    stage.hear(100, "r1.sta|si|", "r1.otr|to|00.", "r1.pit|in|1")
    stage.hear(100.2, "r1|*in|0")
    stage.hear(101, "r1.otr|to|01.")
    assert stage.car().status is CarStatus.IN_PIT
    stage.hear(165, "r1.sta|so|", "r1.otr|to|1:05.")
    stage.hear(165.2, "r1|*out|0")

    assert stage.car().status is CarStatus.RUNNING
    assert settled(stage) == [Stop("r1", at(100), at(165), 65_000, lap=1)]
    assert stage.car().pits == 1


def test_lines_in_and_out_are_enough() -> None:
    stage = running(BARE)
    stage.hear(100, "r1|*in|0")
    stage.hear(160, "r1|*out|0")

    assert settled(stage) == [Stop("r1", at(100), at(160), 60_000, lap=1)]


def test_icons_are_enough() -> None:
    stage = running()
    stage.hear(100, "r1.sta|si|")
    stage.hear(160, "r1.sta|so|")

    assert settled(stage) == [Stop("r1", at(100), at(160), 60_000, lap=1)]


def test_a_running_clock_is_enough() -> None:
    stage = running()
    for second in range(60):
        stage.hear(100 + second, f"r1.otr|to|{second:02}.")
    for second in range(160, 175, 3):
        stage.hear(second, "r2|#|1")
    stage.hear(175, "r1.llp|tn|1:45.000", "r1|*|60000|")

    assert settled(stage) == [Stop("r1", at(100), at(159.5), 59_500, lap=1)]


def test_only_a_way_out_is_a_stop_without_a_duration() -> None:
    stage = running(BARE)
    stage.hear(160, "r1|*out|0")

    assert settled(stage) == [Stop("r1", None, at(160), None, lap=1)]


def test_the_first_way_out_of_a_session_is_no_stop() -> None:
    stage = Stage(types=BARE)
    stage.show(0, {"r1": {"no": "no1 7"}})
    stage.hear(10, "r1|*out|0")

    assert settled(stage) == []


def test_only_a_way_in_ends_when_the_car_is_seen_again() -> None:
    stage = running(BARE)
    stage.hear(100, "r1|*in|0")
    stage.hear(175, "r1.llp|tn|1:45.000", "r1|*|60000|")

    assert settled(stage) == [Stop("r1", at(100), at(175), None, lap=1)]


def test_a_line_crossed_in_the_pit_lane_does_not_end_the_stop() -> None:
    stage = running(BARE)
    stage.hear(75, "r1|*in|0")
    stage.hear(80, "r1|*out|0")
    stage.hear(130, "r1.llp|tn|1:00.500", "r1|*|59000|")
    stage.hear(180, "r1|*in|0")
    stage.hear(190, "r1.llp|tn|1:00.100", "r1|*|59000|")
    stage.hear(240, "r1|*out|0")

    assert [stop.duration_ms for stop in settled(stage)] == [5_000, 60_000]


def test_a_lap_as_long_as_the_stop_is_its_exact_duration() -> None:
    stage = running(BARE)
    stage.hear(100, "r1|*in|0")
    stage.hear(160.4, "r1.llp|tn|1:00.166", "r1|*out|0")

    assert settled(stage) == [Stop("r1", at(100), at(160.4), 60_166, lap=1)]


def test_a_lap_that_closes_a_stop_tells_it_where_nothing_else_does() -> None:
    stage = running(BARE)
    stage.hear(100, "r1|*in|0")
    stage.hear(160.4, "r1.llp|tn|1:00.166")
    stage.hear(215, "r1.llp|tn|55.000", "r1|*|60000|")

    assert settled(stage) == [Stop("r1", at(100), at(160.4), 60_166, lap=1)]
    assert [lap.kind.value for lap in stage.laps] == ["lap", "pit", "lap"]


def test_the_feeds_clock_wins_over_frames_with_a_hole() -> None:
    stage = running()
    stage.hear(100, "r1.otr|to|00.", "r1|*in|0")
    stage.hear(130, "r1.otr|to|1:30.")
    stage.hear(130.5, "r1|*out|0")

    assert [stop.duration_ms for stop in settled(stage)] == [90_500]


def test_a_recorder_whose_clock_was_set_back_measures_nothing() -> None:
    stage = running(BARE)
    stage.hear(100, "r1|*in|0")
    stage.hear(40, "r1|*out|0")

    assert [stop.duration_ms for stop in settled(stage)] == [None]


def test_a_stop_whose_end_nobody_saw_has_no_duration() -> None:
    stage = running()
    stage.hear(100, "r1.otr|to|00.", "r1|*in|0")
    stage.hear(101, "r1.otr|to|01.")
    stage.show(400, {"r1": {"llp": "tn 2:00.000", "otr": "in 0:02"}})

    assert settled(stage) == [Stop("r1", at(100), at(400), None, lap=1)]


def test_a_table_during_a_stop_changes_nothing() -> None:
    stage = running()
    stage.hear(100, "r1.sta|si|", "r1.otr|to|00.", "r1|*in|0")
    stage.hear(129, "r1.otr|to|29.")
    stage.show(130, {"r1": {"sta": "ss ", "llp": "tn 1:00.000", "otr": "to 30."}})
    stage.hear(131, "r1.otr|to|31.")
    stage.hear(160, "r1.sta|so|", "r1|*out|0")

    assert [stop.duration_ms for stop in settled(stage)] == [60_000]


def test_a_clock_left_in_the_cell_after_the_stop_is_no_new_stop() -> None:
    stage = running()
    stage.hear(100, "r1.otr|to|00.", "r1|*in|0")
    stage.hear(160, "r1.otr|to|1:00.", "r1|*out|0")
    stage.show(175, {"r1": {"sta": "sr ", "llp": "tn 1:00.000", "otr": "to 1:00."}})

    assert stage.car().status is CarStatus.RUNNING
    assert len(settled(stage)) == 1


def test_a_car_that_was_in_before_anybody_looked_is_in_since_its_clock_says() -> None:
    stage = Stage()
    stage.show(0, {"r1": {"sta": "si ", "llp": "tn 1:00.000", "otr": "to 1:20."}})
    assert stage.car().in_pit_since == at(-80)
    stage.hear(20, "r1.sta|so|", "r1|*out|0")

    assert settled(stage) == [Stop("r1", at(-80), at(20), 100_000, lap=None)]


def test_a_stopped_car_runs_again_when_it_passes_the_line() -> None:
    stage = running()
    stage.hear(90, "r1.sta|ss|")
    assert stage.car().status is CarStatus.STOPPED
    stage.hear(180, "r1.llp|tn|1:50.000", "r1|*|60000|")

    assert stage.car().status is CarStatus.RUNNING


def test_a_car_in_the_pits_at_the_end_has_an_open_stop() -> None:
    stage = running()
    stage.hear(100, "r1.sta|sf|")
    stage.hear(120, "r1|*in|0")
    stage.close()

    assert stage.stops == [Stop("r1", at(120), lap=1)]
    assert stage.finals[0].cars[0].status is CarStatus.FINISHED


@pytest.mark.parametrize("again", ["r1|*in|0", "r1.sta|si|", "r1.otr|to|00."])
def test_a_second_signal_within_two_seconds_adds_nothing(again: str) -> None:
    stage = running()
    stage.hear(100, "r1|*in|0")
    stage.hear(101.5, again)
    stage.hear(160, "r1|*out|0")
    stage.hear(161.5, "r1.sta|so|")

    assert settled(stage) == [Stop("r1", at(100), at(160), 60_000, lap=1)]
