"""Who drove and for how long: against the truth of simulated races."""

from datetime import timedelta

import pytest

from core.timing.analysis_stints import Driver, drivers_of, stints_driven
from core.timing.model import Lap, Stop
from core.timing.replay import ReplayedSession, replay
from core.timing.simulate import PitLaps, Plan, Race, Signals, simulate
from core.timing.sources.apex import Apex
from tests.unit.timing.analysis.laps import at, lap
from tests.unit.timing.stage import Stage

ERROR_MS = 500
"""Every stint has two ends, each as exact as a frame that is flushed every 0.2 s."""


def told(race: Race) -> ReplayedSession:
    (found,) = replay(race.frames, Apex()).sessions
    return found


@pytest.mark.parametrize("pit_laps", PitLaps)
@pytest.mark.parametrize("signals", [Signals.ALL, Signals.ICONS])
def test_driving_times_are_those_driven(signals: Signals, pit_laps: PitLaps) -> None:
    race = simulate(Plan(seed=3, duration_s=2400, signals=signals, pit_laps=pit_laps))
    found = told(race)

    times = {(one.source_id, one.driver): one.driven_ms for one in drivers_of(stints_driven(found.laps, found.stops))}

    assert times.keys() == race.driven_ms.keys()
    assert all(abs(times[driver] - ms) <= ERROR_MS for driver, ms in race.driven_ms.items())


@pytest.mark.parametrize("pit_laps", PitLaps)
def test_every_lap_is_of_the_driver_who_drove_it(pit_laps: PitLaps) -> None:
    race = simulate(Plan(seed=4, duration_s=1800, pit_laps=pit_laps))
    true = {(lap.source_id, lap.lap): lap.driver for lap in race.official_laps}

    wrong = [lap for lap in told(race).laps if lap.driver not in {None, true[lap.source_id, lap.lap]}]

    assert wrong == []


def test_who_is_named_during_a_stop_drives_from_its_end_on() -> None:
    stage = Stage()
    stage.show(0, {"r1": {"no": "no1 7", "dr": "drteam Driver A [0:10]"}})
    stage.hear(10, "r1|*||", "r2|*out|0")  # so the venue tells the way out
    stage.hear(60, "r1|*in|0")
    stage.hear(65, "r1.dr|drteam|Driver B [0:00]")
    stage.hear(70, "r1.llp|tn|1:00.000", "r1.tlp|in|1", "r1|*||")  # the line crosses the pit lane
    stage.hear(120, "r1|*out|0")
    stage.hear(190, "r1.llp|tn|2:00.000", "r1.tlp|in|2", "r1|*||")

    assert [lap.driver for lap in stage.laps] == ["Driver A", "Driver B"]
    assert stage.car().driver == "Driver B"


def test_a_driver_who_takes_over_without_a_stop_ends_the_stint_before() -> None:
    laps = [lap(number, 60 * number, 60_000, driver="A" if number < 4 else "B") for number in range(1, 7)]
    later = Stop("r1", at(400), at(460), 60_000, 6)

    first, second = drivers_of(stints_driven(laps, [later]))

    assert first == Driver("r1", "1", "A", 1, 3, 180_000)
    assert (second.driver, second.driven_ms) == ("B", 220_000)


def test_two_stints_of_one_driver_are_one_driving_time() -> None:
    laps: list[Lap] = [lap(number, 60 * number, 60_000, driver="A") for number in range(1, 4)]
    laps += [lap(number, 60 * number, 60_000, driver="A") for number in range(6, 9)]
    stop = Stop("r1", at(190), at(290), 100_000, 3)

    (driver,) = drivers_of(stints_driven(laps, [stop]))

    assert (driver.stints, driver.laps) == (2, 6)
    assert driver.driven_ms == (timedelta(seconds=190) + timedelta(seconds=480 - 300)) // timedelta(milliseconds=1)
