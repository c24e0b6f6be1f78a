"""Recorders that slept, stalled, or joined in mid-stream: what must not be claimed, and what is still known."""

from core.timing.board import Harvest
from core.timing.model import Provenance
from tests.unit.timing.stage import Stage, at

HOUR_MS = 3_600_000
GAPS = ("rk", "no", "llp", "gap", "otr")
ROWS = {
    "r1": {"rk": " 1", "no": "no1 7", "llp": "tn 60.000", "gap": "in Lap 10"},
    "r2": {"rk": " 2", "no": "no1 8", "llp": "tn 61.000", "gap": "ib 1 Lap"},
    "r3": {"rk": " 3", "no": "no1 9", "llp": "tn 62.000", "gap": "ib 4.000"},
}


def clock(left_ms: int) -> str:
    return f"dyn1|countdown|{left_ms}"


def numbers(stage: Stage, source_id: str) -> list[tuple[int, Provenance]]:
    return [(lap.lap, lap.provenance) for lap in stage.laps if lap.source_id == source_id]


def stopped_clock() -> Stage:
    """A car whose pit clock stops after 40 s, and that is then found on the track."""
    stage = Stage(types=GAPS)
    stage.show(0, ROWS)
    stage.hear(5, clock(HOUR_MS), "r2.otr|to|00.")
    for second in range(1, 41):
        stage.hear(5 + second, f"r2.otr|to|{second:02}.")
    stage.hear(46, "r2.otr|in|0:00")
    stage.hear(60, "r1|#|1")
    return stage


def test_a_stop_that_only_its_clock_ended_waits_for_the_race_clock() -> None:
    stage = stopped_clock()
    told_before = list(stage.stops)
    stage.hear(61, clock(HOUR_MS - 56_000))
    stage.hear(62, "r1|#|1")

    [stop] = stage.stops
    assert (told_before, stop.duration_ms) == ([], 40_500)


