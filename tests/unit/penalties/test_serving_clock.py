"""The clock of serving: crossings used and left, pauses, and the stop that looks like the serving."""

from decimal import Decimal

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from core.penalties.model import TrackState
from core.penalties.rules.evaluate import evaluate
from core.penalties.serving_clock import Verdict
from tests.unit.penalties.serving_stage import (
    at,
    confirmed,
    folded,
    given,
    line,
    looked,
    recorded,
    rules,
    stop,
    track,
)


def test_the_crossing_after_the_last_permitted_one_is_found() -> None:
    fold = folded(*given(1, 0))

    (before,) = looked(fold, line(60, 120, 180))
    (after,) = looked(fold, line(60, 120, 180, 240.5, 300))

    assert (before.used, before.left, before.overdue, before.decided_at) == (3, 0, False, None)
    assert (after.used, after.left, after.overdue, after.decided_at) == (5, -2, True, at(240.5))
    assert after.deciding == (
        ("issued", "12:00:00.000 UTC"),
        ("crossing 1 of 3", "12:01:00.000 UTC, lap 10"),
        ("crossing 2 of 3", "12:02:00.000 UTC, lap 11"),
        ("crossing 3 of 3", "12:03:00.000 UTC, lap 12"),
        ("crossing 4 of 3", "12:04:00.500 UTC, lap 13"),
    )


def test_crossings_up_to_the_very_instant_of_the_issue_do_not_count() -> None:
    (clock,) = looked(folded(*given(1, 60)), line(0, 59.999, 60, 60.001))

    assert clock.used == 1


def test_what_lies_after_now_has_not_happened_yet() -> None:
    (clock,) = looked(folded(*given(1, 0)), line(60, 120), [stop(130)], now=100)

    assert (clock.used, clock.candidate) == (1, None)


def test_a_track_state_of_the_ruleset_stops_the_clock_and_says_so() -> None:
    fold = folded(*given(1, 0), track(100, TrackState.SC), track(200, TrackState.GREEN))

    (during,) = looked(fold, line(60, 120, 180), now=190)
    (after,) = looked(fold, line(60, 120, 180, 240))

    assert (during.used, during.paused, during.paused_by) == (1, True, TrackState.SC)
    assert (after.used, after.paused) == (2, False)
    assert after.deciding[2] == ("not counted", "12:02:00.000 UTC, lap 11, SC")


def test_four_seconds_of_five_are_short() -> None:
    (clock,) = looked(folded(*given(1, 0)), line(60), [stop(90, "4.012")])

    assert (clock.verdict, clock.stood, clock.required) == (Verdict.SHORT, Decimal("4.012"), 5)
    assert ("in the pit lane", "4.012 s (feed)") in clock.measured


@pytest.mark.parametrize(
    ("lasted", "tolerance", "verdict"),
    [("5.000", "0", "enough"), ("4.999", "0", "short"), ("4.5", "0.5", "enough"), ("4.499", "0.5", "short")],
)
def test_equality_with_the_amount_less_its_tolerance_is_enough(lasted: str, tolerance: str, verdict: str) -> None:
    (clock,) = looked(folded(*given(1, 0), ruleset=rules(tolerance=tolerance)), stops=[stop(90, lasted)])

    assert clock.verdict == verdict


def test_the_way_through_the_pit_lane_is_taken_off_where_the_ruleset_knows_it() -> None:
    (clock,) = looked(folded(*given(1, 0), ruleset=rules(transit="20")), stops=[stop(90, "24.012")])

    assert (clock.verdict, clock.stood) == (Verdict.SHORT, Decimal("4.012"))
    assert clock.measured[-2:] == (("stood", "4.012 s"), ("driving through takes", "20 s"))


@pytest.mark.parametrize(("state", "verdict"), [("SC", "rejected"), ("RED", "enough"), ("GREEN", "enough")])
def test_a_stop_counts_by_the_track_state_in_which_it_began(state: str, verdict: str) -> None:
    fold = folded(*given(1, 0), track(80, TrackState(state)), track(92, TrackState.GREEN))

    (clock,) = looked(fold, stops=[stop(90)])

    assert clock.verdict == verdict


def test_a_drive_through_is_a_pass_through_the_pit_lane_however_long() -> None:
    (clock,) = looked(folded(*given(1, 0, code="dt")), stops=[stop(90, "0.5")])

    assert (clock.verdict, clock.required, clock.window) == (Verdict.ENOUGH, None, 2)


