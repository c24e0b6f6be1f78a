"""SMS-Timing state by state: laps from growing counts, heats, clocks, and states that are damaged."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.timing.board import BoardFold
from core.timing.events import ClockShown
from core.timing.model import Board, CarStatus, ClockKind, Flag, Gap, Rank, SessionKind
from core.timing.sources.sms_timing import SmsTiming
from core.timing.wire import board_from_json, board_to_json
from tests.unit.timing.stage import NOON, at


def driver(kart: int = 1, **fields: object) -> dict[str, object]:
    plain = {"P": kart, "K": str(kart), "N": f"Driver {kart}", "L": 0, "T": 0, "B": 0, "A": 0, "G": "", "D": 100 + kart}
    return plain | {"LP": 0, "R": 5, "M": 0} | fields


def state(*drivers: dict[str, object], **fields: object) -> str:
    plain = {"T": 1000, "CE": 1, "CS": 1, "C": 60_000, "N": "Heat 1", "E": 1, "R": 0, "L": 0, "S": 1, "EM": 0}
    return json.dumps(plain | fields | {"D": list(drivers)})


class Heat:
    def __init__(self) -> None:
        self.source, self.fold = SmsTiming(), BoardFold()
        self.clocks = 0

    def hear(self, seconds: float, text: str) -> Board:
        events = self.source.feed(text, at(seconds))
        self.clocks += sum(isinstance(event, ClockShown) for event in events)
        self.fold.apply(events)
        return self.fold.snapshot()

    def laps(self) -> list[tuple[str, int, int | None]]:
        return [(lap.source_id, lap.lap, lap.lap_ms) for harvest in self.fold.drain() for lap in harvest.laps]


def test_a_count_that_grows_is_a_lap() -> None:
    heat = Heat()
    heat.hear(0, state(driver(L=0)))

    heat.hear(60, state(driver(L=1, T=59_938, B=59_938)))
    board = heat.hear(61, state(driver(L=1, T=59_938, B=59_938), C=59_000))

    assert heat.laps() == [("101", 1, 59_938)]
    assert board.cars[0].last is not None
    assert (board.cars[0].last.ms, board.cars[0].last.rank, board.cars[0].laps) == (59_938, Rank.OVERALL, 1)


def test_a_heat_that_is_joined_late_has_no_laps_of_before() -> None:
    heat = Heat()

    board = heat.hear(0, state(driver(L=6, T=64_740, B=59_227), driver(2, L=6, T=65_428, G="+01.265")))

    assert heat.laps() == []
    assert [(car.laps, car.last and car.last.ms, car.gap) for car in board.cars] == [
        (6, 64_740, None),
        (6, 65_428, Gap(ms=1265)),
    ]


def test_of_laps_that_came_at_once_only_the_last_has_a_time() -> None:
    heat = Heat()
    heat.hear(0, state(driver(L=3, T=60_000)))

    heat.hear(130, state(driver(L=5, T=61_000)))

    assert heat.laps() == [("101", 5, 61_000)]


def test_another_start_is_another_heat() -> None:
    heat = Heat()
    heat.hear(0, state(driver(L=6, T=64_740)))

    board = heat.hear(100, state(driver(9, L=0), T=2000, N="Heat 2"))
    assert (board.session, board.title, [car.number for car in board.cars]) == (2, "Heat 2", ["9"])

    heat.hear(160, state(driver(9, L=1, T=60_000), driver(8, L=1, T=60_100), T=2000, N="Heat 2"))
    assert sorted(heat.laps()) == [("108", 1, 60_100), ("109", 1, 60_000)]


def test_laps_that_start_over_are_another_heat() -> None:
    heat = Heat()
    heat.hear(0, state(driver(L=2, T=60_000)))

    assert heat.hear(10, state(driver(L=0))).session == 2


def test_a_driver_who_is_gone_is_not_in_the_table() -> None:
    heat = Heat()
    heat.hear(0, state(driver(1), driver(2)))

    board = heat.hear(1, state(driver(2)))

    assert [car.number for car in board.cars] == ["2"]


@pytest.mark.parametrize(
    ("phase", "flag"), [(0, None), (1, Flag.GREEN), (2, Flag.RED), (3, Flag.CHEQUERED), (4, Flag.CHEQUERED)]
)
def test_phases(phase: int, flag: Flag | None) -> None:
    assert Heat().hear(0, state(driver(), S=phase)).flag is flag


def test_a_lap_behind_the_flag_finishes_the_kart() -> None:
    heat = Heat()
    heat.hear(0, state(driver(L=1)))

    assert heat.hear(60, state(driver(L=2, T=60_000), S=3)).cars[0].status is CarStatus.FINISHED


@pytest.mark.parametrize(
    ("fields", "kind", "ms", "text"),
    [
        ({"C": 439_916}, ClockKind.COUNTDOWN, 439_916, None),
        ({"C": 439_916, "CS": 0}, ClockKind.TEXT, None, "7:19"),
        ({"E": 2, "L": 5}, ClockKind.TEXT, None, "5 laps to go"),
    ],
)
def test_clocks(fields: dict[str, object], kind: ClockKind, ms: int | None, text: str | None) -> None:
    clock = Heat().hear(0, state(driver(), **fields)).clock

    assert clock is not None
    assert (clock.kind, clock.ms, clock.text) == (kind, ms, text)


def test_a_clock_that_runs_is_told_every_half_minute() -> None:
    heat = Heat()
    for second in range(40):
        heat.hear(second, state(driver(), C=600_000 - 1000 * second))

    assert heat.clocks == 2


def test_the_order_by_best_time_is_told() -> None:
    heat = Heat()
    assert heat.hear(0, state(driver(), R=0)).kind is SessionKind.RACE
    assert heat.hear(1, state(driver(), R=1)).kind is SessionKind.BEST_TIME


def test_names_may_be_in_any_script_but_not_in_several_lines() -> None:
    board = Heat().hear(0, state(driver(N="Мишаня\n \u202e司机"), driver(2, N="half \ud800")))

    assert [car.driver for car in board.cars] == ["Мишаня 司机", "half ?"]
    assert board_from_json(board_to_json(board)) == board


def test_idle_keeps_what_stood() -> None:
    heat = Heat()
    before = heat.hear(0, state(driver(L=3)))

    after = heat.hear(5, "{}")

    assert (after.cars, after.at, after.alive_at) == (before.cars, at(0), at(5))


@pytest.mark.parametrize(
    ("text", "unread", "junk", "novelties"),
    [
        ('{"T":1773951300,"CE":1,"D":[{"LP":0,', 1, 0, 0),
        ("{" * 100_000, 1, 0, 0),
        ("[" * 100_000, 0, 1, 0),
        ('{"jsonrpc":"2.0","method":"x"}', 0, 1, 0),
        ("GET / HTTP/1.1", 0, 1, 0),
        (state(driver(XX=1), YY=2), 0, 0, 2),
        (state(driver(L=True, T="x", P=-1, B=1e400, K=[], G=7, D={})), 0, 0, 0),
        (state(driver(), D="none"), 0, 0, 0),
    ],
    ids=range(8),
)
def test_damaged_states(text: str, unread: int, junk: int, novelties: int) -> None:
    board = Heat().hear(0, text)

    assert (board.unread, board.junk, board.novelties) == (unread, junk, novelties)


def test_a_field_nobody_knows_is_told_once() -> None:
    heat = Heat()
    heat.hear(0, state(driver(), YY=1))

    assert heat.hear(1, state(driver(), YY=2)).novelties == 1


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(alphabet=st.characters(), max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("TLDPKN"), inner, max_size=3),
    max_leaves=6,
)
STATES = st.fixed_dictionaries(
    {
        "CE": VALUES,
        "CS": VALUES,
        "D": VALUES | st.lists(st.dictionaries(st.sampled_from("PKNLTBGD"), VALUES), max_size=3),
    },
    optional=dict.fromkeys("TCNELRS", VALUES),
)


@given(st.lists(STATES.map(json.dumps) | st.text(), max_size=6))
def test_no_frame_can_break_the_source_or_the_fold(frames: list[str]) -> None:
    source, fold = SmsTiming(), BoardFold()
    for second, frame in enumerate(frames):
        fold.apply(source.feed(frame, NOON + timedelta(seconds=second)))

    board = fold.snapshot()
    assert board_from_json(board_to_json(board)) == board
