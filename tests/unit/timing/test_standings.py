"""Standings are the feed's order moved by the penalties in force, and by nothing else."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.penalties.model import Act, Penalty, PenaltyState, PenaltyType
from core.timing.model import Board, Car, Gap, Rank, SessionKind, TimedValue
from core.timing.standings import Standing, classify, mark

NOON = datetime(2026, 3, 7, 12, 0, tzinfo=UTC)

FIELD = (
    Car("r1", "1", laps=20, crossed_at=NOON),
    Car("r2", "2", laps=20, gap=Gap(ms=3_000), interval=Gap(ms=3_000)),
    Car("r3", "3", laps=20, gap=Gap(ms=9_000), interval=Gap(ms=6_000)),
    Car("r4", "4", laps=19, gap=Gap(laps=1), interval=Gap(laps=1)),
    Car("r5", "5", laps=19, gap=Gap(laps=1), interval=Gap(ms=2_000)),
    Car("r6", "6", laps=18, gap=Gap(laps=2), interval=Gap(laps=1)),
)
RACE = Board(kind=SessionKind.RACE, cars=FIELD)


def penalty(
    kart: str,
    kind: PenaltyType = PenaltyType.TIME,
    *,
    seconds: int | Decimal | None = None,
    laps: int | None = None,
    state: PenaltyState = PenaltyState.ISSUED,
) -> Penalty:
    act = Act(NOON, "somebody")
    return Penalty("1/decision", 1, kart, "code", kind, "A label", state, act, seconds=seconds, laps=laps)


def disqualified(kart: str) -> Penalty:
    return penalty(kart, PenaltyType.DISQUALIFICATION)


def order(*penalties: Penalty, board: Board = RACE) -> str:
    return "".join(standing.car.number for standing in classify(board, penalties))


def of(number: str, *penalties: Penalty, board: Board = RACE) -> Standing:
    return next(standing for standing in classify(board, penalties) if standing.car.number == number)


def test_without_penalties_the_feed_stands() -> None:
    standings = classify(RACE, ())

    assert [standing.position for standing in standings] == [1, 2, 3, 4, 5, 6]
    assert [standing.car for standing in standings] == list(FIELD)
    assert [standing.gap for standing in standings] == [car.gap for car in FIELD]
    assert [standing.interval for standing in standings] == [car.interval for car in FIELD]


def test_the_feeds_positions_count_and_not_the_order_of_its_rows() -> None:
    positions = {"1": 2, "2": 1, "3": 4, "4": 3, "5": None, "6": 5}
    rows = tuple(replace(car, position=positions[car.number], gap=None, interval=None) for car in FIELD)

    assert order(board=replace(RACE, cars=rows)) == "214365"
    assert order(board=replace(RACE, cars=rows, kind=SessionKind.BEST_TIME)) == "214365"


def test_the_gap_of_a_lapped_car_is_in_laps_though_the_feed_counts_from_the_first_of_its_lap() -> None:
    lapped = replace(FIELD[4], gap=Gap(ms=2_000))
    standings = classify(replace(RACE, cars=(*FIELD[:4], lapped)), ())

    assert [standing.gap for standing in standings[3:]] == [Gap(laps=1), Gap(laps=1)]
    assert standings[4].interval == Gap(ms=2_000)


TIMED = replace(
    RACE, cars=tuple(replace(car, behind_ms=at * 30_000 if at < 5 else None) for at, car in enumerate(FIELD))
)


def test_behind_in_seconds_is_known_of_a_lapped_car_too() -> None:
    assert [standing.behind_ms for standing in classify(TIMED, ())] == [0, 30_000, 60_000, 90_000, 120_000, None]


def test_behind_in_seconds_moves_with_penalties_of_time() -> None:
    leader = [penalty("1", seconds=2)]

    assert of("4", penalty("4", seconds=5), board=TIMED).behind_ms == 95_000
    assert of("1", *leader, board=TIMED).behind_ms == 0
    assert of("4", *leader, board=TIMED).behind_ms == 88_000
    assert of("4", penalty("4", PenaltyType.LAP, laps=1), board=TIMED).behind_ms is None


@pytest.mark.parametrize(
    ("penalties", "expected"),
    [
        ([penalty("1", seconds=2)], "123456"),
        ([penalty("1", seconds=5)], "213456"),
        ([penalty("1", seconds=3)], "123456"),
        ([penalty("1", seconds=Decimal("3.001"))], "213456"),
        ([penalty("1", seconds=60)], "231456"),
        ([penalty("1", seconds=5), penalty("1", seconds=5)], "231456"),
        ([penalty("4", seconds=3)], "123546"),
        ([penalty("1", PenaltyType.LAP, laps=1)], "231456"),
        ([penalty("3", PenaltyType.LAP, laps=2)], "124563"),
        ([disqualified("1")], "234561"),
        ([disqualified("1"), disqualified("6")], "234516"),
        ([penalty("1", PenaltyType.DRIVE_THROUGH), penalty("1", PenaltyType.STOP_GO, seconds=10)], "123456"),
        ([penalty("99", seconds=5)], "123456"),
        ([penalty("1", seconds=None)], "123456"),
    ],
    ids=str,
)
def test_time_laps_and_exclusion_move_a_car(penalties: list[Penalty], expected: str) -> None:
    assert order(*penalties) == expected


@pytest.mark.parametrize("state", PenaltyState)
def test_only_a_penalty_in_force_moves(state: PenaltyState) -> None:
    moved = order(penalty("1", seconds=5, state=state)) != "123456"

    waits = state in {PenaltyState.PROPOSED, PenaltyState.AWAITING_APPROVAL}
    assert moved == (not waits and state is not PenaltyState.CANCELLED)


def test_gaps_follow_the_new_order() -> None:
    five = penalty("1", seconds=5)

    assert (of("2", five).gap, of("2", five).interval) == (None, None)
    assert (of("1", five).gap, of("1", five).interval) == (Gap(ms=2_000), Gap(ms=2_000))
    assert (of("3", five).gap, of("3", five).interval) == (Gap(ms=6_000), Gap(ms=4_000))
    assert (of("4", five).gap, of("5", five).interval) == (Gap(laps=1), FIELD[4].interval)


def test_a_penalty_that_changes_no_position_still_shows_in_the_gap() -> None:
    assert of("1", penalty("1", seconds=1)).gap is None
    assert of("2", penalty("1", seconds=1)).gap == Gap(ms=2_000)


def test_an_excluded_car_has_no_gap_and_says_why() -> None:
    standing = of("2", disqualified("2"))

    assert (standing.excluded, standing.gap, standing.interval, standing.marks) == (True, None, None, ("DQ",))


def test_the_load_of_a_car_is_shown() -> None:
    standing = of("3", penalty("3", seconds=5), penalty("3", seconds=10), penalty("3", PenaltyType.LAP, laps=2))

    assert (standing.added_ms, standing.deducted_laps, standing.marks) == (15_000, 2, ("+5 s", "+10 s", "-2 L"))


def test_where_the_feed_gives_no_gaps_passings_of_the_line_do() -> None:
    cars = tuple(
        Car(f"r{at}", str(at), laps=20, crossed_at=NOON + timedelta(milliseconds=2_500 * at)) for at in range(3)
    )
    board = Board(kind=SessionKind.RACE, cars=cars)

    assert order(penalty("0", seconds=3), board=board) == "102"
    assert of("2", penalty("0", seconds=3), board=board).interval == Gap(ms=2_000)


def test_a_car_whose_time_is_unknown_keeps_its_place_and_shows_no_gap() -> None:
    board = Board(kind=SessionKind.RACE, cars=(Car("a", "1"), Car("b", "2"), Car("c", "3")))

    assert order(penalty("1", seconds=5), board=board) == "231"
    assert of("1", penalty("1", seconds=5), board=board).gap is None


def test_a_car_about_to_complete_the_leaders_lap_is_not_a_lap_behind() -> None:
    board = Board(kind=SessionKind.RACE, cars=(FIELD[0], replace(FIELD[1], laps=19)))

    assert order(penalty("1", seconds=5), board=board) == "21"


def test_by_best_time_only_an_exclusion_moves() -> None:
    cars = tuple(Car(f"r{at}", str(at), best=TimedValue(60_000 + at, Rank.NORMAL)) for at in range(3))
    board = Board(kind=SessionKind.BEST_TIME, cars=cars)

    assert order(penalty("0", seconds=5), board=board) == "012"
    assert of("0", penalty("0", seconds=5), board=board).marks == ("+5 s",)
    assert order(disqualified("0"), board=board) == "120"
    assert of("2", disqualified("0"), board=board).gap == Gap(ms=1)


@pytest.mark.parametrize("kind", PenaltyType)
def test_every_type_of_penalty_has_a_sign(kind: PenaltyType) -> None:
    assert mark(penalty("1", kind, seconds=5, laps=1))


gaps = st.none() | st.builds(Gap, st.none() | st.integers(-10, 90_000), st.none() | st.integers(0, 9))
cars = st.builds(
    Car,
    source_id=st.uuids().map(str),
    number=st.sampled_from(["1", "2", "3", "4", "5"]),
    laps=st.none() | st.integers(0, 50),
    best=st.none() | st.builds(TimedValue, st.integers(1, 90_000), st.sampled_from(Rank)),
    gap=gaps,
    interval=gaps,
    crossed_at=st.none() | st.integers(0, 90_000).map(lambda ms: NOON + timedelta(milliseconds=ms)),
)
boards = st.builds(Board, kind=st.sampled_from(SessionKind), cars=st.lists(cars, max_size=8).map(tuple))
penalties_in_force = st.builds(
    penalty,
    st.sampled_from(["1", "2", "3", "9"]),
    st.sampled_from(PenaltyType),
    seconds=st.none() | st.integers(0, 120) | st.decimals(0, 120, places=3),
    laps=st.none() | st.integers(0, 5),
)


def positions(board: Board, penalties: Sequence[Penalty]) -> dict[str, int]:
    return {standing.car.source_id: standing.position for standing in classify(board, penalties)}


@given(boards, st.lists(penalties_in_force, max_size=6))
def test_every_car_of_the_board_stands_once(board: Board, penalties: list[Penalty]) -> None:
    standings = classify(board, penalties)

    assert [standing.position for standing in standings] == list(range(1, len(board.cars) + 1))
    assert {standing.car.source_id for standing in standings} == {car.source_id for car in board.cars}


@given(boards)
def test_no_penalty_means_the_order_of_the_feed(board: Board) -> None:
    assert tuple(standing.car for standing in classify(board, ())) == board.cars


@given(boards, st.lists(penalties_in_force, max_size=4), penalties_in_force)
def test_more_penalty_never_improves_a_position(board: Board, penalties: list[Penalty], more: Penalty) -> None:
    alone = {car.source_id for car in board.cars if car.number == more.kart}
    before, after = positions(board, penalties), positions(board, [*penalties, more])

    assert len(alone) > 1 or all(after[source_id] >= before[source_id] for source_id in alone)


@given(boards, st.lists(penalties_in_force, max_size=4))
def test_a_cancelled_penalty_leaves_nothing_behind(board: Board, penalties: list[Penalty]) -> None:
    cancelled = [replace(each, state=PenaltyState.CANCELLED) for each in penalties]

    assert classify(board, cancelled) == classify(board, ())


@given(boards, st.lists(penalties_in_force, max_size=4))
def test_cars_without_penalty_keep_their_order_among_themselves(board: Board, penalties: list[Penalty]) -> None:
    free = {car.source_id for car in board.cars} - {
        car.source_id for car in board.cars for each in penalties if each.kart == car.number
    }

    after = [standing.car.source_id for standing in classify(board, penalties) if standing.car.source_id in free]

    assert after == [car.source_id for car in board.cars if car.source_id in free]
