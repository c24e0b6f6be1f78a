"""Stop windows and exit traffic against closed forms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.timing.analysis_debt import StopRules
from core.timing.analysis_plan import Neighbour, Passing, PlannedStop, Standing, StopPlan, exit_traffic, plan_stops

MINUTE = 60_000


def rules(stops: int | None = None, stop_min: int = 2, stint_min: int | None = 60) -> StopRules:
    return StopRules(stops, stop_min * MINUTE, None if stint_min is None else stint_min * MINUTE)


def test_the_window_opens_when_the_rest_can_be_driven_and_closes_with_the_stint() -> None:
    plan = plan_stops(Standing(120 * MINUTE, 20 * MINUTE, stops=1), rules(stops=3))

    assert plan.window == (0, 40 * MINUTE)
    assert plan.stops == 2


def test_the_window_opens_late_when_the_remaining_stints_are_short_of_the_race() -> None:
    plan = plan_stops(Standing(150 * MINUTE, 10 * MINUTE, stops=2), rules(stops=4))

    assert plan.window == (26 * MINUTE, 50 * MINUTE)


def test_planned_stints_are_equal_where_the_window_lets_them_be() -> None:
    plan = plan_stops(Standing(124 * MINUTE, 0, stops=0), rules(stops=2))

    assert plan.planned == (PlannedStop(40 * MINUTE, 40 * MINUTE), PlannedStop(82 * MINUTE, 40 * MINUTE))


def test_a_long_race_needs_the_stops_that_its_stints_ask_for() -> None:
    assert plan_stops(Standing(6 * 60 * MINUTE, 0, stops=0), rules(stop_min=5)).stops == 5


def test_a_stint_over_its_limit_cannot_be_mended() -> None:
    plan = plan_stops(Standing(120 * MINUTE, 70 * MINUTE, stops=0), rules(stops=3))

    assert (plan.possible, plan.window) == (False, None)


def test_more_stops_than_fit_into_the_rest_are_impossible() -> None:
    assert not plan_stops(Standing(5 * MINUTE, 0, stops=0), rules(stops=4)).possible


def test_who_has_made_every_stop_drives_to_the_end() -> None:
    assert plan_stops(Standing(30 * MINUTE, 10 * MINUTE, stops=3), rules(stops=3)) == StopPlan(
        0, None, (), possible=True
    )


def test_without_a_longest_stint_only_the_stops_count() -> None:
    plan = plan_stops(Standing(60 * MINUTE, 10 * MINUTE, stops=0), rules(stops=1, stint_min=None))

    assert plan.window == (0, 58 * MINUTE)


@given(
    st.integers(1, 24 * 60),
    st.integers(0, 120),
    st.integers(0, 30),
    st.integers(0, 30),
    st.integers(1, 10),
    st.integers(20, 120),
)
def test_a_possible_plan_keeps_the_rules(
    remaining: int, driven: int, made: int, asked: int, stop_min: int, stint_min: int
) -> None:
    plan = plan_stops(Standing(remaining * MINUTE, driven * MINUTE, made), rules(asked, stop_min, stint_min))

    if not plan.possible or not plan.planned:
        return
    last = plan.planned[-1]
    tail = remaining * MINUTE - last.in_ms - stop_min * MINUTE
    assert made + len(plan.planned) >= asked
    assert plan.window is not None
    assert plan.window[0] <= plan.planned[0].in_ms <= plan.window[1]
    assert all(one.stint_ms <= stint_min * MINUTE + 2 for one in plan.planned)
    assert -2 <= tail <= stint_min * MINUTE + 2


def test_who_would_be_near_after_the_stop() -> None:
    own = Passing("r1", 0, 60_000)
    others = [Passing("r2", 10_000, 60_000), Passing("r3", -5_000, 61_000), own]

    found = exit_traffic(own, others, 90_000)

    # back at 150 s; r2 passes at 130 and 190 s, r3 at 117 and 178 s
    assert found == (Neighbour("r2", -20_000), Neighbour("r3", 28_000))


@given(st.integers(-60_000, 60_000), st.integers(30_000, 120_000), st.integers(0, 300_000))
def test_nobody_is_farther_away_than_half_a_lap(crossed: int, lap_ms: int, loss_ms: int) -> None:
    found = exit_traffic(Passing("r1", 0, 60_000), [Passing("r2", crossed, lap_ms)], loss_ms)

    assert abs(found[0].offset_ms) <= lap_ms / 2 + 1


@pytest.mark.parametrize("loss_ms", [0, 60_000, 120_000])
def test_a_car_that_was_beside_is_beside_again_after_whole_laps(loss_ms: int) -> None:
    assert exit_traffic(Passing("r1", 0, 60_000), [Passing("r2", 0, 60_000)], loss_ms) == (Neighbour("r2", 0),)
