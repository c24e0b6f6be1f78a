"""The door's own pages: what they let through, what they keep when they refuse, and where they send people."""

import re

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.accounts.model import Role
from core.io.clock import utc_now
from portal.sign_in import safe_next
from tests.portal_server import PASSWORD, Portal


def test_the_right_password_sets_a_cookie_no_script_can_read_and_goes_back_to_the_page(portal: Portal) -> None:
    portal.account("desk", Role.VIEWER)

    answer = portal.ask("POST", "/sign-in", _ours(portal), name="Desk", password=PASSWORD, next="/race/desk?session=4")

    assert (answer.status_code, answer.headers["location"]) == (303, "/race/desk?session=4")
    key, *flags = answer.headers["set-cookie"].split("; ")
    assert flags == ["Path=/", "Max-Age=604800", "HttpOnly", "SameSite=Lax"]
    assert portal.ask("GET", "/", {"Cookie": key}).json()["name"] == "desk"


def test_a_refusal_says_what_to_do_and_keeps_the_name_but_not_the_password(portal: Portal) -> None:
    answer = portal.ask("POST", "/sign-in", _ours(portal), name='d"<k', password="my secret word", next="/race/desk")

    assert answer.status_code == 401
    assert 'role="alert"' in answer.text
    assert 'value="d&quot;&lt;k"' in answer.text
    assert 'value="/race/desk"' in answer.text
    assert "my secret word" not in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("body", [b"\xff\xfe", b"name=" + b"x" * 9000, b"&".join([b"a=b"] * 20), b"name=%ff"])
def test_a_form_that_cannot_be_read_is_refused_with_a_remedy(portal: Portal, body: bytes) -> None:
    answer = httpx.post(f"{portal.origin}/sign-in", content=body, headers=_ours(portal), timeout=10)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_another_sites_form_cannot_sign_anybody_in(portal: Portal) -> None:
    portal.account("desk", Role.VIEWER)

    answer = portal.ask("POST", "/sign-in", {"Origin": "http://elsewhere.example"}, name="desk", password=PASSWORD)

    assert answer.status_code == 403


def test_the_setup_link_makes_the_first_admin_and_signs_them_in(portal: Portal) -> None:
    key = portal.desk.setup_link(utc_now()) or ""
    page = portal.ask("GET", f"/setup?key={key}")
    assert f'name="key" value="{key}"' in page.text

    answer = portal.ask(
        "POST", "/setup", _ours(portal), key=key, name="boss", display_name="The Boss", password=PASSWORD
    )

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = {"Cookie": answer.headers["set-cookie"].split(";")[0]}
    assert portal.ask("GET", "/api/v1/me", cookie).json()["role"] == "admin"
    assert portal.ask("GET", f"/setup?key={key}").status_code == 401


def test_a_weak_password_leaves_the_setup_link_good_and_what_was_typed(portal: Portal) -> None:
    key = portal.desk.setup_link(utc_now()) or ""

    answer = portal.ask(
        "POST", "/setup", _ours(portal), key=key, name="boss", display_name="The Boss", password="short"
    )

    assert answer.status_code == 422
    assert "at least 10 characters" in answer.text
    assert 'value="boss"' in answer.text
    assert 'value="The Boss"' in answer.text
    assert portal.desk.is_setup_link(key, utc_now())


def test_a_made_up_setup_link_opens_nothing(portal: Portal) -> None:
    answer = portal.ask("POST", "/setup", _ours(portal), key="guess", name="boss", password=PASSWORD)

    assert answer.status_code == 401
    assert portal.desk.accounts() == ()


def test_the_pages_of_the_door_load_nothing_that_the_gate_keeps_back(portal: Portal) -> None:
    page = portal.ask("GET", "/sign-in").text

    linked = re.findall(r'(?:href|src)="([^"]+)"', page)

    assert linked
    assert all(path in {"/assets/sign_in.css", "/assets/icon.svg"} for path in linked)
    assert "<script" not in page


@pytest.mark.parametrize(
    "path",
    ["", "race", "//elsewhere.example", "/\\elsewhere.example", "https://elsewhere.example", "/\t/elsewhere.example",
     "javascript:alert(1)", "/\n/elsewhere.example", " //elsewhere.example", "/sign-out", "/sign-in?next=/", "/setup"],
)  # fmt: skip
def test_the_door_leads_nowhere_else(path: str) -> None:
    assert safe_next(path) == "/"


@given(st.text())
def test_wherever_the_door_leads_it_is_a_path_of_ours(path: str) -> None:
    led = safe_next(path)

    assert led.startswith("/")
    assert not led.startswith(("//", "/\\"))
    assert led in {"/", path}


def _ours(portal: Portal) -> dict[str, str]:
    return {"Origin": portal.origin}
