"""The adjusted order against sums by hand."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.timing.analysis_debt import Runner, StopRules, adjusted, runners, stop_loss_ms
from core.timing.model import Lap, Stop
from tests.unit.timing.analysis.laps import at, lap, stop

FIELD = (Runner("r1", 50, 0), Runner("r2", 50, 40_000), Runner("r3", 48, 130_000))


def order(found: Sequence[object]) -> list[str]:
    return [getattr(one, "source_id") for one in found]  # noqa: B009 - rows of two types


def steady(source_id: str, lap_s: float, laps: int) -> list[Lap]:
    return [lap(number, number * lap_s, round(lap_s * 1000), source_id) for number in range(1, laps + 1)]


def test_a_lapped_cars_gap_is_time() -> None:
    laps = [*steady("r1", 60, 10), *steady("r2", 66, 9)]

    assert runners(laps) == (Runner("r1", 10, 0), Runner("r2", 9, 9 * 6_000))


def test_a_lap_that_nobody_saw_of_the_leader_is_skipped() -> None:
    laps = [one for one in steady("r1", 60, 10) if one.lap != 9] + steady("r2", 66, 9)

    assert runners(laps)[1].gap_ms == 8 * 6_000


def test_who_has_stopped_less_owes_the_median_stop() -> None:
    stops = [stop("r2", 100, 180), stop("r3", 100, 160), stop("r3", 900, 1_000)]

    found = adjusted(FIELD, stops, StopRules(), at(2_000))

    assert [(one.source_id, one.owed, one.debt_ms, one.adjusted_gap_ms) for one in found] == [
        ("r2", 1, 80_000, 0),
        ("r3", 0, 0, 10_000),
        ("r1", 2, 160_000, 40_000),
    ]


def test_a_stop_is_never_cheaper_than_the_rules_allow() -> None:
    found = adjusted(FIELD, [stop("r2", 100, 130)], StopRules(stops=1, min_stop_ms=90_000), at(2_000))

    assert {one.source_id: one.debt_ms for one in found} == {"r1": 90_000, "r2": 0, "r3": 90_000}


def test_a_stop_that_is_on_owes_its_rest() -> None:
    stops = [stop("r1", 1_950, None), stop("r2", 100, 180)]

    found = {one.source_id: one for one in adjusted(FIELD, stops, StopRules(stops=1), at(2_000))}

    assert (found["r1"].debt_ms, found["r1"].owed, found["r1"].stops) == (30_000, 1, 1)


def test_without_stops_and_rules_the_order_of_the_track_stands() -> None:
    found = adjusted(FIELD, (), StopRules(), at(0))

    assert order(found) == order(FIELD)
    assert [one.adjusted_gap_ms for one in found] == [0, 40_000, 130_000]


STOPS = st.lists(
    st.tuples(st.sampled_from(["r1", "r2", "r3"]), st.integers(0, 5_000), st.integers(1, 300)), max_size=20
)


@given(STOPS, st.integers(0, 6))
def test_every_car_is_placed_once_and_nobody_is_before_the_first(
    stops: list[tuple[str, int, int]], required: int
) -> None:
    made: list[Stop] = [stop(name, begin, begin + length) for name, begin, length in stops]

    found = adjusted(FIELD, made, StopRules(stops=required), at(9_000))

    assert sorted(order(found)) == ["r1", "r2", "r3"]
    assert [one.position for one in found] == [1, 2, 3]
    assert min(one.adjusted_gap_ms for one in found) == found[0].adjusted_gap_ms == 0


def test_the_loss_of_a_stop_is_what_driving_on_would_have_saved() -> None:
    laps = [lap(number, number * 60, 60_000) for number in range(1, 6)]
    laps += [lap(6, 445, 145_000), lap(7, 505, 60_000), lap(8, 565, 60_000)]

    assert stop_loss_ms(laps, [stop("r1", 350, 430)]) == 85_000


@pytest.mark.parametrize("visit", [stop("r1", 10, 20), stop("r1", 350, None), stop("r9", 100, 200)])
def test_a_stop_that_was_not_seen_whole_has_no_loss(visit: Stop) -> None:
    assert stop_loss_ms([lap(number, number * 60, 60_000) for number in range(1, 6)], [visit]) is None
