"""The life of an incident and its penalty over the API, with the thing as it stands now in every conflict."""

import pytest

from core.accounts.model import Role
from tests.contract.race_control.test_api import Caller, control, portal, race
from tests.portal_server import Portal

__all__ = ["control", "portal", "race"]

LINE = "3/white_line@3"


@pytest.fixture
def warned(control: Caller, race: str) -> str:
    """Kart 42 was over the line three times."""
    control.write(f"{race}/phase", phase="race")
    for _ in range(3):
        control.write(f"{race}/lines", line="42 w 7")
    return race


def test_a_proposed_penalty_is_issued_served_and_verified(portal: Portal, control: Caller, warned: str) -> None:
    keeper = Caller(portal, "keeper", Role.TIMEKEEPER)
    explained = control("GET", f"{warned}/incidents/3/explanation")
    ahead = control("GET", f"{warned}/next-steps")
    control.write(f"{warned}/penalties/{LINE}/issue")
    second = control.write(f"{warned}/penalties/{LINE}/issue", 409)
    clocks = control("GET", f"{warned}/clocks")
    control.write(f"{warned}/penalties/{LINE}/notify")
    keeper.write(f"{warned}/penalties/{LINE}/serve", seconds=5.2, evidence=[["stop", "5.200 s"]])
    control.write(f"{warned}/penalties/{LINE}/verify")
    closed = control("GET", f"{warned}/penalties/{LINE}")

    assert "Ladder white_line, kart 42: 3 = #1" in explained["incident"]["explain"][0]
    assert explained["penalties"][0]["why"]
    assert ahead == {}
    assert second["detail"].startswith(f"Penalty {LINE} was issued by control at ")
    assert second["current"]["state"] == "issued"
    assert [(clock["kind"], clock["subject"], clock["overdue"]) for clock in clocks][:1] == [("notify", LINE, False)]
    assert (closed["state"], closed["serving"]["seconds"]) == ("closed", "5.2")


def test_corrections_carry_a_reason_and_a_conflict_shows_both_versions(control: Caller, warned: str) -> None:
    seen = control("GET", f"{warned}/incidents/3")["version"]
    control("PATCH", f"{warned}/incidents/3", {"request_id": "a", "changes": {"turn": 8}, "reason": "video"})
    stale = {"request_id": "b", "changes": {"turn": 9}, "reason": "video", "expected_version": seen}
    refused = control("PATCH", f"{warned}/incidents/3", stale, 409)
    control("PATCH", f"{warned}/incidents/3", {"request_id": "c", "changes": {"turn": 9}, "reason": ""}, 422)
    control("PATCH", f"{warned}/incidents/3", {"request_id": "d", "changes": {"id": 9}, "reason": "x"}, 422)
    control.write(f"{warned}/incidents/3/merge", into=2, reason="the same")

    assert f"you saw {seen}" in refused["detail"]
    assert (refused["current"]["turn"], refused["current"]["version"]) == (8, seen + 1)
    assert control("GET", f"{warned}/incidents/3")["state"] == "merged"
    assert control("GET", f"{warned}/penalties") == []


def test_a_grave_decision_waits_for_another_account(portal: Portal, control: Caller, warned: str) -> None:
    steward = Caller(portal, "steward", Role.STEWARD)
    control.write(f"{warned}/incidents/1/decision", outcome="dq", reason="pushed on purpose")
    alone = control.write(f"{warned}/incidents/1/approve", 409)
    steward.write(f"{warned}/incidents/1/approve")
    steward.write(f"{warned}/penalties/1/decision/issue")

    assert "Another account" in alone["remedy"]
    assert control("GET", f"{warned}/penalties/1/decision")["approvals_needed"] == 2


def test_the_course_of_the_session_is_told(control: Caller, warned: str) -> None:
    control.write(f"{warned}/track", state="SC")
    again = control.write(f"{warned}/track", 409, state="SC")
    control.write(f"{warned}/lines", line="green")
    control.write(f"{warned}/messages", text="Rain expected")
    control.write(f"{warned}/end")

    assert "already" in again["detail"]
    assert [change["state"] for change in control("GET", f"{warned}/track")] == ["SC", "GREEN"]
    assert control("GET", f"{warned}/history")[1]["text"] == "Message: Rain expected."
