"""RMonitor record by record: what each says, and the traps of real boxes."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.timing import events as said
from core.timing.board import BoardFold
from core.timing.model import Board, Car, CarStatus, ClockKind, Flag, Gap, LapKind, Provenance, SessionKind
from core.timing.sources.rmonitor import RMonitor
from core.timing.sources.rmonitor.texts import lap_ms, number, time_ms
from core.timing.wire import board_from_json, board_to_json
from tests.unit.timing.stage import NOON, at

ENTRY = '$A,"7","7",1,"Team 7","","",1'
GREEN = '$F,9999,"00:10:00","12:00:00","00:00:00","Green "'


class Box:
    """A source and its fold, fed line by line."""

    def __init__(self, *lines: str) -> None:
        self.source, self.fold = RMonitor(), BoardFold()
        self.events: list[said.Event] = []
        self.hear(0, *lines)

    def hear(self, seconds: float, *lines: str) -> None:
        told = self.source.feed("\r\n".join(lines) + "\r\n", at(seconds))
        self.events += told
        self.fold.apply(told)

    def wait(self, seconds: float, beats: int = 4) -> None:
        for beat in range(beats):
            self.hear(seconds + beat, GREEN)

    @property
    def board(self) -> Board:
        return self.fold.snapshot()

    def car(self, source_id: str = "7") -> Car:
        return next(car for car in self.board.cars if car.source_id == source_id)

    def laps(self) -> list[tuple[int, int | None]]:
        return [(lap.lap, lap.lap_ms) for harvest in self.fold.drain() for lap in harvest.laps]


@pytest.mark.parametrize(
    ("text", "ms"),
    [('"00:01:02.345"', 62_345), ("00:00:20.5", 20_500), ('"08:00:00"', 28_800_000), ('"00:00:-47"', None), ("", None)],
)
def test_times(text: str, ms: int | None) -> None:
    assert time_ms(text) == ms


@pytest.mark.parametrize("text", ['"00:59:59.999"', '"00:00:00.000"', "soon", "²"])
def test_a_lap_that_is_none_has_no_time(text: str) -> None:
    assert lap_ms(text) is None


@pytest.mark.parametrize(("text", "value"), [("17", 17), ('"-3"', -3), ("", None), ("9" * 10, None), ("²", None)])
def test_counts(text: str, value: int | None) -> None:
    assert number(text) == value


def test_a_passing_and_its_standing_make_a_lap() -> None:
    box = Box(ENTRY, '$J,"7","00:00:00.000","00:00:05.000"', '$G,1,"7",,"00:00:05.000"')

    box.hear(60, '$J,"7","00:01:00.000","00:01:05.000"', '$G,1,"7",1,"00:01:05.000"', '$H,1,"7",1,"00:01:00.000"')

    assert box.laps() == [(1, 60_000)]
    car = box.car()
    assert (car.laps, car.position, car.best and car.best.ms, car.last and car.last.ms) == (1, 1, 60_000, 60_000)


def test_a_lap_is_told_once_however_often_it_is_refreshed() -> None:
    lap = ('$J,"7","00:01:00.000","00:01:05.000"', '$G,1,"7",1,"00:01:05.000"')
    box = Box(ENTRY, *lap)

    for second in range(5):
        box.hear(second, '$I, "00:00:00", "0/0/0000"', ENTRY, '$G,3,"7",,"00:00:00.000"', '$G,1,"7",1,"00:01:05.000"')

    assert box.laps() == [(1, 60_000)]


def test_a_passing_after_the_finish_is_no_lap_until_officials_count_it() -> None:
    box = Box(ENTRY, '$J,"7","00:01:00.000","00:01:05.000"', '$G,1,"7",1,"00:01:05.000"')
    box.hear(60, '$J,"7","00:01:01.000","00:01:05.000"', '$G,1,"7",1,"00:01:05.000"')
    box.wait(61)
    assert box.laps() == [(1, 60_000)]

    box.hear(70, '$G,1,"7",2,"00:02:06.000"')

    assert box.laps() == [(2, 61_000)]


def test_the_light_barrier_corrects_the_lap_of_the_transponder() -> None:
    box = Box(ENTRY, '$J,"7","00:01:00.003","00:01:05.003"', '$G,1,"7",1,"00:01:05.003"')

    box.hear(1, '$J,"7","00:01:00.000","00:01:05.000"', '$G,1,"7",1,"00:01:05.000"')

    assert box.laps() == [(1, 60_000)]


def test_an_edited_passing_of_long_ago_is_no_lap() -> None:
    box = Box(ENTRY, '$G,1,"7",20,"00:20:00.000"', '$J,"7","00:01:00.000","00:03:00.000"')

    box.wait(1)

    assert box.laps() == []


def test_a_lap_whose_passing_never_came_is_computed() -> None:
    box = Box(ENTRY, '$J,"7","00:01:00.000","00:01:05.000"', '$G,1,"7",1,"00:01:05.000"', '$G,1,"7",2,"00:02:04.000"')

    box.wait(1)

    (harvest,) = box.fold.drain()
    assert [(lap.lap_ms, lap.provenance) for lap in harvest.laps] == [
        (60_000, Provenance.FEED),
        (59_000, Provenance.COMPUTED),
    ]


def test_a_lap_that_was_lost_between_two_is_computed() -> None:
    box = Box(ENTRY, '$J,"7","00:01:00.000","00:01:05.000"', '$G,1,"7",1,"00:01:05.000"')

    box.hear(9, '$J,"7","00:01:02.000","00:03:10.000"', '$G,1,"7",3,"00:03:10.000"')

    assert box.laps() == [(1, 60_000), (2, 63_000), (3, 62_000)]


def test_a_deducted_lap_is_not_driven_again() -> None:
    box = Box(ENTRY, '$J,"7","00:01:00.000","00:01:05.000"', '$G,1,"7",1,"00:01:05.000"')
    box.hear(9, '$G,2,"7",-1,"00:01:05.000"')

    box.hear(60, '$J,"7","00:01:02.000","00:02:07.000"', '$G,2,"7",,"00:02:07.000"')

    assert box.laps() == [(1, 60_000), (2, 62_000)]
    assert box.car().laps == 0


@pytest.mark.parametrize(
    ("text", "flag"),
    [("Green ", Flag.GREEN), ("RED ", Flag.RED), ("Finish", Flag.CHEQUERED), ("yellow", Flag.YELLOW), ("      ", None)],
)
def test_a_flag_has_any_width_and_case(text: str, flag: Flag | None) -> None:
    box = Box(f'$F,9999,"00:10:00","12:00:00","00:00:00","{text}"')

    assert box.board.flag is flag


def test_a_flag_nobody_has_told_us_about_is_a_novelty() -> None:
    assert Box('$F,9999,"00:10:00","12:00:00","00:00:00","Purple"').board.novelties == 1


@pytest.mark.parametrize(
    ("beat", "kind", "text"),
    [
        ('$F,9999,"00:10:00","12:00:00","00:00:01","Green "', ClockKind.COUNTDOWN, None),
        ('$F,9999,"00:00:00","12:00:00","00:00:01","Green "', ClockKind.COUNT_UP, None),
        ('$F,14,"00:00:00","12:00:00","00:00:01","Green "', ClockKind.TEXT, "14 laps to go"),
        ('$F,9999,"08:00:47","12:00:00","00:00:-47","      "', ClockKind.TEXT, "08:00:47"),
    ],
)
def test_the_clock(beat: str, kind: ClockKind, text: str | None) -> None:
    clock = Box(beat).board.clock

    assert clock is not None
    assert (clock.kind, clock.text) == (kind, text)


def test_a_clock_that_runs_as_it_was_told_is_not_told_again() -> None:
    box = Box()
    for second in range(25):
        box.hear(second, f'$F,9999,"00:09:{59 - second:02}","12:00:00","00:00:{second:02}","Green "')

    assert sum(isinstance(event, said.ClockShown) for event in box.events) == 1


def test_a_clock_that_stands_is_told_as_a_text() -> None:
    box = Box()
    for second in range(4):
        box.hear(second, '$F,9999,"00:09:59","12:00:00","00:00:01","Red   "')

    assert box.board.clock is not None
    assert box.board.clock.text == "00:09:59"


def test_another_run_is_another_session_and_the_same_run_is_not() -> None:
    box = Box('$B,5,"Race A"', ENTRY, '$J,"7","00:01:00.000","00:01:05.000"', '$G,1,"7",1,"00:01:05.000"')
    box.hear(1, '$B,5,"Race A"')
    assert box.board.session == 1

    box.hear(2, '$B,6,"Race B"', '$G,1,"7",,"00:00:00.000"')

    assert (box.board.session, box.board.title) == (2, "Race B")
    assert (box.car().team, box.car().laps) == ("Team 7", None)


def test_what_is_listed_after_a_run_belongs_to_the_next() -> None:
    other = '$A,"9","9",1,"Team 9","","",1'
    box = Box('$B,5,"Race A"', ENTRY, '$J,"7","00:01:00.000","00:01:05.000"', '$G,1,"7",1,"00:01:05.000"')
    box.hear(1, '$B,95,"Race A"')
    assert (box.board.session, box.board.title, len(box.board.cars)) == (1, "Race A", 1)

    box.hear(2, '$B,95,"Race B"', '$I,"10:03:08","27 Jan 09"', other)

    assert (box.board.session, box.board.title) == (2, "Race B")
    assert [car.source_id for car in box.board.cars] == ["9"]


def test_after_a_reset_only_those_told_again_are_in_the_table() -> None:
    other = '$A,"9","9",1,"Team 9","","",1'
    box = Box('$B,5,"Race"', ENTRY, other, '$J,"7","00:01:00.000","00:01:05.000"', '$G,1,"7",1,"00:01:05.000"')

    box.hear(
        1, '$I,"10:03:08","27 Jan 09"', ENTRY, '$B,5,"Race"', '$G,1,"7",1,"00:01:05.000"', '$G,1,"7",1,"00:01:06.0"'
    )
    assert [car.source_id for car in box.board.cars] == ["7"]

    box.hear(2, other, '$G,2,"9",,"00:00:00.000"')
    assert [car.source_id for car in box.board.cars] == ["7", "9"]


def test_a_lone_reset_without_a_date_changes_nothing() -> None:
    box = Box(ENTRY, '$G,1,"7",4,"00:04:00.000"')

    box.hear(1, '$I, "00:00:00", "0/0/0000"')
    box.wait(2, 20)

    assert box.car().laps == 4


@pytest.mark.parametrize(
    ("lines", "kind", "position"),
    [
        (('$G,3,"7",,"00:00:00.000"', '$H,1,"7",1,"00:01:00.000"', GREEN), SessionKind.RACE, 3),
        (('$H,1,"7",1,"00:01:00.000"', GREEN), SessionKind.BEST_TIME, 1),
        (('$B,5,"Qualifying 2"', '$G,3,"7",,"00:00:00.0"', '$H,1,"7",1,"00:01:00"'), SessionKind.BEST_TIME, 1),
        (('$RMS,"qualifying"', '$G,3,"7",,"00:00:00.0"', '$H,1,"7",1,"00:01:00"'), SessionKind.BEST_TIME, 1),
        (('$B,5,"Qualifying race"', '$RMS,"race"', '$G,3,"7",,"00:00:00.0"'), SessionKind.RACE, 3),
    ],
)
def test_which_order_rules(lines: tuple[str, ...], kind: SessionKind, position: int) -> None:
    box = Box(ENTRY, *lines)

    assert (box.board.kind, box.car().position) == (kind, position)


@pytest.mark.parametrize(
    ("name", "team", "driver", "more"),
    [
        ('"Owen","Kraft","GER"', None, "Owen Kraft", ()),
        ('"Team 7","",""', "Team 7", None, ()),
        ('"Team 7","1999 Car (Red, White)",""', "Team 7", None, (("Car", "1999 Car (Red, White)"),)),
        ('"Team 7","","Car 5"', "Team 7", None, (("Car", "Car 5"),)),
    ],
)
def test_names(name: str, team: str | None, driver: str | None, more: tuple[tuple[str, str], ...]) -> None:
    car = Box(f'$A,"7","77",NE4,{name},1', '$C,1,"GT"').car()

    assert (car.number, car.team, car.driver, car.more, car.category) == ("77", team, driver, more, "GT")


def test_a_competitor_record_names_the_drivers_team_and_a_car_that_is_out() -> None:
    car = Box('$COMP,"7","7",1,"Ann","Other","Retired","Team 7"').car()

    assert (car.driver, car.team, car.status) == ("Ann Other", "Team 7", CarStatus.STOPPED)


def test_quotes_that_hold_a_line_break_even_between_frames() -> None:
    box = Box('$COMP,"7","7",1,"Team', '7","","",""')
    assert box.car().team == "Team 7"

    box.hear(1, '$COMP,"9","9",1,"Team')
    box.hear(2, '9","","",""', GREEN)

    assert (box.car("9").team, box.board.junk, box.board.unread) == ("Team 9", 0, 0)


def test_quotes_that_are_never_closed_cost_only_their_line() -> None:
    box = Box('$COMP,"7","7",1,"Team 7', '$G,2,"7",3,"00:03:00.000"')

    assert (box.car().team, box.car().laps, box.board.unread) == ("Team 7", 3, 0)


def test_blanks_and_a_byte_order_mark_do_no_harm() -> None:
    box = Box('\ufeff$A, "7", "7", 1, "Team 7", "", "", 1', '$G, 1, "7", 4, "00:04:00.000"')

    assert (box.car().laps, box.board.unread, box.board.junk) == (4, 0, 0)


def test_the_photo_finish_corrects_a_total() -> None:
    box = Box(ENTRY, '$G,1,"7",4,"00:04:00.000"', '$COR,"7","7",5,"00:05:00.010","+00:00:00.010"')

    assert box.car().laps == 5


def test_the_pit_lane_is_told_by_its_crossings() -> None:
    """The loop of the way out also hears cars beside it on the track."""
    box = Box(ENTRY, '$L,"7","P2","POP","01/27/2009","08:00:00.0"')
    assert box.car().status is CarStatus.RUNNING
    box.hear(10, '$L,"7","P3","PIP","01/27/2009","08:00:10.0",1,"GT"')
    assert box.car().status is CarStatus.IN_PIT

    box.hear(40, '$L,"7","P1","SFP","01/27/2009","08:00:40.0"')
    box.hear(50, '$L,"7","P2","POP","01/27/2009","08:00:50.0"')
    box.wait(60)

    (stop,) = [stop for harvest in box.fold.drain() for stop in harvest.stops]
    assert (stop.duration_ms, box.car().pits) == (40_000, 1)


def test_history_fills_a_hole_and_adds_nothing_to_what_is_known() -> None:
    box = Box(ENTRY, '$J,"7","00:01:00.000","00:02:05.000"', '$G,1,"7",2,"00:02:05.000"')

    box.hear(1, '$RMHL,"7","2","1","00:01:00.000","Green ","00:02:05.000"')
    box.hear(1, '$RMHL,"7","1","1","00:01:05.000","Yellow","00:01:05.000"')

    history = [event for event in box.events if isinstance(event, said.LapTold)][1:]
    assert history == [
        said.LapTold("7", 65_000, 1, 65_000, Flag.YELLOW, LapKind.LAP, Provenance.BACK_FILLED, corrects=False)
    ]


def test_a_lap_the_relay_tells_with_its_passing_needs_no_standing() -> None:
    box = Box(ENTRY, '$J,"7","00:01:00.000","00:02:05.000"', '$RMHL,"7","2","1","00:01:00.000","","00:02:05.000"')

    box.wait(1)

    assert box.laps() == [(2, 60_000)]


def test_the_gap_is_measured_at_the_line() -> None:
    box = Box(ENTRY, '$A,"9","9",1,"Team 9","","",1', '$G,1,"7",2,"00:02:00.000"', '$G,2,"9",2,"00:02:01.500"')
    assert box.car("9").gap == Gap(ms=1500)

    box.hear(60, '$G,1,"7",3,"00:03:00.000"', '$G,2,"9",2,"00:02:01.600"')

    assert box.car("9").gap == Gap(laps=1)


def test_a_finish_that_is_taken_back_lets_the_cars_run_on() -> None:
    finish = '$F,9999,"00:00:00","12:00:00","00:10:00","Finish"'
    box = Box(ENTRY, finish, '$J,"7","00:01:00.000","00:01:05.000"', '$G,1,"7",1,"00:01:05.000"')
    assert box.car().status is CarStatus.FINISHED

    box.hear(1, GREEN)

    assert box.car().status is CarStatus.RUNNING


@pytest.mark.parametrize(
    ("line", "unread", "junk", "novelties"),
    [
        ("GET / HTTP/1.1", 0, 1, 0),
        ("\x16\x03\x01", 0, 1, 0),
        ("$X,1,2", 0, 0, 1),
        ("$T,1,2", 0, 0, 0),
        ('$G,1,"7"', 1, 0, 0),
        ('$G,1,"7",2,"soon"', 1, 0, 0),
        ('$J,"","00:01:00","00:02:00"', 1, 0, 0),
        ("$A," + "x" * 2000, 1, 0, 0),
    ],
)
def test_what_cannot_be_read_is_counted_by_its_kind(line: str, unread: int, junk: int, novelties: int) -> None:
    board = Box(line).board

    assert (board.unread, board.junk, board.novelties) == (unread, junk, novelties)


def test_no_feed_fills_the_memory_with_entries() -> None:
    box = Box(*(f'$A,"{number}","{number}",1,"Team","","",1' for number in range(1500)))

    assert (len(box.board.cars), box.board.unread) == (1000, 500)


COMMANDS = st.sampled_from("$F $A $COMP $B $C $E $G $H $I $J $COR $L $T $RMS $RMHL $RMLT $X".split())  # noqa: SIM905
FIELDS = st.one_of(
    st.sampled_from(['"7"', "7", "", '"00:01:00.000"', '"Green "', '"a, b"', '"open', "-3", '"95"', "9999"]),
    st.text(max_size=12),
)
LINES = st.one_of(st.builds(lambda command, rest: ",".join([command, *rest]), COMMANDS, st.lists(FIELDS)), st.text())


@given(st.lists(st.lists(LINES, max_size=6).map("\n".join), max_size=8))
def test_no_frame_can_break_the_source_or_the_fold(frames: list[str]) -> None:
    source, fold = RMonitor(), BoardFold()
    for second, frame in enumerate(frames):
        fold.apply(source.feed(frame, NOON + timedelta(seconds=second)))
    fold.close()

    for harvest in fold.drain():
        assert harvest.final is not None
        assert board_from_json(board_to_json(harvest.final)) == harvest.final
