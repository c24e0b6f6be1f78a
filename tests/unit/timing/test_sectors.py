"""Sectors belong to the very lap in which they were driven."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.timing.analysis_ideal import field_ideal_ms, ideal_laps
from core.timing.model import Lap
from core.timing.replay import replay
from core.timing.simulate import PitLaps, Plan, simulate
from core.timing.sources.apex import Apex
from tests.unit.timing.stage import Stage

TYPES = ("no", "dr", "s1", "s2", "s3", "llp", "blp")

Sectors = list[tuple[int | None, ...]]


@pytest.fixture
def stage() -> Stage:
    """A car that has begun its first lap."""
    stage = Stage(types=TYPES)
    stage.show(0, {"r1": {"no": "no1 7"}})
    stage.hear(10, "r1.s1|tn|52.50", "r1.s3|tn|44.20", "r1|*||")
    return stage


def first_two(stage: Stage, began: float) -> None:
    stage.hear(began + 20, "r1.s1|tn|20.10", "r1.s2||", "r1.s3||", "r1|*i1|")
    stage.hear(began + 42, "r1.s2|tn|21.20", "r1|*i2|")


def sectors(stage: Stage) -> Sectors:
    return [lap.sectors_ms for lap in stage.laps]


def test_a_lap_carries_its_own_sectors(stage: Stage) -> None:
    first_two(stage, 10)

    stage.hear(70, "r1.s3|tn|18.70", "r1.llp|tn|1:00.000", "r1|*||")

    assert sectors(stage) == [(20_100, 21_200, 18_700)]


def test_clearing_cells_at_the_start_of_the_next_lap_takes_nothing_away(stage: Stage) -> None:
    first_two(stage, 10)
    stage.hear(70, "r1.s3|tn|18.70", "r1.llp|tn|1:00.000", "r1|*||")
    stage.hear(90, "r1.s1|tn|20.00", "r1.s2||", "r1.s3||", "r1|*i1|")

    stage.hear(131, "r1.llp|tn|1:01.000", "r1|*||")

    assert sectors(stage) == [(20_100, 21_200, 18_700), (20_000, None, None)]


@pytest.mark.parametrize("late", [70, 70.4, 71])
def test_the_last_sector_may_come_behind_the_lap(stage: Stage, late: float) -> None:
    first_two(stage, 10)
    stage.hear(70, "r1.llp|tn|1:00.000", "r1|*||", *["r1.s3|tn|18.70"] * (late == 70))

    stage.hear(late, "r1.s3|tn|18.70")

    assert (stage.corrected or stage.laps)[0].sectors_ms == (20_100, 21_200, 18_700)


def test_a_sector_in_another_colour_is_of_the_lap_before(stage: Stage) -> None:
    first_two(stage, 10)
    stage.hear(70, "r1.s3|tn|18.70", "r1.llp|tn|1:00.000", "r1|*||")
    stage.hear(75, "r1.s1|ti|20.10")

    stage.hear(131, "r1.llp|tn|1:01.000", "r1|*||")

    assert sectors(stage)[1] == ()


def test_a_sector_driven_twice_to_the_hundredth_is_not_sent_again_but_counts(stage: Stage) -> None:
    first_two(stage, 10)
    stage.hear(70, "r1.s3|tn|18.70", "r1.llp|tn|1:00.000", "r1|*||")
    stage.hear(90, "r1.s2||", "r1.s3||", "r1|*i1|")
    stage.hear(111, "r1.s2|tn|21.20", "r1|*i2|")

    stage.hear(131, "r1.s3|tn|18.90", "r1.llp|tn|1:00.200", "r1|*||")

    assert sectors(stage)[1] == (20_100, 21_200, 18_900)


def test_cells_of_a_table_count_when_they_add_up_to_the_lap() -> None:
    stage = Stage(types=TYPES)
    stage.show(0, {"r1": {"no": "no1 7", "s1": "tn 20.10", "s2": "tn 21.20"}})

    stage.hear(20, "r1.s3|tn|18.70", "r1.llp|tn|1:00.003", "r1|*||")
    stage.show(30, {"r1": {"no": "no1 7", "s1": "tn 20.10", "s2": "tn 21.20", "s3": "tn 18.70", "llp": "tn 1:00.003"}})
    stage.hear(81, "r1.llp|tn|1:01.000", "r1|*||")

    assert sectors(stage) == [(20_100, 21_200, 18_700), ()]


@pytest.mark.parametrize("pit_laps", PitLaps)
def test_the_sectors_of_a_whole_race_are_those_driven(pit_laps: PitLaps) -> None:
    race = simulate(Plan(seed=3, duration_s=900, pit_laps=pit_laps, times_sectors=True, hole=(400, 430)))

    (found,) = replay(race.frames, Apex()).sessions

    driven = {(lap.source_id, lap.lap): lap.sectors_ms for lap in race.laps}
    pairs = [(lap.sectors_ms, driven[lap.source_id, lap.lap]) for lap in found.laps]
    assert [told for told, true in pairs if any(_wrong(told, true))] == []
    assert sum(told == true for told, true in pairs) > 0.9 * len(pairs)
    ideals = ideal_laps(found.laps)
    assert len(ideals) == race.plan.karts
    assert field_ideal_ms(ideals) == sum(_best(race.laps, at) for at in range(3))


def _wrong(told: tuple[int | None, ...], true: tuple[int | None, ...]) -> Iterator[bool]:
    return (one is not None and one != other for one, other in zip(told, true or told, strict=False))


def _best(laps: tuple[Lap, ...], at: int) -> int:
    return min(ms for lap in laps if lap.sectors_ms and (ms := lap.sectors_ms[at]) is not None)


LINES = st.sampled_from(
    [f"r1.s{sector}|{css}|{text}" for sector in (1, 2, 3) for css, text in (("tn", "20.10"), ("tb", "20.10"), ("", ""))]
    + ["r1|*i1|", "r1|*i2|", "r1|*||", "r1.llp|tn|1:00.000", "r1.llp|tn|1:01.000"]
)


@given(st.lists(st.tuples(st.floats(0.1, 30), LINES), max_size=40))
def test_no_order_of_cells_gives_a_lap_a_sector_it_did_not_show(lines: list[tuple[float, str]]) -> None:
    stage, now = Stage(types=TYPES), 0.0
    stage.show(0, {"r1": {"no": "no1 7"}})
    for wait, line in lines:
        now += wait
        stage.hear(now, line)
    stage.close()

    assert all(len(lap.sectors_ms) <= 3 and {*lap.sectors_ms} <= {None, 20_100} for lap in stage.laps)
