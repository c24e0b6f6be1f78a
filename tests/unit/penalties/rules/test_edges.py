"""What is rare: values typed as text, a ruling's own moment, carried counts that fade, files with odd places."""

from dataclasses import replace
from decimal import Decimal

import pytest

from core.errors import BadInput
from core.penalties.catalogue import read_catalogue
from core.penalties.rules.evaluate import fold
from core.penalties.rules.facts import Case, Fact, Ruling
from core.penalties.rules.findings import Standing
from core.penalties.rules.judge import judge
from core.penalties.rules.scenarios import differences, read_scenarios
from core.penalties.rules.schema import text_of
from tests.unit.penalties.rules.play import RULES, WL, ladder, play

CLUB = read_catalogue(RULES + WL, "club.yaml")


def decided(ruling: Ruling, **fields: object) -> Standing:
    fact = Fact("a", 1, 99, {"code": "X", "kart": "42", **fields})
    return judge(Case([fact], [(None, CLUB)], {"a": ruling}, end=100)).penalties["a/decision"].state


def test_the_moment_of_a_decision_outweighs_that_of_its_incident() -> None:
    sg5, nobody = "sg5", frozenset({"RD"})

    assert decided(Ruling(sg5, nobody)) is Standing.DUE
    assert decided(Ruling(sg5, nobody, after_end=True)) is Standing.CONVERTED
    assert decided(Ruling(sg5, nobody, laps_left=3)) is Standing.CONVERTED
    assert decided(Ruling(sg5, nobody, laps_left=4), laps_left=1) is Standing.DUE


def test_a_value_may_have_been_typed_as_text() -> None:
    played = play(
        '[i, a, 0, X, 1, {value: "2.5"}]\n[decide, a, fine, RD]\n[i, b, 0, X, 1, {value: much}]\n[decide, b, fine, RD]'
    )

    assert played.penalty("a/decision")["points"] == 250
    assert "no effect" in played.explain("b")


def test_what_a_clean_event_took_off_expires_with_the_window() -> None:
    rules = ladder("""
id: p
match: {code: P}
scope: driver
window_s: 100
decay: {per_clean_event: 1}
steps: [{at: 9, do: t5}]
""")

    played = play("[i, a, 0, P, D]\n[i, b, 50, P, D]\n[clean, 60, D]\n[i, c, 120, P, D]\n[i, d, 200, P, D]", rules)

    assert played.counts == {"a": 1, "b": 2, "c": 1, "d": 2}


def test_a_clean_event_leaves_a_ladder_without_decay_alone() -> None:
    assert play("[i, a, 0, WL, 42]\n[clean, 5, 42]\n[i, b, 10, WL, 42]").counts["b"] == 2


def test_a_decision_that_waits_says_for_how_many() -> None:
    assert "It needs 2 different officials" in play("[i, a, 0, X, 1]\n[decide, a, dsq, RD]").explain("a")


def test_an_incident_nothing_is_about_says_so() -> None:
    assert "No ladder, measure or decision is about this incident." in play("[i, a, 0, X, 1]").explain("a")


def test_a_correction_of_nothing_changes_nothing() -> None:
    assert play("[i, a, 0, WL, 42]\n[amend, b, {kart: 7}, no such incident]").counts == {"a": 1}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (42, "42"),
        (Decimal("42.0"), "42"),
        (Decimal("1E+2"), "100"),
        (Decimal("0.50"), "0.5"),
        (True, "true"),
        ("42", "42"),
    ],
)
def test_values_are_compared_in_one_form(value: object, text: str) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("seconds: 30}", "must be between"),
        ("window_s: 100", "window_s: must be a number"),
    ],
)
def test_numbers_beyond_all_bounds_are_refused(place: str, said: str) -> None:
    worse = {"seconds: 30}": "seconds: 1e10}", "window_s: 100": "window_s: long"}[place]

    with pytest.raises(BadInput, match=said):
        read_catalogue((RULES + WL).replace(place, worse, 1), "club.yaml")


def test_a_file_of_scenarios_may_end_its_events_with_nothing() -> None:
    assert read_scenarios("[{n: 1, rules: x, ev: }]", "x")[0].events == []


def test_an_entry_that_is_no_list_is_refused() -> None:
    with pytest.raises(BadInput, match="is not an event"):
        _ = read_scenarios("[{n: 1, rules: x, ev: [a]}]", "x")[0].events


def test_one_penalty_twice_is_one_too_many() -> None:
    result = play("[i, a, 0, X, 1]\n[decide, a, t5, RD]").result

    expected = {"pens": [["a", "t5", "time", 5, "due"], ["a", "t5", "time", 5, "due"]], "places": {"a": None}}
    assert list(differences(expected, result)) == ["1 penalties instead of 2"]


def test_the_track_is_green_until_something_is_said() -> None:
    case = fold(
        CLUB,
        read_scenarios("[{n: 1, rules: x, ev: [[i, a, 0, X, 5], [decide, a, sg5, RD], [served, a/decision, 9]]}]", "x")[
            0
        ].events,
    )

    assert judge(case).penalties["a/decision"].state is Standing.SERVED
    assert judge(replace(case, track=[(9, "SC")])).penalties["a/decision"].state is Standing.REJECTED


def test_scenarios_may_repeat_values_by_reference() -> None:
    found = read_scenarios("[{n: 1, rules: x, ev: &ev [[end, 5]]}, {n: 2, rules: x, ev: *ev}]", "x")

    assert found[0].events == found[1].events == [{"e": "end", "t": 5}]
