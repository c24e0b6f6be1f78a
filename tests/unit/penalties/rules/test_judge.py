"""The order of evaluation, sentence by sentence: decisions, measures, ladders, late."""

from decimal import Decimal

import pytest

from core.errors import BadInput
from core.penalties.rules.evaluate import evaluate
from tests.unit.penalties.rules.play import RULES, WL, ladder, play

THREE = "[i, a, 0, WL, 42]\n[i, b, 10, WL, 42]\n[i, c, 20, WL, 42]\n"


def test_the_last_decision_counts() -> None:
    played = play(THREE + "[decide, c, nfa, RD]\n[decide, c, t5, RD]\n[decide, b, t5, RD]\n[decide, b, auto, RD]")

    assert played.outcomes == {"a": "warning", "b": "warning_flag", "c": "penalty"}
    assert played.states == {"c/decision": "due"}
    assert played.penalty("c/decision")["origin"] == "manual"


def test_one_official_approving_twice_is_one_official() -> None:
    played = play("[i, a, 0, CON, 42]\n[decide, a, dsq, M1, [M1, M1]]")

    assert played.outcomes == {"a": "awaiting_approval"}
    assert played.states == {}


def test_two_officials_are_two() -> None:
    played = play("[i, a, 0, CON, 42]\n[decide, a, dsq, M1, [M1, M2]]")

    assert played.states == {"a/decision": "due"}


def test_a_decision_that_waits_neither_counts_nor_closes_a_cycle() -> None:
    played = play("[i, a, 0, WL, 42]\n[i, b, 10, WL, 42]\n[decide, b, dsq, M1]\n[i, c, 20, WL, 42]")

    assert played.counts == {"a": 1, "b": 0, "c": 2}


def test_a_decision_closes_only_the_cycle_of_its_own_subject_and_ladder() -> None:
    played = play(THREE + "[i, d, 30, WL, 7]\n[decide, d, t5, RD]\n[i, e, 40, WL, 42]")

    assert played.counts["c"] == 3


def test_a_ladder_may_go_on_after_an_explicit_penalty() -> None:
    rules = ladder("""
id: wl
match: {code: WL}
scope: kart
manual_resets: false
steps: [{at: 3, do: sg5}]
""")

    played = play("[i, a, 0, WL, 42]\n[i, b, 1, WL, 42]\n[decide, b, t5, RD]\n[i, c, 2, WL, 42]", rules)

    assert played.counts["c"] == 2


def test_the_window_is_inclusive_at_its_edge() -> None:
    played = play("[i, a, 0, WL, 42]\n[i, b, 100, WL, 42]\n[i, c, 101, WL, 42]")

    assert played.counts == {"a": 1, "b": 2, "c": 2}


def test_scopes_count_what_they_name() -> None:
    scopes = ("kart", "team", "driver")
    parts = [
        ladder(f"""
id: by_{scope}
match: {{code: {scope.upper()}}}
scope: {scope}
steps: [{{at: 2, do: sg5}}]
""").removeprefix(RULES)
        for scope in scopes
    ]
    events = "".join(
        f"[i, {scope[0]}1, 0, {scope.upper()}, X, {{kart: 1, team: T, driver: D}}]\n"
        f"[i, {scope[0]}2, 1, {scope.upper()}, X, {{kart: 2, team: T, driver: E}}]\n"
        f"[i, {scope[0]}3, 2, {scope.upper()}, X, {{kart: 1, team: U, driver: E}}]\n"
        for scope in scopes
    )

    played = play(events, RULES + "".join(parts))

    assert [played.counts[name] for name in ("k1", "k2", "k3")] == [1, 1, 2]
    assert [played.counts[name] for name in ("t1", "t2", "t3")] == [1, 2, 1]
    assert [played.counts[name] for name in ("d1", "d2", "d3")] == [1, 1, 2]


def test_an_unknown_driver_falls_back_to_the_kart_and_says_so() -> None:
    rules = ladder("""
id: wl
match: {code: WL}
scope: driver
steps: [{at: 2, do: sg5}]
""")

    played = play("[i, a, 0, WL, 42, {driver: null}]\n[i, b, 1, WL, 42, {driver: null}]", rules)

    assert played.counts["b"] == 2
    assert "The driver is not known: the kart is counted." in played.explain("b")


def test_numbers_and_text_name_one_kart() -> None:
    assert play('[i, a, 0, WL, 42]\n[i, b, 1, WL, "42"]').counts["b"] == 2


def test_past_the_end_nothing_more_is_reached() -> None:
    rules = ladder("""
id: wl
match: {code: WL}
scope: kart
below: noted
steps: [{at: 1, do: t5}, {at: 2, do: t10}]
""")

    played = play(THREE, rules)

    assert played.outcomes == {"a": "penalty", "b": "penalty", "c": "noted"}


