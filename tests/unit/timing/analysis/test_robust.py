"""Medians and spreads against closed forms."""

import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.timing.robust import margin, median, spread

FINITE = st.floats(-1e6, 1e6)


@given(st.lists(FINITE, min_size=1))
def test_the_median_is_that_of_the_standard_library(values: list[float]) -> None:
    assert median(values) == statistics.median(values)


def test_nothing_has_no_median() -> None:
    with pytest.raises(ValueError, match="nothing"):
        median([])


def test_the_spread_of_normal_values_is_their_standard_deviation() -> None:
    values = statistics.NormalDist(60_000, 300).samples(20_001, seed=1)

    assert spread(values, median(values)) == pytest.approx(300, rel=0.03)


def test_one_wild_value_in_ten_hardly_moves_the_spread() -> None:
    values = [*statistics.NormalDist(60_000, 300).samples(900, seed=2), *[90_000.0] * 100]

    assert spread(values, median(values)) == pytest.approx(300, rel=0.25)


@given(st.lists(FINITE, min_size=1), st.floats(-1e5, 1e5))
def test_what_shifts_every_value_shifts_the_median_and_keeps_the_spread(values: list[float], by: float) -> None:
    moved = [value + by for value in values]

    assert median(moved) == pytest.approx(median(values) + by, abs=1e-6)
    assert spread(moved, median(moved)) == pytest.approx(spread(values, median(values)), abs=1e-6)


def test_four_times_the_laps_halve_the_margin() -> None:
    assert margin(300, 400) == pytest.approx(margin(300, 100) / 2)
    assert margin(300, 100) == pytest.approx(1.96 * 300 * math.sqrt(math.pi / 2) / 10, rel=1e-3)
