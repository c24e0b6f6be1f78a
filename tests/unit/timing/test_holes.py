"""What the fold makes of a link that was away, of a recorder that slept, and of what the feed's history tells then."""

import pytest

from core.timing.events import LinkCut
from core.timing.model import Provenance, Stop
from tests.unit.timing.stage import Stage, at

BARE = ("no", "llp")
"""A venue that counts no laps and shows no gaps."""


def lap(stage: Stage, seconds: float, text: str) -> None:
    stage.hear(seconds, f"r1.llp|tn|{text}", "r1|*|60000|")


def numbers(stage: Stage) -> list[tuple[int, Provenance]]:
    return [(told.lap, told.provenance) for told in stage.laps]


@pytest.fixture
def bare() -> Stage:
    stage = Stage(types=BARE)
    stage.show(0, {"r1": {"no": "no1 7"}})
    stage.hear(10, "r1|*||")
    lap(stage, 70, "60.000")
    lap(stage, 131, "61.000")
    return stage


def test_laps_that_went_by_unseen_are_counted_by_the_pace_and_say_so(bare: Stage) -> None:
    bare.hear(131.2 + 7 * 60)
    lap(bare, 131 + 8 * 60, "60.500")

    assert numbers(bare) == [(1, Provenance.FEED), (2, Provenance.FEED), (10, Provenance.COMPUTED)]


def test_a_last_lap_that_only_the_table_tells_has_the_number_before_the_next(bare: Stage) -> None:
    bare.show(131 + 7 * 60, {"r1": {"no": "no1 7", "llp": "tn 60.250"}})
    lap(bare, 131 + 8 * 60, "60.500")

    assert [(told.lap, told.lap_ms) for told in bare.laps] == [(1, 60_000), (2, 61_000), (9, 60_250), (10, 60_500)]


def test_what_the_link_says_of_a_hole_is_believed(bare: Stage) -> None:
    bare.fold.apply([LinkCut(at(132), at(191))])
    lap(bare, 191, "60.000")
    lap(bare, 251, "60.500")

    assert numbers(bare)[2:] == [(3, Provenance.COMPUTED), (4, Provenance.COMPUTED)]


def test_a_passing_behind_a_hole_is_not_joined_with_the_lap_before_it(bare: Stage) -> None:
    bare.fold.apply([LinkCut(at(132), at(190))])
    bare.hear(192.2, "r1|*|60000|")
    bare.hear(200)

    assert bare.times() == [60_000, 61_000]


def clock(ms: int) -> str:
    return f"dyn1|countdown|{ms}"


def test_a_race_clock_that_jumped_shows_that_the_recorder_slept() -> None:
    stage = Stage()
    stage.show(0, {"r1": {"no": "no1 7", "tlp": "in 3", "llp": "tn 60.000"}})
    stage.hear(1, clock(3_600_000), "r1|*in|0")
    stage.hear(20, clock(3_600_000 - 2_000_000))
    stage.hear(40, "r1|*out|0")
    stage.hear(50)

    assert stage.stops == [Stop("r1", at(1) - (at(1981) - at(0)), at(40), None, 3)]


def test_a_race_clock_that_is_corrected_by_seconds_is_no_hole() -> None:
    stage = Stage()
    stage.show(0, {"r1": {"no": "no1 7", "tlp": "in 3", "llp": "tn 60.000"}})
    stage.hear(1, clock(3_600_000), "r1|*in|0")
    stage.hear(20, clock(3_600_000 - 49_000))
    stage.hear(40, "r1|*out|0")
    stage.hear(50)

    assert stage.stops == [Stop("r1", at(1), at(40), 39_000, 3)]


def test_a_stop_is_measured_by_the_feeds_clock_when_the_link_was_away_meanwhile() -> None:
    stage = Stage()
    stage.show(0, {"r1": {"no": "no1 7", "tlp": "in 3", "llp": "tn 60.000"}})
    stage.hear(1, "r1|*in|0")
    stage.fold.apply([LinkCut(at(2), at(60))])
    for second in range(60, 80):
        stage.hear(second + 0.3, f"r1.otr|to|1:{second - 61:02}." if second > 60 else "r1.otr|to|59.")
    stage.hear(80, "r1|*out|0")
    stage.hear(90)

    [stop] = stage.stops
    assert stop.duration_ms == pytest.approx(79_000, abs=1000)


def test_laps_that_were_put_off_are_told_when_the_session_ends(bare: Stage) -> None:
    bare.show(131 + 7 * 60, {"r1": {"no": "no1 7", "llp": "tn 60.250"}})
    bare.close()

    assert bare.times() == [60_000, 61_000, 60_250]


def test_a_lap_of_the_table_that_is_known_is_told_once(bare: Stage) -> None:
    bare.show(140, {"r1": {"no": "no1 7", "llp": "tn 61.000"}})
    bare.show(150, {"r1": {"no": "no1 7", "llp": "tn 61.000"}})

    assert bare.times() == [60_000, 61_000]
