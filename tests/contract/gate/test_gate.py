"""Nothing is served to strangers but the door; what passes is named by us alone; what is revoked ends at once."""

import time
from collections.abc import Callable

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from core.accounts.model import Right, Role
from core.io.clock import utc_now
from portal.open_sockets import SIGNED_OUT
from tests.portal_server import Portal, within

AT_ONCE_S = 1.0
SOCKETS = ["/ws/echo", "/_stcore/stream"]
FOR_PROGRAMS = [
    "/api/v1/me", "/api/v1/openapi.json", "/api/v1/nothing", "/metrics", "/_stcore/host-config", "/static/js/index.js",
    "/media/x.png", "/component/x/index.html", "/assets/theme.css", "/ws/echo",
]  # fmt: skip


def test_a_stranger_is_sent_to_the_sign_in_page(portal: Portal) -> None:
    for path in ("/", "/race/desk?session=4", "/no/such/page", "//api/v1/me", "/healthz/"):
        answer = portal.ask("GET", path)

        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/sign-in"), path


def test_the_way_back_is_kept_through_the_door(portal: Portal) -> None:
    answer = portal.ask("GET", "/race/desk?session=4&tab=a b")

    assert answer.headers["location"] == "/sign-in?next=/race/desk%3Fsession%3D4%26tab%3Da%2520b"


def test_a_program_without_a_key_reads_why(portal: Portal) -> None:
    for path in FOR_PROGRAMS:
        answer = portal.ask("GET", path)

        assert answer.status_code == 401, path
        assert answer.headers["content-type"] == "application/problem+json", path
        assert answer.headers["www-authenticate"] == "Bearer", path
        assert answer.json()["remedy"], path


def test_the_door_and_health_are_open(portal: Portal) -> None:
    for path in ("/healthz", "/sign-in", "/assets/sign_in.css"):
        assert portal.ask("GET", path).status_code == 200, path


@pytest.mark.parametrize("path", SOCKETS)
def test_a_strangers_socket_is_closed_with_the_code_that_pages_know(portal: Portal, path: str) -> None:
    with portal.socket(path) as socket:
        assert _close_code(socket) == SIGNED_OUT


def test_a_cookie_opens_pages_and_is_not_shown_behind_the_gate(portal: Portal) -> None:
    seen = portal.ask("GET", "/", portal.cookie(portal.account("desk", Role.VIEWER))).json()

    assert (seen["name"], seen["via"]) == ("desk", "cookie")
    assert dict(seen["headers"])["cookie"] == "theme=dark; other=1"


def test_a_token_opens_the_api_and_sockets_but_no_page(portal: Portal) -> None:
    bearer = portal.token(portal.account("desk", Role.VIEWER), Role.VIEWER)

    assert portal.ask("GET", "/api/v1/me", bearer).json()["via"] == "token"
    with portal.socket("/ws/echo", bearer, origin="http://elsewhere.example") as socket:
        socket.send("hello")
        assert socket.recv(timeout=AT_ONCE_S) == "hello"
    assert portal.ask("GET", "/", bearer).status_code == 303


def test_a_token_in_the_address_counts_for_nothing(portal: Portal) -> None:
    key = portal.token(portal.account("desk", Role.VIEWER), Role.VIEWER)["Authorization"].removeprefix("Bearer ")

    assert portal.ask("GET", f"/api/v1/me?access_token={key}").status_code == 401


def test_a_wrong_token_is_refused_even_beside_a_good_cookie(portal: Portal) -> None:
    headers = portal.cookie(portal.account("desk", Role.VIEWER)) | {"Authorization": "Bearer paddock_wrong"}

    assert portal.ask("GET", "/api/v1/me", headers).status_code == 401


def test_an_expired_cookie_is_no_cookie(portal: Portal) -> None:
    assert portal.ask("GET", "/", portal.expired_cookie(portal.account("desk", Role.VIEWER))).status_code == 303


def test_headers_in_our_name_are_dropped_and_ours_are_put_in(portal: Portal) -> None:
    account = portal.account("desk", Role.VIEWER)
    forged = {"X-Paddock-Account": "boss", "x-paddock-entry": "boss", "X-PADDOCK-ROLE": "admin"}

    seen = portal.ask("GET", "/", portal.cookie(account) | forged).json()["headers"]

    ours = [(name, value) for name, value in seen if name.startswith("x-paddock")]
    assert [name for name, _ in ours] == ["x-paddock-account", "x-paddock-entry"]
    assert ours[0][1] == str(account.id)


@pytest.mark.parametrize("path", ["/", "/_stcore/upload", "/api/v1/me/tokens"])
def test_another_sites_page_cannot_act_with_the_cookie(portal: Portal, path: str) -> None:
    cookie = portal.cookie(portal.account("desk", Role.VIEWER))

    for origin in ("null", "http://elsewhere.example", "http://127.0.0.1:1", "http://[bad", portal.origin + "0"):
        assert portal.ask("POST", path, cookie | {"Origin": origin}).status_code == 403, origin
    assert portal.ask("POST", path, cookie).status_code == 403


def test_our_own_page_acts_with_the_cookie_and_a_program_with_its_token(portal: Portal) -> None:
    account = portal.account("desk", Role.ADMIN)

    assert portal.ask("POST", "/", portal.cookie(account) | {"Origin": portal.origin}).status_code == 200
    assert portal.ask("POST", "/api/v1/accounts", portal.token(account, Role.ADMIN)).status_code == 422


