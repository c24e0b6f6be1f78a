"""Rulesets over the API: read, checked, stored, tried on a session, changed in the race, taken over by the next one."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from core.accounts.model import Role
from core.io.clock import utc_now
from core.io.session_jobs import make_ready
from tests.contract.race_control.conftest import House
from tests.contract.race_control.test_api import Caller
from tests.portal_server import Portal, behind_the_gate, serving

STRICT = """\
id: strict
version: 1
codes:
  WL: {label: White line, key: w}
penalties:
  time_5: {label: 5 s time penalty, type: time, seconds: 5}
ladders:
  - id: white_line
    match: {code: WL}
    scope: kart
    steps: [{at: 1, every: 1, do: time_5}]
"""


@pytest.fixture
def portal(house: House) -> Iterator[Portal]:
    with serving(behind_the_gate(), house.portal) as served:
        yield served


@pytest.fixture
def control(portal: Portal) -> Caller:
    return Caller(portal, "control", Role.RACE_CONTROL)


@pytest.fixture
def race(control: Caller, house: House) -> str:
    """The path of an open session in which kart 42 has crossed the white line once."""
    made = control("POST", "/race-sessions", {"circuit": "test", "name": "Race"}, 201)
    make_ready(house.worker)
    path = f"/race-sessions/{made['id']}"
    control("POST", f"{path}/open")
    control.write(f"{path}/phase", phase="race")
    control.write(f"{path}/lines", line="42 w 7")
    return path


def test_a_ruleset_is_read_with_its_text(control: Caller) -> None:
    shown = control("GET", "/rulesets/endurance")

    assert shown["text"].startswith("# Kart endurance")
    assert shown["reference"].startswith("endurance@")
    assert shown["stored"] is None
    assert shown["rules"]["ladders"][0]["match"] == {"code": ["WL"], "phase": ["race"]}
    control("GET", "/rulesets/nowhere", expect=404)


def test_a_check_answers_with_every_line_and_remedy_and_stores_nothing(control: Caller) -> None:
    wrong = control("POST", "/rulesets/check", {"text": STRICT.replace("seconds", "secnds")})
    right = control("POST", "/rulesets/check", {"text": STRICT})

    assert wrong["reference"] is None
    assert wrong["mistakes"][0] == {
        "line": 6,
        "path": "penalties.time_5.secnds",
        "words": "is not a known key",
        "remedy": "Write “seconds”, or take it out.",
    }
    assert right["reference"].startswith("strict@1#")
    assert right["mistakes"] == []
    assert "strict@1" not in control("GET", "/rulesets")


def test_a_ruleset_is_stored_once_and_never_changed(control: Caller, portal: Portal) -> None:
    stored = control("POST", "/rulesets", {"text": STRICT}, 201)
    again = control("POST", "/rulesets", {"text": STRICT}, 201)
    control("POST", "/rulesets", {"text": STRICT.replace("seconds: 5", "seconds: 6")}, 409)
    control("POST", "/rulesets", {"text": "id: x"}, 422)

    assert again == stored
    assert "strict@1" in control("GET", "/rulesets")
    assert control("GET", "/rulesets/strict@1")["text"] == STRICT
    Caller(portal, "steward", Role.STEWARD)("POST", "/rulesets", {"text": STRICT}, 403)


def test_trying_other_rules_tells_what_would_differ_and_stores_nothing(control: Caller, race: str) -> None:
    before = control("GET", f"{race}/events")
    tried = control("POST", f"{race}/rules/dry-run", {"text": STRICT})
    same = control("POST", f"{race}/rules/dry-run", {"ruleset": "endurance"})

    assert [(one["incident"], one["kart"], one["now"]) for one in tried["differences"]] == [(1, "42", "warning")]
    assert "5 s" in tried["differences"][0]["then"]
    assert (same["incidents"], same["differences"]) == (1, [])
    assert control("GET", f"{race}/events") == before
    control("POST", f"{race}/rules/dry-run", {}, 422)
    control("POST", f"{race}/rules/dry-run", {"ruleset": "endurance", "text": STRICT}, 422)


def test_changed_rules_judge_what_comes_and_leave_what_was(control: Caller, race: str) -> None:
    control.write(f"{race}/rules", text=STRICT, reason="Supplementary regulation 4")
    control.write(f"{race}/lines", line="42 w 7")
    outcomes = [one["outcome"] for one in control("GET", f"{race}/incidents")]
    told = control("GET", f"{race}/history")

    assert outcomes == ["warning", "penalty"]
    assert any("Supplementary regulation 4" in one["text"] for one in told)
    assert control("GET", f"{race}/ruleset")["id"] == "strict"


def test_rules_are_never_changed_without_a_reason_or_by_a_steward(control: Caller, race: str, portal: Portal) -> None:
    control.write(f"{race}/rules", 422, text=STRICT, reason="")
    control.write(f"{race}/rules", 422, text=STRICT)
    Caller(portal, "steward", Role.STEWARD).write(f"{race}/rules", 403, text=STRICT, reason="Wish")

    assert control("GET", f"{race}/ruleset")["id"] == "endurance"


def test_rules_can_stand_from_a_time_that_has_passed(control: Caller, race: str) -> None:
    since = (utc_now() - timedelta(minutes=5)).isoformat()
    control.write(f"{race}/rules", text=STRICT, reason="Forgotten at the start", effective_from=since)

    assert [one["outcome"] for one in control("GET", f"{race}/incidents")] == ["penalty"]


def test_a_new_session_takes_over_the_rules_that_stand_in_another(control: Caller, race: str, house: House) -> None:
    control.write(f"{race}/rules", text=STRICT, reason="Supplementary regulation 4")
    asked = {"circuit": "test", "name": "Next", "clone_of": race.rpartition("/")[2]}
    made = control("POST", "/race-sessions", asked, 201)
    make_ready(house.worker)
    control("POST", f"/race-sessions/{made['id']}/open")

    assert made["ruleset"] == "strict@1"
    assert control("GET", f"/race-sessions/{made['id']}/ruleset")["id"] == "strict"
