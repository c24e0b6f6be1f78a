"""Serving: windows counted in crossings, pauses, stops that are too short or forbidden, and the official's word."""

from tests.unit.penalties.rules.play import play

GIVEN = "[i, a, 0, DEC, 5]\n[decide, a, sg5, RD]\n"
ISSUED = GIVEN + "[issue, a/decision, 10]\n"


def crossings(*times: object) -> str:
    return "".join(f"[cross, 5, {t}]\n" for t in times)


def test_the_last_permitted_crossing_is_not_yet_unserved() -> None:
    played = play(ISSUED + crossings(20, 30, 40))

    assert played.states == {"a/decision": "due"}
    assert played.penalty("a/decision")["crossings_left"] == 0


def test_one_crossing_more_is_unserved_and_proposes_what_follows() -> None:
    played = play(ISSUED + crossings(20, 30, 40, 50))

    assert played.states == {"a/decision": "unserved", "a/decision/unserved": "due"}
    assert played.penalty("a/decision/unserved")["laps"] == 1
    assert played.result["incidents"]["a"]["penalties"] == ["a/decision", "a/decision/unserved"]
    assert "Article: club 9." in played.penalty("a/decision/unserved")["why"]


def test_crossings_up_to_the_instant_of_the_issue_do_not_count() -> None:
    assert play(ISSUED + crossings(5, 10, 11)).penalty("a/decision")["crossings_left"] == 2


def test_crossings_of_another_kart_do_not_count() -> None:
    assert play(ISSUED + "[cross, 6, 20]").penalty("a/decision")["crossings_left"] == 3


def test_without_an_issue_no_window_runs() -> None:
    assert "crossings_left" not in play(GIVEN + crossings(20, 30, 40, 50)).penalty("a/decision")


def test_the_last_issue_starts_the_window() -> None:
    played = play(ISSUED + crossings(20, 30) + "[issue, a/decision, 35]\n" + crossings(40))

    assert played.penalty("a/decision")["crossings_left"] == 2


def test_the_clock_stops_from_the_instant_of_the_state() -> None:
    played = play(ISSUED + "[track, 30, GREEN]\n[track, 20, SC]\n" + crossings(19, 20, 29, 30))

    assert played.penalty("a/decision")["crossings_left"] == 1


def test_a_serving_in_a_forbidden_state_is_rejected_and_the_clock_goes_on() -> None:
    events = ISSUED + "[track, 20, SC]\n[served, a/decision, 25, {seconds: 5}]\n[track, 30, GREEN]\n"

    assert play(events + crossings(40)).penalty("a/decision")["crossings_left"] == 2
    assert play(events).states == {"a/decision": "rejected"}
    assert play(events + crossings(40, 50, 60, 70)).states["a/decision"] == "unserved"


def test_a_stop_may_be_short_by_the_tolerance() -> None:
    assert play(ISSUED + "[served, a/decision, 25, {seconds: 4.5}]").states == {"a/decision": "served"}
    assert play(ISSUED + "[served, a/decision, 25, {seconds: 4.499}]").states == {"a/decision": "short"}


def test_a_short_stop_does_not_stop_the_clock() -> None:
    events = ISSUED + "[served, a/decision, 25, {seconds: 1}]\n"

    assert play(events + crossings(30)).penalty("a/decision")["crossings_left"] == 2
    assert play(events + crossings(30, 40, 50, 60)).states["a/decision"] == "unserved"


def test_the_last_serving_counts() -> None:
    events = ISSUED + "[served, a/decision, 25, {seconds: 1}]\n[served, a/decision, 35, {seconds: 5}]"

    assert play(events).states == {"a/decision": "served"}


def test_a_second_source_verifies() -> None:
    played = play(ISSUED + "[served, a/decision, 25, {seconds: 5, verified_by: TK}]\n" + crossings(20, 30, 40, 50, 60))

    assert played.states == {"a/decision": "verified"}
    assert played.penalty("a/decision")["served_at"] == 25


def test_a_serving_after_the_last_permitted_crossing_is_in_time() -> None:
    assert play(ISSUED + crossings(20, 30, 40) + "[served, a/decision, 45, {seconds: 5}]").states == {
        "a/decision": "served"
    }


def test_a_serving_after_the_window_stays_unserved_until_accepted() -> None:
    events = ISSUED + crossings(20, 30, 40, 50) + "[served, a/decision, 55, {seconds: 5}]\n"

    assert play(events).states["a/decision"] == "unserved"
    assert play(events + "[accept, a/decision]").states == {"a/decision": "served"}


def test_a_person_may_accept_a_short_or_forbidden_stop() -> None:
    events = ISSUED + "[track, 20, SC]\n[served, a/decision, 25, {seconds: 1}]\n[accept, a/decision]"

    assert play(events).states == {"a/decision": "served"}


def test_a_person_may_confirm_that_it_was_not_served() -> None:
    played = play(ISSUED + "[unserved, a/decision, 30]")

    assert played.states == {"a/decision": "unserved", "a/decision/unserved": "due"}


def test_a_penalty_without_a_window_is_judged_by_its_amount() -> None:
    events = "[i, a, 0, DEC, 5]\n[decide, a, sg30, RD]\n[issue, a/decision, 1]\n"

    assert play(events + "[served, a/decision, 9, {seconds: 29}]").states == {"a/decision": "short"}
    assert play(events + "[served, a/decision, 9, {seconds: 30}]").states == {"a/decision": "served"}
    assert "crossings_left" not in play(events).penalty("a/decision")


def test_a_served_penalty_without_its_basis_goes_to_review() -> None:
    events = ISSUED + "[served, a/decision, 25]\n"

    assert play(events + "[void, a, wrong kart]").review == ["a/decision"]
    assert play(events + "[decide, a, nfa, RD]").review == ["a/decision"]
    assert play(events).review == []


def test_what_was_converted_has_nothing_to_be_served() -> None:
    assert play(ISSUED + "[end, 0]\n" + crossings(20, 30, 40, 50)).states == {"a/decision": "converted"}


def test_what_follows_can_be_served_itself() -> None:
    events = ISSUED + crossings(20, 30, 40, 50) + "[served, a/decision/unserved, 99]"

    assert play(events).states == {"a/decision": "unserved", "a/decision/unserved": "served"}