def test_past_the_end_the_last_step_may_repeat() -> None:
    rules = ladder("""
id: wl
match: {code: WL}
scope: kart
past_end: repeat_last
steps: [{at: 1, do: t5}, {at: 2, do: t10}]
""")

    played = play(THREE + "[i, d, 30, WL, 42]", rules)

    assert list(played.states) == ["a/wl@1", "b/wl@2", "c/wl@2", "d/wl@2"]


POINTS = """
id: pts
match: {code: P}
scope: driver
count: points
weight: 2
below: noted
steps: [{at: 3, do: t5}, {at: 5, do: t10}, {at: 9, do: dsq, deduct: 7}]
"""


def test_an_incident_that_passes_several_steps_reaches_the_highest() -> None:
    played = play("[i, a, 0, P, D, {points: 6}]\n[i, b, 1, P, D, {points: 1}]", ladder(POINTS))

    assert list(played.states) == ["a/pts@5"]
    assert played.outcomes["b"] == "noted"


def test_without_points_the_weight_counts() -> None:
    assert play("[i, a, 0, P, D]\n[i, b, 1, P, D]", ladder(POINTS)).counts == {"a": 2, "b": 4}


def test_a_deduction_carries_the_rest() -> None:
    played = play("[i, a, 0, P, D, {points: 9.5}]\n[i, b, 1, P, D, {points: 0.5}]", ladder(POINTS))

    assert played.counts == {"a": 9.5, "b": 3}
    assert list(played.states) == ["a/pts@9", "b/pts@3"]


REPEATED = """
id: rep
match: {code: P}
scope: team
count: points
steps: [{at: 10, every: 5, do: hold}]
"""


def test_a_step_repeats_and_says_how_often() -> None:
    played = play(
        "[i, a, 0, P, T, {points: 10}]\n[i, b, 1, P, T, {points: 4}]\n[i, c, 2, P, T, {points: 7}]", ladder(REPEATED)
    )

    assert {name: each["seconds"] for name, each in played.result["penalties"].items()} == {
        "a/rep@10": 15,
        "c/rep@10": 15 * 4 + 11,
    }


SHOWN = """
id: tl
match: {code: TL}
scope: driver
advance: signalled
below: noted
steps: [{at: 1, do: none}, {at: 2, do: warning_flag}, {at: 3, do: t5}]
"""


def test_a_breach_shown_in_time_moves_up_the_scale() -> None:
    events = "[i, a, 0, TL, D]\n[i, b, 10, TL, D]\n[i, c, 20, TL, D]\n[signal, a, 10]\n[signal, b, 20]"

    played = play(events, ladder(SHOWN))

    assert played.outcomes == {"a": "noted", "b": "warning_flag", "c": "penalty"}


def test_a_breach_shown_too_late_does_not() -> None:
    played = play("[i, a, 0, TL, D]\n[i, b, 10, TL, D]\n[signal, a, 11]\n[i, c, 12, TL, D]", ladder(SHOWN))

    assert played.counts == {"a": 1, "b": 1, "c": 2}
    assert "Not yet shown to the driver, so not counted: b (10 s)" in played.explain("c")


MEASURE = (
    RULES.removesuffix("ladders:\n")
    + """\
measures:
  - {id: speed, match: {code: PLS}, bands: [{up_to: 0, do: none}, {over: 0, up_to: 10, do: t5}, {over: 10, do: fine}]}
  - {id: stop, match: {code: PIT}, bands: [{over: 5, up_to: 9.5, do: warning}, {over: 9.5, up_to: 20, do: t10}]}
ladders:
  - {id: again, match: {code: [PLS, PIT]}, scope: kart, steps: [{at: 2, do: warning_flag}, {at: 3, do: sg30}]}
"""
)


@pytest.mark.parametrize(
    ("code", "value", "outcome", "penalties"),
    [
        ("PLS", "-1", "nfa", []),
        ("PLS", "0", "nfa", []),
        ("PLS", "0.001", "penalty", ["t5"]),
        ("PLS", "10", "penalty", ["t5"]),
        ("PLS", "10.001", "penalty", ["fine"]),
        ("PIT", "5", "nfa", []),
        ("PIT", "5.1", "warning", []),
        ("PIT", "9.5", "warning", []),
        ("PIT", "20", "penalty", ["t10"]),
        ("PIT", "20.1", "warning", []),
    ],
)
def test_a_band_is_open_below_and_closed_above(code: str, value: str, outcome: str, penalties: list[str]) -> None:
    played = play(f"[i, a, 0, {code}, 42, {{value: {value}}}]", MEASURE)

    assert played.outcomes == {"a": outcome}
    assert [each["code"] for each in played.result["penalties"].values()] == penalties


def test_without_a_value_nothing_is_measured() -> None:
    assert play("[i, a, 0, PLS, 42]", MEASURE).outcomes == {"a": "warning"}


