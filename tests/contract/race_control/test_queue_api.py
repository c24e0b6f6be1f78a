"""The queue over the API on a real server: filed once, seen by whom it concerns, accepted or refused."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from core.accounts.model import Role
from core.io.clock import utc_now
from core.io.session_jobs import make_ready
from tests.contract.race_control.conftest import House
from tests.contract.race_control.test_api import Caller
from tests.portal_server import Portal, behind_the_gate, serving

WHITE_LINE: dict[str, Any] = {"kart": "42", "code": "WL", "post": "5"}


@pytest.fixture
def portal(house: House) -> Iterator[Portal]:
    with serving(behind_the_gate(), house.portal) as served:
        yield served


@pytest.fixture
def control(portal: Portal) -> Caller:
    return Caller(portal, "control", Role.RACE_CONTROL)


@pytest.fixture
def marshal(portal: Portal) -> Caller:
    return Caller(portal, "marshal", Role.MARSHAL)


@pytest.fixture
def race(control: Caller, house: House) -> str:
    return opened(control, house, "Race")


def opened(control: Caller, house: House, name: str) -> str:
    made = control("POST", "/race-sessions", {"circuit": "test", "name": name}, 201)
    make_ready(house.worker)
    control("POST", f"/race-sessions/{made['id']}/open")
    return f"/race-sessions/{made['id']}"


def test_a_report_is_filed_accepted_and_its_marshal_reads_the_number(
    control: Caller, marshal: Caller, race: str
) -> None:
    filed = marshal.write(f"{race}/reports", **WHITE_LINE, turn=7, text="both wheels")
    control.write(f"{race}/reports/{filed['report']}/accept")

    [told] = marshal("GET", f"{race}/reports/own")
    [incident] = control("GET", f"{race}/incidents")
    assert (filed["report"], filed["state"]) == (1, "waiting")
    assert (told["state"], told["incidents"]) == ("accepted", [incident["id"]])
    assert {name: incident[name] for name in ("kart", "code", "turn", "text", "report", "at")} == {
        "kart": "42", "code": "WL", "turn": 7, "text": "both wheels", "report": 1, "at": told["at"],
    }  # fmt: skip


def test_race_control_corrects_what_it_accepts(control: Caller, marshal: Caller, race: str) -> None:
    filed = marshal.write(f"{race}/reports", **WHITE_LINE)

    control.write(f"{race}/reports/{filed['report']}/accept", kart="24", code="CON", second_kart="17", turn=2)

    [incident] = control("GET", f"{race}/incidents")
    assert (incident["kart"], incident["code"], incident["second_kart"], incident["turn"]) == ("24", "CON", "17", 2)


def test_a_refusal_reaches_its_marshal_with_the_reason(control: Caller, marshal: Caller, race: str) -> None:
    filed = marshal.write(f"{race}/reports", **WHITE_LINE)

    control.write(f"{race}/reports/{filed['report']}/refuse", 422)
    control.write(f"{race}/reports/{filed['report']}/refuse", reason="seen twice")

    [told] = marshal("GET", f"{race}/reports/own")
    assert (told["state"], told["refused"]["reason"]) == ("refused", "seen twice")
    assert control.write(f"{race}/reports/{filed['report']}/accept", 409)["detail"].startswith("Report 1 was refused")


def test_a_report_without_a_number_is_completed_by_race_control(control: Caller, marshal: Caller, race: str) -> None:
    filed = marshal.write(f"{race}/reports", code="YF", post="5", text="a white one")

    incomplete = control.write(f"{race}/reports/{filed['report']}/accept", 422)
    control.write(f"{race}/reports/{filed['report']}/accept", kart="42")

    assert "names no kart" in incomplete["detail"]
    assert [one["text"] for one in control("GET", f"{race}/incidents")] == ["a white one"]


def test_a_marshal_sees_and_amends_only_what_is_theirs(
    portal: Portal, control: Caller, marshal: Caller, race: str
) -> None:
    other = Caller(portal, "other", Role.MARSHAL)
    mine = marshal.write(f"{race}/reports", **WHITE_LINE)["report"]
    theirs = other.write(f"{race}/reports", kart="17", code="CON")["report"]

    amend(marshal, f"{race}/reports/{mine}", kart="43", turn=3)
    refused = amend(marshal, f"{race}/reports/{theirs}", 403, kart="43")

    assert [(one["id"], one["kart"], one["turn"]) for one in marshal("GET", f"{race}/reports/own")] == [(1, "43", 3)]
    assert [one["id"] for one in control("GET", f"{race}/reports")] == [mine, theirs]
    assert "is not yours" in refused["detail"]
    marshal("GET", f"{race}/reports", expect=403)


def test_what_is_accepted_is_not_amended_any_more(control: Caller, marshal: Caller, race: str) -> None:
    mine = marshal.write(f"{race}/reports", **WHITE_LINE)["report"]
    control.write(f"{race}/reports/{mine}/accept")

    late = amend(marshal, f"{race}/reports/{mine}", 409, kart="43")

    assert late["detail"].startswith("Report 1 was accepted by control at ")


@pytest.mark.parametrize("role", [Role.VIEWER, Role.TEAM, Role.ENGINEER, Role.ADMIN], ids=str)
def test_who_does_not_officiate_cannot_report(portal: Portal, race: str, role: Role) -> None:
    caller = Caller(portal, "somebody", role)

    caller.write(f"{race}/reports", 403, **WHITE_LINE)
    caller.write(f"{race}/marks", 403)
    caller("GET", f"{race}/reports/own", expect=403)
    caller("GET", "/marshal/start", expect=403)


def test_a_marshal_neither_judges_nor_marks(marshal: Caller, race: str) -> None:
    filed = marshal.write(f"{race}/reports", **WHITE_LINE)["report"]

    marshal.write(f"{race}/reports/{filed}/accept", 403)
    marshal.write(f"{race}/reports/{filed}/refuse", 403, reason="x")
    marshal.write(f"{race}/marks", 403)


def test_a_retry_is_stored_once_although_it_is_older_by_then(marshal: Caller, race: str) -> None:
    first = marshal.write(f"{race}/reports", request_id="once", age_ms=5_000, **WHITE_LINE)
    again = marshal.write(f"{race}/reports", request_id="once", age_ms=65_000, **WHITE_LINE)

    assert again == first | {"repeated": True}
    assert len(marshal("GET", f"{race}/reports/own")) == 1


def test_retries_at_the_same_moment_are_stored_once(marshal: Caller, race: str) -> None:
    def send(_: int) -> int:
        answer: Any = marshal.write(f"{race}/reports", request_id="once", **WHITE_LINE)
        return int(answer["report"])

    with ThreadPoolExecutor(4) as line:
        numbers = list(line.map(send, range(4)))

    assert numbers == [1, 1, 1, 1]
    assert len(marshal("GET", f"{race}/reports/own")) == 1


def test_the_time_of_a_report_is_the_servers_less_its_age(marshal: Caller, race: str) -> None:
    filed = marshal.write(f"{race}/reports", age_ms=600_000, **WHITE_LINE)

    assert abs(utc_now() - timedelta(minutes=10) - datetime.fromisoformat(filed["at"])) < timedelta(seconds=5)


def test_a_mark_is_ten_seconds_back_and_becomes_an_incident_at_its_time(control: Caller, race: str) -> None:
    marked = control.write(f"{race}/marks", age_ms=2_000)
    empty = control.write(f"{race}/reports/{marked['report']}/accept", 422)
    control.write(f"{race}/reports/{marked['report']}/accept", kart="42", code="w")

    [incident] = control("GET", f"{race}/incidents")
    assert abs(utc_now() - timedelta(seconds=12) - datetime.fromisoformat(marked["at"])) < timedelta(seconds=5)
    assert incident["at"] == marked["at"]
    assert empty["remedy"]


def test_a_report_for_a_session_that_was_switched_stays_outside(
    control: Caller, marshal: Caller, race: str, house: House
) -> None:
    second = opened(control, house, "Second")

    stale = marshal.write(f"{race}/reports", 409, **WHITE_LINE)

    assert stale["type"] == "urn:paddock:problem:StaleSession"
    assert control("GET", f"{race}/reports") == []
    assert marshal.write(f"{second}/reports", **WHITE_LINE)["report"] == 1


def test_the_phone_is_told_all_it_needs_and_nothing_twice(
    portal: Portal, control: Caller, marshal: Caller, race: str
) -> None:
    control("PUT", f"{race}/entries/42", {"team": "Team 42"})
    marshal.write(f"{race}/reports", kart="42", code="CON", post="Pit exit")

    first = asked(portal, marshal)
    again = asked(portal, marshal, first.headers["etag"])

    told = first.json()
    assert (told["session"]["name"], told["circuit"]["slug"], told["posts"]) == ("Race", "test", ["Pit exit"])
    assert told["codes"][0] == {"code": "CON", "label": "Contact", "second_kart": True, "text": False}
    assert {"number": "42", "team": "Team 42", "plate": None} in told["karts"]
    assert (told["may_amend"], told["own_only"]) == (True, True)
    assert (again.status_code, again.content) == (304, b"")
    assert control("GET", "/marshal/start")["own_only"] is False
    assert "no circuit" in marshal("GET", "/marshal/start?circuit=nowhere", expect=404)["detail"]


def amend(caller: Caller, path: str, expect: int = 200, **changes: object) -> Any:
    return caller("PATCH", path, {"request_id": str(uuid4())} | changes, expect)


def asked(portal: Portal, caller: Caller, tag: str = "") -> httpx.Response:
    headers = {**caller._headers, "If-None-Match": tag}
    return httpx.get(f"{portal.origin}/api/v1/marshal/start?circuit=test", headers=headers, timeout=10)
