"""The exact counts of 22 recordings of 16 venues in 7 languages, as measured and written down with them."""

from collections import Counter

import pytest

from tests.conformance.apex_tally import below, share, tally
from tests.conformance.data import apex

APEX = apex()


@pytest.fixture(scope="module")
def counts() -> Counter[str]:
    return sum((tally(path).counts for path in APEX), Counter())


@pytest.mark.parametrize(
    ("what", "count"),
    [
        ("frames", 152_349),
        ("lines", 473_447),
        ("bytes", 10_943_162),
        ("KeepAlive", 7_126),
        ("init p", 221),
        ("init r", 89),
        ("init n", 9),
        ("grids", 310),
        ("header cells", 3_017),
        ("rows", 3_769),
        ("Crossed", 35_467),
        ("empty passings", 2_664),
        ("passings with a sector", 2_138),
        ("*i1", 2_566),
        ("*i2", 2_552),
        ("PitIn", 968),
        ("PitOut", 1_614),
        ("last laps with its passing", 30_471),
        ("last laps recoloured", 565),
        ("last laps alone", 1_770),
        ("flips", 35_488 + 1),  # one driver is named in columns of its own
        ("BGR", 58),
        ("BGR agrees", 58),
        ("green", 217),
        ("red", 109),
        ("yellow", 1),
        ("chequered", 225),
        ("pit clocks", 74_622),
        ("pit clocks after *in", 73_262),
        ("Junk", 369),
        ("Unread", 0),
        ("Novelty", 0),
        ("unmapped", 0),
    ],
)
def test_the_recordings_hold_what_was_counted_in_them(counts: Counter[str], what: str, count: int) -> None:
    assert counts[what] == count


def test_every_layout_is_known() -> None:
    layouts = {path.name: tally(path).layouts for path in APEX}

    assert len(set.union(*layouts.values())) == 23
    assert max(tally(path).widest for path in APEX) == 14
    assert sum(len(found) > 1 for found in layouts.values()) == 10
    assert len(tally(*apex("mariembourg_4h_fun")).layouts) == 5


def test_every_junk_line_is_quarantined_where_it_came() -> None:
    junk = {path.name.split("_")[0]: tally(path).counts["Junk"] for path in APEX if tally(path).counts["Junk"]}

    assert junk == {
        "ariza": 31,
        "eupen": 16,
        "kartevora": 261,
        "kungalv": 5,
        "los": 1,
        "mariembourg": 5,
        "misanino": 41,
        "onlykart": 9,
    }


def test_an_idle_feed_keeps_alive_every_minute() -> None:
    gaps = [gap for path in APEX for gap in tally(path).keep_alive_gaps]

    assert share(gaps, 0.5) == pytest.approx(60.1, abs=0.1)


def test_the_countdown_is_sent_every_half_minute() -> None:
    gaps = [gap for path in APEX for gap in tally(path).countdown_gaps]

    assert share(gaps, 0.5) == pytest.approx(30.05, abs=0.05)


def test_a_prediction_is_the_lap_time_in_fewer_than_half_of_the_cases() -> None:
    errors = [error for path in APEX for error in tally(path).prediction_errors]

    assert len(errors) == 29_163
    assert below(errors, 1) == pytest.approx(0.434, abs=0.001)
