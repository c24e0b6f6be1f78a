"""The fold: one frozen board of everything that was said, and sessions that begin and end."""

from typing import get_args

from core.timing import events as said
from core.timing.board import _HANDLERS, BoardFold
from core.timing.car_events import CAR_HANDLERS
from core.timing.model import (
    Board,
    Car,
    CarStatus,
    Clock,
    ClockKind,
    Comment,
    Flag,
    Gap,
    Rank,
    SessionKind,
    TimedValue,
)
from tests.unit.timing.stage import NOON, Stage, at, table


def test_the_fold_answers_every_event() -> None:
    assert set(get_args(said.Event)) == set(_HANDLERS) | set(CAR_HANDLERS)
    assert set(get_args(said.CarEvent)) == set(CAR_HANDLERS)


def test_the_board_is_everything_that_was_said() -> None:
    types = (
        "sta",
        "rk",
        "no",
        "nat",
        "dr",
        "class",
        "s1",
        "s2",
        "llp",
        "blp",
        "gap",
        "int",
        "tlp",
        "otr",
        "pit",
        "spd",
    )
    stage = Stage(types=types)
    stage.show(
        0, {"r1": {"no": "notc65535 18", "dr": "dr Team 18", "class": "in PRO", "nat": "nat BEL", "spd": "in 66.1"}}
    )
    stage.hear(
        1, "dyn1|countdown|60000", "light|lg|", "msg||Green", "com||<p><b>12:00</b><span data-flag='x'></span>Go</p>"
    )
    stage.hear(2, "r1.dr|drteam|Driver 18A [0:01]", "r1.s1|tb|20.1", "r1|#|3", "r1|*||")
    stage.hear(
        62,
        "r1.llp|ti|1:00.000",
        "r1.blp|ib|1:00.000",
        "r1.gap|ib|1 Tour",
        "r1.int|in|0.500",
        "r1.tlp|in|1",
        "r1|*|60000|",
    )
    stage.hear(63, "r1.otr|in|0:01", "junk", "light|lz|", "r1.pit|in|0")

    board = stage.fold.snapshot()

    assert board == Board(
        seq=board.seq,
        at=at(63),
        alive_at=at(63),
        title="Cup – Race",
        track="Test",
        kind=SessionKind.RACE,
        flag=Flag.GREEN,
        clock=Clock(ClockKind.COUNTDOWN, at(1), 60_000),
        banner="Green",
        comments=(Comment("12:00", "", None, "Go"),),
        columns=(
            "status", "position", "number", "nation", "team", "driver", "category", "sectors", "last", "best", "gap",
            "interval", "laps", "stint_ms", "pits", "more",
        ),
        cars=(
            Car(
                source_id="r1",
                number="18",
                position=3,
                plate_colour="#FFFF00",
                team="Team 18",
                driver="Driver 18A",
                category="PRO",
                nation="BEL",
                laps=1,
                last=TimedValue(60_000, Rank.PERSONAL),
                best=TimedValue(60_000, Rank.NORMAL),
                sectors=(TimedValue(20_100, Rank.OVERALL), None),
                gap=Gap(laps=1),
                interval=Gap(ms=500),
                behind_ms=0,
                pits=0,
                status=CarStatus.RUNNING,
                stint_ms=60_000,
                crossed_at=at(62),
                more=(("spd", "66.1"),),
            ),
        ),
        unread=1,
        junk=1,
        novelties=1,
        session=1,
        layout=board.layout,
    )  # fmt: skip


def test_only_data_makes_the_board_younger() -> None:
    stage = Stage()
    stage.show(0, {"r1": {}})
    stage.hear(60, "")

    board = stage.fold.snapshot()

    assert (board.at, board.alive_at) == (at(0), at(60))


def test_every_change_counts() -> None:
    stage = Stage()
    stage.show(0, {"r1": {}})
    before = stage.fold.snapshot()

    stage.hear(1, "r1|#|1", "r1.gap|ib|0.100")

    assert stage.fold.snapshot().seq == before.seq + 2


def test_a_car_that_did_not_change_stays_the_same_object() -> None:
    stage = Stage()
    stage.show(0, {"r1": {}, "r2": {}})
    before = stage.fold.snapshot().cars
    stage.hear(1, "r2|#|1")

    after = stage.fold.snapshot().cars

    assert after[0] is before[0]
    assert after[1] is not before[1]


def test_no_live_timing_empties_the_board_and_the_session_goes_on_after_it() -> None:
    stage = Stage()
    stage.show(0, {"r1": {"llp": "tn 1:00.000"}})
    stage.hear(5, "init|n|", "track||")
    assert stage.fold.snapshot().cars == ()
    assert stage.fold.snapshot().kind is SessionKind.NONE

    stage.show(9, {"r1": {"llp": "tn 1:00.000"}})

    assert (stage.fold.snapshot().session, len(stage.fold.snapshot().cars)) == (1, 1)