def test_one_stop_serves_one_penalty_in_the_order_of_their_issue() -> None:
    fold = folded(*given(1, 0), *given(2, 10))

    once = looked(fold, stops=[stop(90)])
    twice = looked(fold, stops=[stop(150), stop(90)])

    assert [clock.candidate for clock in once] == [stop(90), None]
    assert [clock.candidate for clock in twice] == [stop(90), stop(150)]


def test_a_short_stop_is_followed_by_another_try() -> None:
    (clock,) = looked(folded(*given(1, 0)), stops=[stop(90, "2"), stop(150, "6")])

    assert (clock.candidate, clock.verdict) == (stop(150, "6"), Verdict.ENOUGH)


def test_a_recorded_serving_uses_its_stop_up_and_a_short_one_lets_the_clock_run_on() -> None:
    fold = folded(*given(1, 0), *given(2, 10), recorded(1, 92, "4"))

    first, second = looked(fold, line(60, 120, 180), [stop(90, "4")])

    assert (first.penalty.state, first.used, first.candidate) == ("short", 3, None)
    assert second.candidate is None


def test_what_is_served_or_confirmed_as_unserved_waits_no_more() -> None:
    assert looked(folded(*given(1, 0), recorded(1, 92, "5"))) == ()
    assert looked(folded(*given(1, 0), confirmed(1, 300))) == ()
    assert looked(folded(*given(1, 0, code="time_5"))) == ()


def test_a_stop_after_the_window_was_used_up_is_late() -> None:
    (clock,) = looked(folded(*given(1, 0)), line(60, 120, 180, 240), [stop(250)])

    assert (clock.overdue, clock.verdict) == (True, Verdict.LATE)


def test_a_penalty_without_a_window_is_never_overdue() -> None:
    (clock,) = looked(folded(*given(1, 0, code="open")), line(60, 120, 180, 240))

    assert (clock.window, clock.used, clock.left, clock.overdue) == (None, 4, None, False)


def test_a_kart_in_the_pit_lane_is_seen_before_it_is_out_again() -> None:
    (clock,) = looked(folded(*given(1, 0)), stops=[stop(90, None)], now=95)

    assert (clock.verdict, clock.stood) == (Verdict.UNDER_WAY, None)


moments = st.integers(-3, 40).map(lambda tenth: tenth / 2)
states = st.sampled_from(["GREEN", "SC", "VSC", "FCY", "RED", "PITWINDOW"])


@settings(deadline=None)
@drawn(
    crossings=st.lists(moments, max_size=9),
    changes=st.lists(st.tuples(moments, states), max_size=5),
    tried=st.none() | st.tuples(moments.filter(lambda second: second > 1), st.sampled_from(["3", "5", "7.5"])),
)
def test_the_engine_counts_and_judges_the_same_crossings_alike(
    crossings: list[float], changes: list[tuple[float, str]], tried: tuple[float, str] | None
) -> None:
    """By its own events: with the crossings told to it, it must come to the same number and the same verdict."""
    changes = sorted(changes, key=lambda change: change[0])
    fold = folded(*given(1, 1), *(track(second, TrackState(state)) for second, state in changes))
    stops = [] if tried is None else [stop(tried[0], tried[1])]
    said: list[dict[str, object]] = [
        {"e": "incident", "id": 1, "t": -1, "code": "CON", "phase": "race", "kart": "42", "driver": "42", "team": "42"},
        {"e": "decide", "id": 1, "outcome": "sg5", "by": "a"},
        {"e": "issue", "id": "1/decision", "t": 1},
        *({"e": "track", "t": Decimal(str(second)), "state": state} for second, state in changes),
        *({"e": "cross", "kart": "42", "t": Decimal(str(second))} for second in sorted(crossings)),
    ]
    if tried is not None:
        served = {"e": "served", "id": "1/decision", "t": Decimal(str(tried[0])), "seconds": Decimal(tried[1])}
        said.append(served)

    (clock,) = looked(fold, line(*crossings), stops)
    judged = evaluate(rules(), said)["penalties"]

    assert isinstance(judged, dict)
    penalty = judged["1/decision"]
    wanted = {Verdict.REJECTED: "rejected", Verdict.SHORT: "short", Verdict.ENOUGH: "served"}.get(
        clock.verdict or Verdict.UNDER_WAY, "due"
    )
    expected = "unserved" if clock.overdue and wanted != "served" else wanted
    assert penalty["state"] == expected
    if penalty["state"] != "served":
        assert penalty["crossings_left"] == clock.left
