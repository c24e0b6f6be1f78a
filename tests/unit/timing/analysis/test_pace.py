"""Pace that is the driver's own, whatever the track and the field were like."""

from itertools import chain

import pytest

from core.timing.analysis import analyse
from core.timing.model import Flag, Lap, LapKind
from core.timing.pace import Confidence, clean_laps, field_of, normalised, paces
from core.timing.replay import replay
from core.timing.simulate import PitLaps, Plan, simulate
from core.timing.simulate.driving import entries
from core.timing.sources.apex import Apex
from tests.unit.timing.analysis.laps import at, chance, lap, noisy, stint, stop, through, wet

CARS = 12
LAPS = 170
PACE = {f"r{car}": 60_000 + car * 150 for car in range(CARS)}


def race(*, seed: int = 3, rain: bool = True) -> list[Lap]:
    """Three hours of a field a steady step apart, through an hour of rain."""
    draw = chance(seed)
    fields = (stint(name, "A", name, noisy(draw, pace), first=1, began_s=0, laps=LAPS) for name, pace in PACE.items())
    return [one for laps in fields for one in (through(wet, laps) if rain else laps)]


def behind(laps: list[Lap]) -> dict[str, int]:
    return {one.source_id: one.behind_ms for one in analyse(laps, ()).teams}


def test_rain_cancels_out_of_the_pace() -> None:
    found = behind(race())

    assert found == {name: pytest.approx(pace - PACE["r0"], abs=90) for name, pace in PACE.items()}


def test_the_field_level_follows_the_rain() -> None:
    field = field_of(race())

    assert field is not None
    assert field.level(at(5_400)) / field.level(at(1_800)) == pytest.approx(1.2, rel=0.005)


def test_who_drove_only_in_the_rain_is_not_called_slow() -> None:
    laps = [one for one in race() if one.source_id != "r0" or at(3_700) < one.at < at(7_100)]

    found = {one.source_id: one for one in analyse(laps, ()).teams}

    assert found["r0"].behind_ms == pytest.approx(0, abs=90)
    assert found["r0"].pace.median_ms > found["r1"].pace.median_ms + 5_000


def test_a_lone_car_has_no_field_to_cancel_and_keeps_its_own_times() -> None:
    laps = [lap(number, number * 60, 60_000 + number) for number in range(1, 20)]

    field = field_of(laps)

    assert field is not None
    assert field.levels == {}
    assert {one.normal_ms for one in normalised(laps, field)} <= {float(60_000 + number) for number in range(1, 20)}


LEFT_OUT = [
    pytest.param(lap(1, 60, 60_000), id="the first lap"),
    pytest.param(lap(5, 600, None), id="a lap without a time"),
    pytest.param(lap(5, 600, 60_000, kind=LapKind.PIT), id="a lap that the feed calls a pit lap"),
    pytest.param(lap(5, 600, 60_000, flag=Flag.YELLOW), id="a lap under yellow"),
    pytest.param(lap(5, 600, 60_000, flag=Flag.RED), id="a lap under red"),
    pytest.param(lap(5, 1_000, 60_000), id="the lap on which it came in"),
    pytest.param(lap(6, 1_150, 140_000), id="the lap with the whole stop in it"),
    pytest.param(lap(7, 1_160, 60_000), id="the lap that began when it went out"),
]


@pytest.mark.parametrize("left_out", LEFT_OUT)
def test_a_lap_that_was_not_driven_flat_out_says_nothing(left_out: Lap) -> None:
    kept = lap(9, 1_400, 60_000)

    assert clean_laps([left_out, kept], [stop("r1", 990, 1_100)]) == [kept]


def test_a_stop_of_another_car_takes_nothing_away() -> None:
    driven = [lap(5, 1_000, 60_000)]

    assert clean_laps(driven, [stop("r2", 990, 1_100)]) == driven


def test_traffic_and_spins_are_not_pace() -> None:
    times = [60_000, 60_100, 59_900, 60_050, 59_950] * 6 + [75_000, 92_000]
    laps = [lap(number, number * 60, ms) for number, ms in enumerate(times, start=2)]
    field = field_of(laps)
    assert field is not None

    found = paces(normalised(laps, field), lambda one: one.source_id)["r1"]

    assert (found.laps, found.pace_ms, found.best_ms) == (30, 60_000, 59_900)


CERTAINTY = [
    (2, 40, Confidence.LOW),
    (30, 900, Confidence.LOW),
    (60, 400, Confidence.MEDIUM),
    (400, 200, Confidence.HIGH),
]


@pytest.mark.parametrize(("laps", "noise_ms", "expected"), CERTAINTY)
def test_few_or_scattered_laps_are_trusted_less(laps: int, noise_ms: float, expected: Confidence) -> None:
    draw = chance(5)
    driven = [lap(number, number * 60, round(draw.gauss(60_000, noise_ms))) for number in range(2, laps + 2)]
    field = field_of(driven)
    assert field is not None

    assert paces(normalised(driven, field), lambda one: one.source_id)["r1"].confidence is expected


def test_drivers_of_a_car_are_told_apart() -> None:
    draw = chance(9)
    others = (stint(f"r{car}", "A", f"{car}", noisy(draw, 61_000), first=1, began_s=0, laps=120) for car in range(2, 8))
    quick = stint("r1", "Driver 1A", "1", noisy(draw, 60_000), first=1, began_s=0, laps=60)
    slow = stint("r1", "Driver 1B", "1", noisy(draw, 60_700), first=61, began_s=3_640, laps=60)

    found = {one.driver: one for one in analyse([*chain(*others), *quick, *slow], ()).drivers}

    gained = found["Driver 1B"].pace.pace_ms - found["Driver 1A"].pace.pace_ms
    assert gained == pytest.approx(700, abs=120)


@pytest.mark.parametrize("pit_laps", PitLaps)
def test_a_simulated_races_true_paces_are_recovered_from_its_feed(pit_laps: PitLaps) -> None:
    plan = Plan(seed=4, karts=20, duration_s=5_400, pit_laps=pit_laps)
    true = {kart.source_id: kart.pace_ms for kart in entries(plan, chance(plan.seed))}
    session = max(replay(simulate(plan).frames, Apex()).sessions, key=lambda one: len(one.laps))

    found = {one.source_id: one.pace.pace_ms for one in analyse(session.laps, session.stops).teams}

    offset = sum(found[name] - pace for name, pace in true.items()) / len(true)
    assert offset == pytest.approx(0, abs=60)
    assert found == {name: pytest.approx(pace + offset, abs=150) for name, pace in true.items()}


def test_nothing_driven_is_nothing_to_judge() -> None:
    assert analyse([], ()).teams == ()
    assert analyse([lap(1, 60, 60_000)], ()).field is None