def test_a_table_before_any_feed_session_is_said_is_empty() -> None:
    assert BoardFold().snapshot() == Board()


def test_a_feed_joined_in_mid_stream_has_a_session_without_a_name() -> None:
    stage = Stage()
    stage.hear(0, "r1.dr|dr|Team 1", "r1|#|1")

    assert (stage.car().team, stage.fold.snapshot().title) == ("Team 1", "")


def test_entries_that_come_and_go_do_not_end_a_session() -> None:
    stage = Stage()
    stage.show(0, {"r1": {"llp": "tn 1:00.000", "tlp": "in 5"}, "r2": {}})
    stage.show(9, {"r1": {"llp": "tn 1:00.000", "tlp": "in 5"}, "r3": {}})

    assert (stage.fold.snapshot().session, [car.source_id for car in stage.fold.snapshot().cars]) == (1, ["r1", "r3"])


def test_another_title_another_order_or_other_entries_are_another_session() -> None:
    stage = Stage()
    stage.show(0, {"r1": {}})
    stage.show(1, {"r1": {}}, title="Race 2")
    stage.show(2, {"r1": {}}, title="Race 2", kind="p")
    stage.show(3, {"r8": {}}, title="Race 2", kind="p")

    assert stage.fold.snapshot().session == 4
    assert [board.title for board in stage.finals] == ["Cup – Race", "Cup – Race 2", "Cup – Race 2"]


def test_laps_that_begin_again_are_another_session() -> None:
    stage = Stage()
    stage.show(0, {"r1": {"llp": "tn 1:00.000", "blp": "ib 59.000", "tlp": "in 12"}})
    stage.show(600, {"r1": {}})

    assert stage.fold.snapshot().session == 2
    assert stage.car().last is None


def test_green_after_the_finish_and_a_first_passing_begin_another_session() -> None:
    stage = Stage()
    stage.show(0, {"r1": {}, "r2": {}})
    stage.hear(10, "r1|*||", "r2|*||")
    stage.hear(70, "r1.llp|tn|1:00.000", "r1|*|1|", "r2.llp|tn|1:00.100", "r2|*|1|")
    stage.hear(90, "light|lf|", "r1.sta|sf|", "r2.sta|sf|")
    stage.hear(600, "light|lg|")
    assert stage.fold.snapshot().session == 1
    stage.hear(605, "r1|*||", "r2|*||")
    stage.hear(607, "r1|#|1")
    stage.hear(665, "r1.llp|tn|59.900", "r1|*|1|")

    assert stage.fold.snapshot().session == 2
    assert [(lap.lap, lap.lap_ms) for lap in stage.laps if lap.source_id == "r1"] == [(1, 60_000), (1, 59_900)]


def test_a_table_that_knows_the_laps_just_driven_names_the_session_that_began_without_one() -> None:
    stage = Stage()
    stage.show(0, {"r1": {}})
    stage.hear(70, "r1.llp|tn|1:00.000", "r1|*|1|")
    stage.hear(90, "light|lf|", "r1.sta|sf|")
    stage.hear(600, "light|lg|")
    stage.hear(605, "r1|*||")
    stage.hear(665, "r1.llp|tn|59.900", "r1|*|1|")
    stage.show(670, {"r1": {"llp": "tn 59.900"}}, title="Race 2")

    assert (stage.fold.snapshot().session, stage.fold.snapshot().title) == (2, "Cup – Race 2")


def test_a_chequered_flag_that_is_taken_back_ends_nothing() -> None:
    stage = Stage()
    stage.show(0, {"r1": {}})
    stage.hear(10, "r1|*||")
    stage.hear(70, "r1.llp|tn|1:00.000", "r1|*|1|")
    stage.hear(72, "light|lf|", "r1.sta|sf|")
    stage.hear(80, "light|lg|")
    stage.hear(130, "r1.llp|tn|1:00.200", "r1|*|1|")

    assert stage.fold.snapshot().session == 1
    assert stage.times() == [60_000, 60_200]


def test_completed_laps_are_handed_out_once() -> None:
    fold = BoardFold()
    source = Stage().source
    for seconds, frame in ((0, table({"r1": {}})), (10, "r1|*||"), (70, "r1c5|tn|1:00.000\nr1|*|1|")):
        fold.apply(source.feed(frame, at(seconds)))

    assert [len(harvest.laps) for harvest in fold.drain()] == [1]
    assert fold.drain() == ()


def test_the_moment_of_a_frame_is_the_feeds_and_not_ours() -> None:
    fold = BoardFold()
    fold.apply([said.Heard(NOON)])

    assert fold.snapshot().at == NOON
