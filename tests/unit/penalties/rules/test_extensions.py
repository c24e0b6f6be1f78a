"""What regulations need beyond the worked scenarios: decay, mixes, season counters, tables, changes of the rules."""

from core.penalties.catalogue import read_catalogue
from core.penalties.rules.evaluate import fold
from core.penalties.rules.judge import judge
from core.penalties.rules.scenarios import read_scenarios
from tests.unit.penalties.rules.play import RULES, WL, ladder, play

DECAY = """
id: bwp
match: {code: P}
scope: driver
count: points
below: noted
decay: {per_clean_event: 2}
steps: [{at: 3, do: t5}, {at: 5, do: t10}]
"""


def test_a_clean_event_takes_something_off() -> None:
    played = play("[i, a, 0, P, D, {points: 4}]\n[clean, 10, D, driver]\n[i, b, 20, P, D, {points: 1}]", ladder(DECAY))

    assert played.counts == {"a": 4, "b": 3}
    assert list(played.states) == ["a/bwp@3", "b/bwp@3"]
    assert "clean -2 (10 s)" in played.explain("b")


def test_nothing_is_taken_off_below_zero() -> None:
    played = play(
        "[i, a, 0, P, D, {points: 1}]\n[clean, 1, D]\n[clean, 2, D]\n[i, b, 3, P, D, {points: 1}]", ladder(DECAY)
    )

    assert played.counts["b"] == 1


def test_a_clean_event_of_somebody_else_takes_nothing_off() -> None:
    played = play(
        "[i, a, 0, P, D, {points: 1}]\n[clean, 1, E]\n[clean, 1, D, team]\n[i, b, 3, P, D, {points: 1}]", ladder(DECAY)
    )

    assert played.counts["b"] == 2


def test_a_clean_event_of_the_same_time_comes_after_the_incident() -> None:
    played = play("[clean, 5, D]\n[i, a, 5, P, D, {points: 2}]\n[i, b, 6, P, D, {points: 1}]", ladder(DECAY))

    assert played.counts == {"a": 2, "b": 1}


MIXED = (
    RULES.replace(
        "penalties:",
        "codes:\n  BLK: {label: Blocking, key: b, group: driving}\n  PIT: {label: Pit, key: p}\npenalties:",
        1,
    )
    + """\
  - id: rep
    match: {code: [BLK, PIT]}
    scope: driver
    steps: [{at: 3, do: t10, reset: true, mix: {at_least: 2, match: {group: driving}}}]
"""
)


def reprimands(codes: str) -> str:
    return "\n".join(f"[i, {chr(97 + t)}, {t}, {code}, D]" for t, code in enumerate(codes.split()))


def test_a_step_asks_for_a_mix() -> None:
    assert list(play(reprimands("BLK PIT BLK"), MIXED).states) == ["c/rep@3"]
    assert list(play(reprimands("BLK PIT PIT"), MIXED).states) == []


def test_a_step_stays_open_until_the_mix_is_there() -> None:
    played = play(reprimands("BLK PIT PIT PIT BLK BLK"), MIXED)

    assert list(played.states) == ["e/rep@3"]
    assert played.counts["f"] == 1


def test_a_season_is_carried_into_a_ladder() -> None:
    rules = ladder(DECAY.replace("count: points", "count: points\nwindow_s: 100"))
    carried = "[carried, bwp, driver, D, -50, 4]\n[carried, bwp, driver, D, -99, 9, {origin: Round 1}]\n"

    played = play(carried + "[i, a, 50, P, D, {points: 1}]", rules)

    assert played.counts == {"a": 5}
    assert "carried +4 (-50 s)" in played.explain("a")
    assert "expired: Round 1 +9 (-99 s)" in played.explain("a")


def test_a_carried_count_is_not_waiting_to_be_shown() -> None:
    rules = ladder("id: tl\nmatch: {code: TL}\nscope: driver\nadvance: signalled\nsteps: [{at: 2, do: t5}]")

    assert play("[carried, tl, driver, D, -1, 1]\n[i, a, 0, TL, D]", rules).counts == {"a": 2}