def test_a_legal_value_is_not_counted() -> None:
    events = "[i, a, 0, PLS, 42, {value: 0}]\n[i, b, 1, PLS, 42, {value: 3}]\n[i, c, 2, PIT, 42, {value: 1}]"

    assert play(events, MEASURE).counts == {"a": 0, "b": 1, "c": 0}


def test_a_measure_and_a_ladder_may_both_give_a_penalty() -> None:
    events = "\n".join(f"[i, {name}, {t}, PLS, 42, {{value: 3}}]" for t, name in enumerate("abc"))

    played = play(events, MEASURE)

    assert played.result["incidents"]["c"]["penalties"] == ["c/speed", "c/again@3"]


def test_amounts_are_exact() -> None:
    played = play("[i, a, 0, PLS, 42, {value: 0.1}]\n[i, b, 1, DEC, 42, {value: 0.07}]\n[decide, b, fine, RD]", MEASURE)

    assert played.penalty("b/decision")["points"] == 7


def test_a_decision_with_a_formula_and_no_value_has_no_effect_and_says_so() -> None:
    played = play("[i, a, 0, WL, 42]\n[decide, a, fine, RD]\n[i, b, 1, WL, 42]\n[decide, b, nothing, RD]")

    assert played.outcomes == {"a": "warning", "b": "warning_flag"}
    assert "The decision “fine” by RD has no effect" in played.explain("a")
    assert "The decision “nothing” by RD has no effect" in played.explain("b")


def test_an_amount_that_cannot_be_calculated_is_left_out_and_explained() -> None:
    played = play("[i, a, 0, WL, 42]", ladder("id: x\nmatch: {code: WL}\nscope: kart\nsteps: [{at: 1, do: fine}]"))

    assert "points" not in played.penalty("a/x@1")
    assert any("amount is not known" in line for line in played.penalty("a/x@1")["why"])


@pytest.mark.parametrize(
    ("events", "late"),
    [
        ("[i, a, 99, DEC, 42]\n[end, 100]", False),
        ("[i, a, 100, DEC, 42]\n[end, 100]", True),
        ("[i, a, 100, DEC, 42]\n[end, 120]\n[end, 90]", True),
        ("[i, a, 0, DEC, 42, {laps_left: 4}]", False),
        ("[i, a, 0, DEC, 42, {laps_left: 3}]", True),
        ("[i, a, 0, DEC, 42, {after_end: true}]", True),
        ("[i, a, 0, DEC, 42, {after_end: false}]", False),
    ],
)
def test_too_late_a_penalty_is_converted(events: str, *, late: bool) -> None:
    penalty = play(events + "\n[decide, a, sg5, RD]").penalty("a/decision")

    assert (penalty["state"], penalty["type"], penalty["seconds"], penalty.get("converted_from")) == (
        ("converted", "time", 30, "stop_go") if late else ("due", "stop_go", 5, None)
    )


def test_an_automatic_penalty_is_converted_too() -> None:
    played = play(THREE + "[amend, c, {laps_left: 1}, seen late]")

    assert played.penalty("c/wl@3")["state"] == "converted"


def test_a_correction_moves_an_incident_in_time_code_and_kart() -> None:
    played = play(
        THREE + "[i, d, 30, YZ, 42]\n"
        "[amend, a, {t: 25}, clock]\n[amend, c, {kart: 7}, number]\n[amend, d, {code: WL}, code]"
    )

    assert played.counts == {"b": 1, "a": 2, "c": 1, "d": 3}


def test_a_voided_incident_is_gone() -> None:
    played = play(THREE + "[void, b, double]\n[void, nothing, x]")

    assert played.counts == {"a": 1, "c": 2}


def test_a_number_of_an_incident_is_its_name() -> None:
    assert play("[i, 1, 0, WL, 42]\n[i, 2, 1, WL, 42]\n[i, 3, 2, WL, 42]").states == {"3/wl@3": "due"}


def test_plain_values_with_binary_floats_are_read_as_written() -> None:
    rules = {
        "id": "f",
        "version": 1,
        "penalties": {"t": {"type": "time", "seconds": 0.1}},
        "measures": [
            {"id": "m", "match": {"code": "X"}, "bands": [{"up_to": 0.3, "do": "none"}, {"over": 0.3, "do": "t"}]}
        ],
    }
    event = {"e": "incident", "id": "a", "t": 0.5, "code": "X", "kart": 1, "value": 0.1 + 0.2}

    assert evaluate(rules, [event])["incidents"] != evaluate(rules, [{**event, "value": 0.3}])["incidents"]
    assert evaluate(rules, [{**event, "value": Decimal("0.3")}]) == evaluate(rules, [{**event, "value": 0.3}])


@pytest.mark.parametrize(
    "event",
    [{"e": "dance"}, {}, {"e": "incident", "id": "a"}, {"e": "signal", "id": "a", "t": "noon"}, {"e": "cross", "t": 1}],
)
def test_an_event_that_is_not_understood_is_refused(event: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        evaluate(RULES + WL, [event])