def test_a_stop_whose_clock_stopped_when_the_recorder_slept_has_no_duration() -> None:
    stage = stopped_clock()
    stage.hear(61, clock(HOUR_MS // 2))

    [stop] = stage.stops
    assert stop.duration_ms is None


def test_a_race_clock_that_never_comes_is_not_waited_for_long() -> None:
    stage = stopped_clock()
    stage.hear(90, "r1|#|1")

    assert len(stage.stops) == 1


def slept() -> Stage:
    """Half an hour of sleep, and no table behind it."""
    stage = Stage(types=GAPS)
    stage.show(0, ROWS)
    stage.hear(1, clock(HOUR_MS))
    stage.hear(5, "r1.llp|tn|60.010", "r1|*|", "r2.llp|tn|61.010", "r2|*|", "r3.llp|tn|62.010", "r3|*|")
    stage.hear(10, clock(HOUR_MS // 2))
    stage.hear(20, "r1.llp|tn|60.100", "r1.gap|in|Lap 40", "r1|*|60000|")
    return stage


def test_after_a_sleep_a_gap_to_a_car_nobody_has_heard_of_since_tells_no_number() -> None:
    stage = slept()
    stage.hear(25, "r3.llp|tn|62.100", "r3.gap|ib|9.000", "r3|*|60000|")

    assert [provenance for _, provenance in numbers(stage, "r3")][1:] == [Provenance.COMPUTED]


def test_after_a_sleep_the_cells_of_a_car_itself_tell_its_number() -> None:
    stage = slept()
    stage.hear(25, "r2.llp|tn|61.100", "r2.gap|ib|3 Laps", "r2|*|60000|")

    assert numbers(stage, "r1")[1:] == [(40, Provenance.FEED)]
    assert numbers(stage, "r2")[1:] == [(37, Provenance.FEED)]


def test_a_guess_leaves_room_for_stops_so_that_the_feed_can_correct_it() -> None:
    stage = slept()
    stage.hear(25, "r2.llp|tn|61.100", "r2.gap|ib|9.000", "r2|*|60000|")
    stage.hear(86, "r2.llp|tn|61.200", "r2.gap|ib|2 Laps", "r2|*|60000|")

    _, (guess, _), told = numbers(stage, "r2")
    assert 30 < guess < 38
    assert told == (38, Provenance.FEED)


def test_laps_of_a_feed_joined_in_mid_stream_have_numbers_that_nobody_told() -> None:
    stage = Stage(types=GAPS)
    stage.hear(0, "r1.llp|tn|60.000", "r1|*|60000|")
    stage.hear(60, "r1.llp|tn|60.100", "r1|*|60000|")

    assert {provenance for _, provenance in numbers(stage, "r1")} == {Provenance.COMPUTED}


def test_the_first_table_of_a_feed_joined_in_mid_stream_is_of_the_same_session() -> None:
    stage = Stage(types=GAPS)
    stage.hear(0, "r1.llp|tn|59.000", "r1|*|60000|")
    stage.hear(60, "r1.llp|tn|60.000", "r1|*|60000|")
    stage.show(70, {"r1": ROWS["r1"]})
    stage.hear(120, "r1.llp|tn|60.200", "r1.gap|in|Lap 11", "r1|*|60000|")
    stage.close()

    assert len(stage.finals) == 1
    assert stage.finals[0].title == "Cup – Race"
    assert numbers(stage, "r1")[-1] == (11, Provenance.FEED)
    assert stage.laps[-1].at == at(120)


def test_a_time_that_comes_behind_its_passing_leaves_laps_unseen_too() -> None:
    stage = Stage(types=("no", "llp"))
    stage.show(0, {"r1": {"no": "no1 7"}})
    stage.hear(10, "r1|*||")
    stage.hear(70, "r1.llp|tn|60.000", "r1|*|60000|")
    stage.hear(490, "r1|*|60000|")
    stage.hear(490.4, "r1.llp|tn|60.500")

    assert numbers(stage, "r1") == [(1, Provenance.FEED), (8, Provenance.COMPUTED)]


def overdue(*, is_handed_out: bool) -> Harvest:
    """The second lap's time comes 1.6 s late; its passing was taken for the first lap driven again."""
    stage = Stage(types=("no", "llp"))
    stage.show(0, {"r1": {"no": "no1 7"}})
    frames = [(10.0, "r1|*||"), (70.0, "r1c2|tn|60.000\nr1|*|60000|"), (130.5, "r1|*|60000|"), (131.7, "r2|#|2")]
    for second, frame in [*frames, (132.1, "r1c2|tn|1:00.500"), (192.5, "r1c2|tn|1:02.000\nr1|*|60000|")]:
        stage.fold.apply(stage.source.feed(frame, at(second)))
        if is_handed_out and second == 131.7:
            stage.fold.drain()
    [harvest] = stage.fold.drain()
    return harvest


def test_a_time_that_comes_when_nobody_waits_for_it_any_more_replaces_the_one_before() -> None:
    harvest = overdue(is_handed_out=False)

    assert [lap.lap_ms for lap in harvest.laps] == [60_000, 60_500, 62_000]


def test_a_lap_that_was_handed_out_before_its_time_came_is_corrected() -> None:
    harvest = overdue(is_handed_out=True)

    assert [(lap.lap, lap.lap_ms) for lap in harvest.corrected] == [(2, 60_500)]
    assert [lap.lap_ms for lap in harvest.laps] == [62_000]


def test_a_passing_that_was_no_lap_is_one_when_its_time_comes_after_all() -> None:
    stage = Stage(types=("no", "llp"))
    stage.show(0, {"r1": {"no": "no1 7"}})
    stage.hear(10, "r1|*||")
    stage.hear(70, "r1.llp|tn|60.000", "r1|*|60000|")
    stage.hear(140, "r1|*|60000|")
    stage.hear(141.2, "r2|#|2")
    stage.hear(141.6, "r1.llp|tn|1:10.000")
    stage.close()

    assert [(lap.lap_ms, lap.at) for lap in stage.laps][1:] == [(70_000, at(140))]


def test_the_first_passing_behind_a_table_is_a_lap_when_its_time_comes_after_all() -> None:
    stage = Stage(types=("no", "llp"))
    stage.show(0, {"r1": {"no": "no1 7", "llp": "tn 60.000"}})
    stage.hear(40, "r1|*|60000|")
    stage.hear(41.2, "r2|#|2")
    stage.hear(41.6, "r1.llp|tn|1:00.500")
    stage.close()

    assert stage.times() == [60_500]