def test_positions_are_lost() -> None:
    rules = RULES.replace("ladders:\n", "  back: {type: position, places: 2}\n  give_back: {type: position}\n")

    played = play("[i, a, 0, X, 1]\n[decide, a, back, RD]\n[i, b, 0, X, 1]\n[decide, b, give_back, RD]", rules)

    assert played.penalty("a/decision")["places"] == 2
    assert "places" not in played.penalty("b/decision")


TABLES = (
    RULES.removesuffix("ladders:\n")
    + """\
measures:
  - {id: two, match: {code: DRIVE, drivers: 2}, bands: [{up_to: 6299.999, do: lap}, {over: 6299.999, do: none}]}
  - {id: three, match: {code: DRIVE, drivers: 3}, bands: [{up_to: 4499.999, do: lap}, {over: 4499.999, do: none}]}
  - {id: heavy, match: {code: WEIGHT, class: [A, B]}, bands: [{up_to: 419.9, do: dsq}, {over: 419.9, do: none}]}
"""
)


def test_tables_are_measures_that_match_a_field() -> None:
    played = play(
        "[i, a, 0, DRIVE, 1, {value: 5000, drivers: 2}]\n[i, b, 0, DRIVE, 1, {value: 5000, drivers: 3}]\n"
        "[i, c, 0, WEIGHT, 1, {value: 419.9, class: B}]\n[i, d, 0, WEIGHT, 1, {value: 1, class: C}]",
        TABLES,
    )

    assert list(played.states) == ["a/two", "c/heavy"]
    assert played.outcomes["d"] == "noted"


CHANGED = (
    "{id: club, version: 2, penalties: {t5: {type: time, seconds: 5}}, "
    "ladders: [{id: wl, match: {code: WL}, scope: kart, steps: [{at: 2, do: t5}, {at: 3, do: none}]}]}"
)


def test_a_change_of_the_rules_leaves_older_incidents_alone_and_keeps_the_counters() -> None:
    played = play(
        f"[ruleset, 15, {CHANGED}]\n[i, a, 0, WL, 42]\n[i, b, 14, WL, 42]\n"
        "[i, c, 15, WL, 42]\n[i, d, 16, WL, 7]\n[i, e, 17, WL, 7]"
    )

    assert played.outcomes == {"a": "warning", "b": "warning_flag", "c": "noted", "d": "warning", "e": "penalty"}
    assert played.counts["c"] == 3
    assert "Ruleset club@1#" in played.explain("b")
    assert "Ruleset club@2#" in played.explain("c")


def test_an_incident_may_be_judged_again_by_the_newest_rules() -> None:
    events = f"[i, a, 0, WL, 42]\n[i, b, 10, WL, 42]\n[ruleset, 15, {CHANGED}]\n"

    assert play(events).outcomes["b"] == "warning_flag"
    assert play(events + "[rejudge, b]").states == {"b/wl@2": "due"}


def test_a_decision_may_name_a_penalty_of_newer_rules() -> None:
    newer = CHANGED.replace("t5:", "t7:", 1).replace("do: t5", "do: t7")

    played = play(f"[i, a, 0, CON, 42]\n[ruleset, 15, {newer}]\n[decide, a, t7, RD]")

    assert played.penalty("a/decision")["code"] == "t7"


def test_an_explanation_lists_counted_and_expired_step_article_and_hash() -> None:
    played = play("[i, a, 0, WL, 42]\n[i, b, 90, WL, 42]\n[i, c, 110, WL, 42]\n[i, d, 120, WL, 42]")

    reference = read_catalogue(RULES + WL, "x").reference
    assert played.result["incidents"]["d"]["explain"] == [
        "Ladder wl, kart 42: 3 = b (90 s), c (110 s), d (120 s).",
        "Window 100 s, its edge included; expired: a (0 s).",
        "Step 3: sg5; the counter starts again.",
        "Article: club 4.1.",
        f"Ruleset {reference}.",
    ]


def test_a_penalty_in_an_officials_own_words_has_no_amount() -> None:
    events = read_scenarios("[{n: x, rules: x, ev: [[i, a, 0, WL, 1], [decide, a, other, RD]]}]", "x")[0].events

    sentence = judge(fold(read_catalogue(RULES + WL, "x"), events)).penalties["a/decision"]

    assert (sentence.type, sentence.seconds, sentence.state) == ("other", None, "due")
