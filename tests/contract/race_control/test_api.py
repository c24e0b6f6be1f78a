"""Race control over the API on a real server: a race from an empty circuit to a closed session."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest

from core.accounts.model import Role
from core.io.session_jobs import make_ready
from core.timing.model import Board, Car, Gap, SessionKind
from core.timing.wire import board_to_json
from tests.contract.race_control.conftest import House
from tests.portal_server import Portal, behind_the_gate, serving


class Caller:
    """Somebody who calls the API and expects an answer."""

    def __init__(self, portal: Portal, name: str, role: Role) -> None:
        self._root = f"{portal.origin}/api/v1"
        self._headers = portal.token(portal.account(name, role), role)

    def __call__(self, method: str, path: str, body: object = None, expect: int = 200) -> Any:
        answer = httpx.request(method, self._root + path, json=body, headers=self._headers, timeout=10)
        assert answer.status_code == expect, answer.text
        return answer.json() if answer.content else None

    def write(self, path: str, expect: int = 200, **body: object) -> Any:
        return self("POST", path, {"request_id": str(uuid4())} | body, expect)


@pytest.fixture
def portal(house: House) -> Iterator[Portal]:
    with serving(behind_the_gate(), house.portal) as served:
        yield served


@pytest.fixture
def control(portal: Portal) -> Caller:
    return Caller(portal, "control", Role.RACE_CONTROL)


@pytest.fixture
def race(control: Caller, house: House) -> str:
    """The path of an open session."""
    made = control("POST", "/race-sessions", {"circuit": "test", "name": "Race"}, 201)
    make_ready(house.worker)
    control("POST", f"/race-sessions/{made['id']}/open")
    return f"/race-sessions/{made['id']}"


def test_a_race_is_run_from_the_first_phase_to_the_close(control: Caller, race: str) -> None:
    control.write(f"{race}/phase", phase="race")
    recorded = control.write(f"{race}/lines", line="42 c 7 =t5")
    waiting = control("GET", f"{race}/pending")
    issued = control.write(f"{race}/penalties/{recorded['penalties'][0]}/issue")
    closed = control("POST", f"{race}/close")

    assert recorded["text"] == "Incident 1: kart 42, Contact, turn 7. Incident 1: 5 s time penalty."
    assert [penalty["id"] for penalty in waiting["penalties"]] == ["1/decision"]
    assert issued["text"] == "Penalty 1/decision issued: 5 s time penalty for kart 42."
    assert (closed["state"], closed["active"]) == ("closed", False)
    assert control("GET", f"{race}/verify")["first_broken"] is None
    assert [event["type"] for event in control("GET", f"{race}/events?after=3")] == [
        "incident_recorded",
        "incident_decided",
        "penalty_issued",
        "session_closed",
    ]


def test_an_issued_penalty_moves_the_standings(control: Caller, race: str, house: House) -> None:
    cars = (Car("r1", "42", laps=9), Car("r2", "17", laps=9, gap=Gap(ms=3_000)))
    house.worker.bus.publish_board(house.circuit_id, 1, board_to_json(Board(kind=SessionKind.RACE, cars=cars)))
    incident = control.write(f"{race}/incidents", karts=["42"], code="Contact", decision="5 s time penalty")
    before = control("GET", "/circuits/test/board")["standings"]

    control.write(f"{race}/penalties/{incident['penalties'][0]}/issue")

    after = control("GET", "/circuits/test/board")["standings"]
    assert [place["number"] for place in before] == ["42", "17"]
    assert [(place["number"], place["marks"]) for place in after] == [("17", []), ("42", ["+5 s"])]


def test_an_incident_is_decided_changed_as_seen_and_voided(control: Caller, race: str) -> None:
    number = control.write(f"{race}/incidents", karts=["42"], code="w", turn=7)["incidents"][0]
    first = control.write(f"{race}/incidents/{number}/decision", outcome="t5")
    unseen = control.write(f"{race}/incidents/{number}/decision", 409, outcome="nfa")
    control.write(f"{race}/incidents/{number}/decision", outcome="nfa", expected_version=first["seqs"][-1])
    control.write(f"{race}/incidents/{number}/void", reason="wrong kart")

    assert unseen["detail"].startswith(f"Incident {number} was decided “time_5” by control at ")
    assert control("GET", f"{race}/incidents")[0]["state"] == "voided"
    assert [told["text"] for told in control("GET", f"{race}/history?kart=42")] == [
        f"Incident {number} voided: wrong kart.",
        f"Incident {number}: no further action.",
        f"Incident {number}: 5 s time penalty.",
        f"Incident {number}: kart 42, White line, turn 7.",
    ]


def test_of_two_officials_who_press_apply_one_is_told(portal: Portal, control: Caller, race: str) -> None:
    penalty = control.write(f"{race}/lines", line="42 w =t5")["penalties"][0]
    steward = Caller(portal, "steward", Role.STEWARD)

    def apply(caller: Caller) -> int:
        return httpx.request(
            "POST",
            f"{portal.origin}/api/v1{race}/penalties/{penalty}/issue",
            json={"request_id": str(uuid4())},
            headers=caller._headers,
            timeout=10,
        ).status_code

    with ThreadPoolExecutor(2) as officials:
        answers = list(officials.map(apply, [control, steward]))

    assert sorted(answers) == [200, 409]


def test_a_retry_gets_the_same_receipt(control: Caller, race: str) -> None:
    first = control.write(f"{race}/lines", line="42 w", request_id="once")
    again = control.write(f"{race}/lines", line="42 w", request_id="once")

    assert again == first | {"repeated": True}
    assert control.write(f"{race}/lines", 409, line="17 w", request_id="once")["type"].endswith("Conflict")


@pytest.mark.parametrize(
    ("path", "body", "status", "said"),
    [
        ("/lines", {"line": "42 zz"}, 422, "“zz” is not a code."),
        ("/lines", {"line": "#9 !"}, 404, "There is no incident 9."),
        ("/lines", {"line": "42 w", "request_id": ""}, 422, "cannot be read"),
        ("/lines", {"line": "42 w", "colour": "red"}, 422, "cannot be read"),
        ("/incidents", {"karts": [], "code": "w"}, 422, "cannot be read"),
        ("/incidents", {"karts": ["42"], "code": "?"}, 422, "“?” is not a code."),
        ("/penalties/9/decision/issue", {}, 404, "There is no penalty 9/decision."),
        ("/incidents/9/void", {"reason": "x"}, 404, "There is no incident 9."),
    ],
)
def test_what_cannot_be_done_is_a_problem_with_a_remedy(
    control: Caller, race: str, path: str, body: dict[str, object], status: int, said: str
) -> None:
    problem = control.write(race + path, status, **body)

    assert said in problem["detail"]
    assert problem["remedy"]
    assert len(control("GET", f"{race}/events")) == 2


def test_a_write_to_a_session_that_is_not_active_stores_nothing(control: Caller, race: str, house: House) -> None:
    other = control("POST", "/race-sessions", {"circuit": "test", "name": "Other"}, 201)
    make_ready(house.worker)
    control("POST", f"/race-sessions/{other['id']}/open")

    problem = control.write(f"{race}/lines", 409, line="42 w")

    assert problem["type"] == "urn:paddock:problem:StaleSession"
    assert control("GET", f"{race}/incidents") == []


def test_entries_are_edited_and_imported(control: Caller, race: str) -> None:
    control("PUT", f"{race}/entries/42", {"team": "Team 42", "drivers": ["Driver 42A"]})
    control("POST", f"{race}/entries/import", {"csv": "number,team\n7,Team 7\n8,Team 8"})
    control("DELETE", f"{race}/entries/8", expect=204)

    assert [(entry["number"], entry["origin"]) for entry in control("GET", f"{race}/entries")] == [
        ("7", "csv"),
        ("42", "typed"),
    ]
    assert "row 3" in control("POST", f"{race}/entries/import", {"csv": "number\n1\n1"}, 422)["detail"]
    assert control("GET", f"{race}/entries/proposed") == []


def test_the_pinned_ruleset_is_shown_without_binary_numbers(control: Caller, race: str) -> None:
    rules = control("GET", f"{race}/ruleset")

    assert rules["penalties"]["time_5"]["seconds"] == 5
    assert rules["codes"]["WL"]["key"] == "w"


def test_a_session_is_archived_by_an_admin_and_brought_back(
    portal: Portal, control: Caller, race: str, house: House
) -> None:
    admin = Caller(portal, "boss", Role.ADMIN)
    control("POST", f"{race}/close")
    control("POST", f"{race}/archive", expect=403)
    asked = admin("POST", f"{race}/archive", expect=202)
    make_ready(house.worker)
    away = control("GET", race)
    control("GET", f"{race}/incidents", expect=409)
    admin("POST", f"{race}/bring-back", expect=202)
    make_ready(house.worker)

    assert (asked["state"], away["state"]) == ("archiving", "archived")
    assert control("GET", race)["state"] == "closed"
    assert control("GET", f"{race}/incidents") == []
    assert [session["name"] for session in control("GET", "/race-sessions?circuit=test")] == ["Race"]
    assert "endurance" in control("GET", "/rulesets")