@pytest.mark.parametrize("path", SOCKETS)
def test_another_sites_page_cannot_open_a_socket_with_the_cookie(portal: Portal, path: str) -> None:
    cookie = portal.cookie(portal.account("desk", Role.VIEWER))

    with pytest.raises(InvalidStatus, match="403"), portal.socket(path, cookie, origin="http://elsewhere.example"):
        pass


def _revoke(portal: Portal, name: str) -> None:
    portal.desk.revoke_all(portal.desk.find(name).id, by=None, now=utc_now())


def _deactivate(portal: Portal, name: str) -> None:
    portal.desk.set_active(portal.desk.find(name).id, active=False, by=None, now=utc_now())


def _demote(portal: Portal, name: str) -> None:
    portal.desk.set_role(portal.desk.find(name).id, Role.VIEWER, by=None, now=utc_now())


@pytest.mark.parametrize("change", [_revoke, _deactivate, _demote], ids=["revoked", "deactivated", "demoted"])
@pytest.mark.parametrize("path", SOCKETS)
def test_an_open_socket_ends_at_once_when_its_account_changes(
    portal: Portal, path: str, change: Callable[[Portal, str], None]
) -> None:
    desk, other = portal.account("desk", Role.STEWARD), portal.account("other", Role.STEWARD)
    with (
        portal.socket(path, portal.cookie(desk)) as browser,
        portal.socket("/ws/echo", portal.token(desk, Role.STEWARD)) as program,
        portal.socket("/ws/echo", portal.cookie(other)) as bystander,
    ):
        changed_at = time.monotonic()
        change(portal, "desk")

        assert (_close_code(browser), _close_code(program)) == (SIGNED_OUT, SIGNED_OUT)
        assert time.monotonic() - changed_at < AT_ONCE_S
        bystander.send("still here")
        assert bystander.recv(timeout=AT_ONCE_S) == "still here"


def test_a_revoked_cookie_opens_no_further_page_although_it_was_just_used(portal: Portal) -> None:
    cookie = portal.cookie(portal.account("desk", Role.VIEWER))
    assert portal.ask("GET", "/", cookie).status_code == 200

    _revoke(portal, "desk")

    assert within(AT_ONCE_S, lambda: portal.ask("GET", "/", cookie).status_code == 303)


def test_a_lost_ring_delays_the_end_of_a_socket_by_seconds_only(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = portal.account("desk", Role.VIEWER)
    with portal.socket("/ws/echo", portal.cookie(desk)) as socket:
        monkeypatch.setattr(portal.desk, "_ring", lambda _: None)

        _revoke(portal, "desk")

        assert _close_code(socket, timeout_s=6) == SIGNED_OUT


def test_signing_out_ends_the_sockets_of_that_browser_only(portal: Portal) -> None:
    desk = portal.account("desk", Role.VIEWER)
    here, elsewhere = portal.cookie(desk), portal.cookie(desk)
    with portal.socket("/ws/echo", here) as mine, portal.socket("/ws/echo", elsewhere) as other:
        answer = portal.ask("POST", "/sign-out", here | {"Origin": portal.origin})

        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
        assert "Max-Age=0" in answer.headers["set-cookie"]
        assert _close_code(mine) == SIGNED_OUT
        other.send("still here")
        assert other.recv(timeout=AT_ONCE_S) == "still here"


def test_a_guest_reads_what_is_public_and_is_sent_away_when_it_no_longer_is(portal: Portal) -> None:
    portal.desk.set_public_rights({Right.ENTER, Right.READ_TIMING}, by=None, now=utc_now())

    assert portal.ask("GET", "/").json()["via"] == "public"
    assert portal.ask("GET", "/api/v1/me").json()["rights"] == ["enter", "read_timing"]
    assert portal.ask("GET", "/api/v1/accounts").status_code == 401
    with portal.socket("/ws/echo") as socket:
        portal.desk.set_public_rights(set(), by=None, now=utc_now())
        assert _close_code(socket) == SIGNED_OUT


def test_the_metrics_need_the_right_to_operate(portal: Portal) -> None:
    boss, desk = portal.account("boss", Role.ADMIN), portal.account("desk", Role.STEWARD)

    assert portal.ask("GET", "/metrics", portal.token(boss, Role.ADMIN)).status_code == 200
    assert portal.ask("GET", "/metrics", portal.token(boss, Role.VIEWER)).status_code == 403
    assert portal.ask("GET", "/metrics", portal.cookie(desk)).status_code == 403


def test_every_answer_carries_the_security_headers(portal: Portal) -> None:
    for path in ("/healthz", "/sign-in", "/api/v1/me", "/nowhere"):
        headers = portal.ask("GET", path).headers

        assert "default-src 'none'" in headers["content-security-policy"], path
        assert "unsafe-eval" not in headers["content-security-policy"], path
        assert headers.get_list("content-security-policy") == [headers["content-security-policy"]], path
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] == "same-origin", path


def _close_code(socket: ClientConnection, timeout_s: float = AT_ONCE_S) -> int | None:
    """The code of the close that comes within the time; what is said before it is skipped."""
    until = time.monotonic() + timeout_s
    try:
        while time.monotonic() < until:
            socket.recv(timeout=max(0.01, until - time.monotonic()))
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None
    except TimeoutError:
        return None
    return None
