"""Accounts over the API on a real server, and problems that say what happened and the remedy."""

from typing import Any

import httpx
import pytest

from core.accounts.model import Role
from portal.api import api
from tests.portal_server import PASSWORD, Portal, within

NEW = {"name": "desk", "display_name": "Race Control", "role": "race_control", "password": PASSWORD}


class Caller:
    """Somebody who calls the API and expects an answer."""

    def __init__(self, portal: Portal, headers: dict[str, str]) -> None:
        self._root = f"{portal.origin}/api/v1"
        self._headers = headers

    def __call__(self, method: str, path: str, body: object = None, expect: int = 200) -> Any:
        answer = httpx.request(method, self._root + path, json=body, headers=self._headers, timeout=10)
        assert answer.status_code == expect, answer.text
        return answer.json() if answer.content else None


@pytest.fixture
def admin(portal: Portal) -> Caller:
    return Caller(portal, portal.token(portal.account("boss", Role.ADMIN), Role.ADMIN))


def test_an_admin_makes_an_account_changes_it_and_throws_it_out(portal: Portal, admin: Caller) -> None:
    made = admin("POST", "/accounts", NEW, 201)
    desk = Caller(portal, portal.cookie(portal.desk.find("desk")) | {"Origin": portal.origin})
    assert desk("GET", "/me")["display_name"] == "Race Control"

    changed = admin("PATCH", f"/accounts/{made['id']}", {"role": "team", "team": "Team 12"})
    admin("POST", f"/accounts/{made['id']}/revoke", expect=204)

    assert (changed["role"], changed["team"], changed["display_name"]) == ("team", "Team 12", "Race Control")
    assert "password" not in str(changed)
    assert admin("GET", f"/accounts/{made['id']}/sign-ins") == []
    desk("GET", "/me", expect=401)


def test_an_account_makes_a_token_for_itself_uses_it_and_revokes_it(portal: Portal) -> None:
    desk = Caller(portal, portal.cookie(portal.account("desk", Role.STEWARD)) | {"Origin": portal.origin})

    made = desk("POST", "/me/tokens", {"label": "screen", "role": "viewer", "days": 2}, 201)
    program = Caller(portal, {"Authorization": f"Bearer {made['key']}"})

    assert program("GET", "/me")["entry_id"] == made["token"]["id"]
    program("POST", "/me/tokens", {"label": "heir", "role": "viewer"}, 403)
    assert [token["label"] for token in desk("GET", "/me/tokens")] == ["screen"]
    desk("DELETE", f"/me/tokens/{made['token']['id']}", expect=204)
    program("GET", "/me", expect=401)


def test_a_password_is_changed_with_the_old_one(portal: Portal) -> None:
    desk = Caller(portal, portal.cookie(portal.account("desk", Role.VIEWER)) | {"Origin": portal.origin})

    problem = desk("POST", "/me/password", {"old": "wrong password", "new": "another good one"}, 422)
    desk("POST", "/me/password", {"old": PASSWORD, "new": "another good one"}, 204)

    assert problem["detail"] == "The old password is wrong."
    assert desk("GET", "/me")["name"] == "desk"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/accounts", NEW | {"name": "boss"}, 409),
        ("POST", "/accounts", NEW | {"password": "short"}, 422),
        ("POST", "/accounts", NEW | {"role": "king"}, 422),
        ("POST", "/accounts", NEW | {"admin": True}, 422),
        ("POST", "/accounts", "not an object", 422),
        ("GET", "/accounts/5a2a0a52-0000-4000-8000-000000000001", None, 404),
        ("GET", "/accounts/not-an-id", None, 422),
        ("GET", "/nothing", None, 404),
        ("DELETE", "/me", None, 405),
        ("PUT", "/public-rights", {"rights": ["edit_accounts"]}, 422),
    ],
)
def test_a_refusal_is_a_problem_with_a_remedy(admin: Caller, method: str, path: str, body: object, status: int) -> None:
    problem = admin(method, path, body, status)

    assert problem["status"] == status
    assert problem["detail"]
    assert problem["remedy"]


def test_a_refused_field_is_named_without_repeating_a_secret(admin: Caller) -> None:
    problem = admin("POST", "/accounts", NEW | {"role": "king", "password": 12345678901}, 422)

    assert [fault["where"] for fault in problem["errors"]] == [["body", "role"], ["body", "password"]]
    assert "12345678901" not in str(problem)


def test_a_bug_shows_nothing_of_our_inside(
    portal: Portal, admin: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise ZeroDivisionError("a secret of ours")

    monkeypatch.setattr(portal.desk, "accounts", fail)

    problem = admin("GET", "/accounts", expect=500)

    assert "secret" not in str(problem)
    assert "ZeroDivisionError" not in str(problem)
    assert within(1, lambda: "a secret of ours" in caplog.text)


def test_the_reference_describes_every_route_with_its_right(admin: Caller) -> None:
    description = admin("GET", "/openapi.json")

    operations = [operation for path in description["paths"].values() for operation in path.values()]
    assert len(operations) == sum(len(path) for path in api.openapi()["paths"].values())
    assert all(operation["x-right"] for operation in operations)
    assert all("422" not in operation["responses"] for operation in operations)
    assert description["servers"] == [{"url": "/api/v1"}]
