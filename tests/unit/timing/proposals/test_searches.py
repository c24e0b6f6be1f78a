"""Each search finds what the bands punish, and nothing that is legal, unfinished or not measured."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.penalties.catalogue import read_catalogue
from core.timing.model import Board, Car
from core.timing.proposals.drivers import driving_times, shares, unreachable
from core.timing.proposals.filing import to_file
from core.timing.proposals.model import Kart
from core.timing.proposals.pit_lane import closed_lane, pit_times, stop_counts
from core.timing.proposals.start import jump_starts
from core.timing.proposals.stints import stint_lengths
from tests.unit.timing.proposals.stage import RULES, at, found, laps, scene, stop, values

MINUTES = [60.0 * minute for minute in range(1, 101)]


def test_a_short_stop_is_proposed_with_what_was_measured() -> None:
    (proposal,) = found(pit_times, scene(stops=[stop(500, 630), stop(1000, 1118.523)]))

    assert (proposal.code, proposal.kart, proposal.value) == ("PIT", "42", Decimal("118.523"))
    assert proposal.text == "Stop 2: 118.523 s in the pit lane."
    assert proposal.evidence == (
        ("stop", "2"),
        ("pit in", "12:16:40.000 UTC"),
        ("pit out", "12:18:38.523 UTC"),
        ("in the pit lane", "118.523 s (feed)"),
    )
    assert proposal.key == "pit_time:r42:20260307T121838"


@given(st.integers(1, 300_000))
def test_a_stop_is_proposed_exactly_below_the_limit(ms: int) -> None:
    proposals = found(pit_times, scene(stops=[stop(500, 500 + ms / 1000)]))

    assert bool(proposals) == (ms < 120_000)


@pytest.mark.parametrize(
    "unfinished",
    [stop(500, None), stop(None, 590), stop(500, 590, measured=False), stop(-100, -10)],
    ids=["still in", "way in not seen", "an end not seen", "before the race"],
)
def test_a_stop_that_cannot_be_judged_is_left_alone(unfinished: object) -> None:
    assert not found(pit_times, scene(stops=[unfinished]))  # type: ignore[list-item]  # a stop, by the table above


def test_a_visit_that_serves_a_penalty_is_no_stop() -> None:
    serving = {"r42": ((at(512), at(512)),)}
    race = scene(laps(*MINUTES), [stop(500, 530), stop(1500, 1630)], served=serving, ended=6000, now=6200)

    assert not found(pit_times, race)
    assert values(found(stop_counts, race)) == ["1"]
    assert [one.text for one in found(stint_lengths, race)] == ["Stint 2: 4370 s."]


def test_stints_are_measured_from_way_out_to_way_in_and_limits_are_legal() -> None:
    race = scene(laps(*MINUTES), [stop(599.999, 720), stop(3000, 3120), stop(3719, 3840)])

    assert values(found(stint_lengths, race)) == ["599.999", "599"]
    assert not found(stint_lengths, scene(laps(*MINUTES), [stop(600, 720), stop(3000, 3120)]))


def test_a_stint_that_is_on_is_judged_when_the_race_is_over() -> None:
    stops = [stop(700, 830), stop(2000, 2130)]

    assert not found(stint_lengths, scene(laps(*MINUTES), stops, now=6000))
    assert values(found(stint_lengths, scene(laps(*MINUTES), stops, ended=5990, now=6200))) == ["3870"]


def test_a_stint_beside_a_stop_with_an_unseen_end_is_not_measured() -> None:
    race = scene(laps(*MINUTES), [stop(None, 100), stop(300, 420), stop(None, 600), stop(700, 900)])

    assert values(found(stint_lengths, race)) == ["200", "100"]


def test_a_name_that_is_typed_late_ends_no_stint() -> None:
    before, after = laps(*MINUTES[:5], driver="Driver 42A"), laps(*MINUTES[5:20], driver="Driver 42B", first=6)

    assert not found(stint_lengths, scene([*before, *after], [stop(1150, 1280)]))


def test_missing_stops_are_counted_at_the_end_only() -> None:
    race = {"driven": laps(*MINUTES), "stops": [stop(700, 830)], "ended": 5990.0}

    assert not found(stop_counts, scene(**race, now=6000))  # type: ignore[arg-type]  # as named above
    (proposal,) = found(stop_counts, scene(**race, now=6200))  # type: ignore[arg-type]  # as named above
    assert (proposal.value, proposal.key) == (1, "stops:r42:feed")


def test_stops_after_the_flag_and_karts_that_never_drove_do_not_count() -> None:
    assert values(found(stop_counts, scene(laps(*MINUTES), [stop(700, 830), stop(6010, 6100)], ended=6000))) == ["1"]
    assert not found(stop_counts, scene((), [], ended=6000))


def test_driving_times_are_judged_at_the_end_without_names() -> None:
    driven = [*laps(*MINUTES[:70], driver="DRIVER  42a"), *laps(*MINUTES[75:], driver="Driver 42B", first=71)]
    race = scene(driven, [stop(4210, 4500)], ended=6000)

    (proposal,) = found(driving_times, race)

    assert proposal.text == "Driver 2: 1500 s driven in the race."
    assert (proposal.value, proposal.key) == (1500, "driving_time:r42:driver 2@feed")
    assert "42B" not in str(proposal)
    assert proposal.driver == "person 2"
    assert next(to_file([proposal], ())).driver == "person 2"


def test_an_entered_driver_who_never_drove_has_driven_nothing() -> None:
    alone = scene(laps(*MINUTES, driver="Driver 42A"), ended=6000)
    stranger = scene(laps(*MINUTES, driver="Driver 42 Alpha"), ended=6000)

    (proposal,) = found(driving_times, alone)
    assert (proposal.text, proposal.driver) == ("Driver 2: 0 s driven in the race.", "person 2")
    assert not found(driving_times, stranger)


def test_a_feed_without_names_says_nothing_about_drivers() -> None:
    assert not found(driving_times, scene(laps(*MINUTES), ended=6000))


def test_measures_by_number_of_drivers_leave_other_teams_alone() -> None:
    trio = Kart("r42", "42", None, ("A", "B", "C"))

    assert not found(driving_times, scene(laps(*MINUTES, driver="A"), ended=6000, kart=trio))


def test_what_cannot_be_reached_any_more_is_told_while_the_race_is_on() -> None:
    driven = laps(*MINUTES[:50], driver="Driver 42A")

    assert not found(unreachable, scene(driven, left=1800, now=3000))
    (proposal,) = found(unreachable, scene(driven, left=1799.999, now=3000))

    assert proposal.value is None
    assert proposal.text == "Driver 2: 0 s driven, 1799.999 s left; the limits are out of reach."
    assert not found(unreachable, scene(driven, left=0, ended=3000, now=3010))


def test_laps_above_the_share_are_the_value() -> None:
    driven = [*laps(*MINUTES[:71], driver="Driver 42A"), *laps(*MINUTES[71:], driver="Driver 42B", first=72)]

    (proposal,) = found(shares, scene(driven, [stop(4265, 4267)], ended=6000))

    assert proposal.text == "Driver 1: 71 of 100 laps, 1 above 70 %."
    assert proposal.value == 1
    assert not found(shares, scene([*driven[:70], *laps(*MINUTES[70:], driver="Driver 42B", first=71)], ended=6000))


@pytest.mark.parametrize(("left", "is_closed"), [(600.001, False), (600, False), (599.999, True), (201, True)])
def test_the_pit_lane_closes_by_the_clock_of_the_race(left: float, *, is_closed: bool) -> None:
    on = scene(stops=[stop(1000, 1130)], now=1200, left=left - 200)
    over = scene(stops=[stop(1000, 1130)], ended=1000 + left)

    assert bool(found(closed_lane, over)) is is_closed
    assert bool(found(closed_lane, on)) is is_closed


@pytest.mark.parametrize(("crossed", "early"), [(-31, []), (-30, ["30"]), (-1.25, ["1.25"]), (-1, []), (3, [])])
def test_a_start_before_the_green_flag_is_found_within_the_window(crossed: float, early: list[str]) -> None:
    board = Board(cars=(Car("r42", "42", crossed_at=at(100 + crossed)),))
    looked_at = scene(green=100)

    assert values(found(jump_starts, replace(looked_at, board=board))) == early
    assert values(found(jump_starts, scene(laps(160 + crossed), green=100))) == early


def test_a_flag_that_came_after_most_of_the_field_was_late() -> None:
    karts = {f"r{n}": Kart(f"r{n}", f"{n}") for n in range(3)}
    cars = [Car(f"r{n}", f"{n}", crossed_at=at(seconds)) for n, seconds in enumerate((95, 101, 102))]
    late = [replace(cars[1], crossed_at=at(97)), *cars[::2]]

    for shown, told in ((cars, ["0"]), (late, [])):
        looked_at = replace(scene(green=100), karts=karts, board=Board(cars=tuple(shown)))
        assert [one.kart for one in found(jump_starts, looked_at)] == told


def test_without_a_flag_or_a_window_nothing_is_said_about_the_start() -> None:
    without = read_catalogue(RULES.replace(", jump_start_s: 30", ""), "test")

    assert not found(jump_starts, scene(laps(155)))
    assert not found(jump_starts, scene(laps(155), green=100, catalogue=without))


def test_a_thing_of_a_moment_is_the_same_thing_a_little_later() -> None:
    (proposal,) = found(pit_times, scene(stops=[stop(500, 590)]))
    (moved,) = found(pit_times, scene(stops=[stop(500, 593.2)]))

    assert proposal.key != moved.key
    assert moved.at - proposal.at == timedelta(seconds=3.2)
