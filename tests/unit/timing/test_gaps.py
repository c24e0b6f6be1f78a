"""Behind in seconds, whatever the number of laps: against the truth of simulated races, and one situation at a time."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.timing.board import BoardFold
from core.timing.simulate import Plan, Race, simulate
from core.timing.sources.apex import Apex
from tests.unit.timing.stage import Stage, at, grid

TYPES = ("rk", "no", "llp", "gap", "tlp")
ERROR_MS = 450
"""Two moments of frames that are flushed every 0.2 s; now and then a passing is told a frame late."""

LATE_MS = 1100
"""A passing that comes without its time is decided a second later, but dated by its frame."""


@pytest.fixture
def stage() -> Stage:
    """Two karts before the start of a race."""
    stage = Stage(types=TYPES)
    stage.show(0, {"r1": {"rk": "x 1", "no": "x 1"}, "r2": {"rk": "x 2", "no": "x 2"}})
    stage.hear(10, "r1|*||", "r2|*||")
    return stage


def lap(stage: Stage, seconds: float, car: str, number: int, text: str) -> None:
    stage.hear(seconds, f"{car}.llp|tn|{text}", f"{car}.tlp|in|{number}", f"{car}|*||")


def test_a_lapped_car_is_behind_in_seconds(stage: Stage) -> None:
    lap(stage, 70, "r1", 1, "1:00.000")
    lap(stage, 130, "r1", 2, "1:00.000")
    lap(stage, 145, "r2", 1, "2:15.000")

    assert (stage.car("r1").behind_ms, stage.car("r2").behind_ms) == (0, 75_000)


def test_before_its_first_lap_nobody_knows_how_far_a_car_is_behind(stage: Stage) -> None:
    lap(stage, 70, "r1", 1, "1:00.000")

    assert stage.car("r2").behind_ms is None


def test_by_best_times_nobody_is_behind() -> None:
    stage = Stage(types=TYPES)
    stage.show(0, {"r1": {"rk": "x 1", "no": "x 1"}}, kind="p")
    stage.hear(10, "r1|*||")

    lap(stage, 70, "r1", 1, "1:00.000")

    assert stage.car("r1").behind_ms is None


def test_behind_a_hole_the_leader_must_come_first(stage: Stage) -> None:
    lap(stage, 70, "r1", 1, "1:00.000")
    lap(stage, 75, "r2", 1, "1:05.000")
    rows = {"r1": {"rk": "x 1", "no": "x 1", "tlp": "in 5", "llp": "tn 1:00.100"}}
    rows["r2"] = {"rk": "x 2", "no": "x 2", "tlp": "in 4", "llp": "tn 1:05.100"}

    stage.show(380, rows)
    unknown = stage.car("r2").behind_ms
    lap(stage, 400, "r2", 5, "1:05.200")
    still_unknown = stage.car("r2").behind_ms
    lap(stage, 401, "r1", 6, "1:00.200")
    lap(stage, 466, "r2", 6, "1:06.000")

    assert (unknown, still_unknown, stage.car("r2").behind_ms) == (None, None, 65_000)


@pytest.mark.parametrize(
    "plan",
    [
        Plan(seed=11, karts=24, duration_s=1500),
        Plan(seed=12, karts=24, duration_s=1500, counts_laps=False),
        Plan(seed=13, karts=24, duration_s=1500, hole=(600, 660)),
    ],
    ids=["counted", "not counted", "hole"],
)
def test_every_gap_of_a_race_is_the_true_one(plan: Plan) -> None:
    race = simulate(plan)

    errors = _errors_ms(race)

    assert len(errors) > 0.75 * len(race.official_laps)
    assert max(errors) <= LATE_MS
    assert sorted(errors)[len(errors) * 99 // 100] <= ERROR_MS


def _errors_ms(race: Race) -> list[int]:
    """Lap by lap, how far the gap that is told is from what was driven."""
    firsts: dict[int, datetime] = {}
    for one in sorted(race.official_laps, key=lambda lap: lap.at):
        firsts.setdefault(one.lap, one.at)
    true = {(one.source_id, one.lap): (one.at - firsts[one.lap]) for one in race.official_laps}
    source, fold, errors = Apex(), BoardFold(), []
    for frame in race.frames:
        fold.apply(source.feed(frame.text, frame.at))
        told = {lap.source_id: lap for harvest in fold.drain() for lap in harvest.laps}
        for car in fold.snapshot().cars if told else ():
            lap = told.get(car.source_id)
            if lap is not None and car.behind_ms is not None:
                error = timedelta(milliseconds=car.behind_ms) - true[lap.source_id, lap.lap]
                errors.append(abs(round(error / timedelta(milliseconds=1))))
    return errors


def test_a_column_that_leaves_the_table_leaves_nothing_behind() -> None:
    stage = Stage(types=("no", "llp", "gap", "int", "pit", "s1", "s2"))
    cells = {"gap": "ib 12.5", "int": "in 3.25", "pit": "in 2", "s1": "tn 20.1", "llp": "tn 1:00.000"}
    stage.show(0, {"r1": {"no": "x 7", **cells}})
    before = stage.car()

    narrow = grid({"r1": {"no": "x 7", "llp": "tn 1:00.000"}}, ("no", "llp"))
    whole = f"init|r|\ntitle1||Cup\ntitle2||Race\ntrack||Test (900m)\n{narrow}\n"
    stage.fold.apply(stage.source.feed(whole, at(30)))
    after = stage.car()

    assert before.gap is not None
    assert before.interval is not None
    assert (after.gap, after.interval, after.pits, after.sectors) == (None, None, 0, ())
    assert after.last == before.last


@given(st.lists(st.tuples(st.sampled_from(["r1", "r2", "r3"]), st.floats(1, 90)), max_size=30))
def test_whoever_completes_a_lap_first_is_not_behind(passings: list[tuple[str, float]]) -> None:
    stage, now, laps = Stage(types=TYPES), 10.0, dict.fromkeys(["r1", "r2", "r3"], 0)
    stage.show(0, {car: {"no": "x 1"} for car in laps})
    for turn, (car, wait) in enumerate(passings):
        now += wait
        laps[car] += 1
        lap(stage, now, car, laps[car], f"1:{turn:02}.000")
        behind = stage.car(car).behind_ms
        assert (behind == 0) == (max(n for other, n in laps.items() if other != car) < laps[car])
