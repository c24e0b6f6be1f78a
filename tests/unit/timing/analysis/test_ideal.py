"""Ideal laps against sums by hand."""

from hypothesis import given
from hypothesis import strategies as st

from core.timing.analysis_ideal import IdealLap, field_ideal_ms, ideal_laps
from tests.unit.timing.analysis.laps import lap

ROWS = st.lists(st.tuples(*[st.integers(15_000, 30_000)] * 3), min_size=1, max_size=30)


def test_the_best_of_every_sector_makes_the_ideal_lap() -> None:
    laps = [
        lap(1, 60, 60_000, sectors_ms=(20_000, 21_000, 19_000)),
        lap(2, 121, 61_000, sectors_ms=(19_500, 22_000, 19_500)),
    ]

    assert ideal_laps(laps) == (IdealLap("r1", (19_500, 21_000, 19_000), 59_500, 60_000),)
    assert ideal_laps(laps)[0].left_ms == 500


def test_a_car_without_one_of_its_sectors_has_no_ideal_lap() -> None:
    assert ideal_laps([lap(1, 60, 60_000, sectors_ms=(20_000, None, 19_000)), lap(2, 120, 60_000)]) == ()


def test_the_fields_ideal_takes_sectors_from_different_cars() -> None:
    ideals = ideal_laps(
        [lap(1, 60, 40_000, "r1", sectors_ms=(20_000, 20_000)), lap(1, 61, 40_500, "r2", sectors_ms=(19_000, 21_500))]
    )

    assert field_ideal_ms(ideals) == 39_000
    assert field_ideal_ms(()) is None


@given(ROWS)
def test_no_lap_is_faster_than_the_ideal_one(rows: list[tuple[int, int, int]]) -> None:
    laps = [lap(at, at * 60, sum(row), sectors_ms=row) for at, row in enumerate(rows, start=1)]

    found = ideal_laps(laps)[0]

    assert found.ideal_ms <= found.best_ms == min(map(sum, rows))
