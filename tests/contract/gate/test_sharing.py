"""Pages of other addresses and busy programs: who may read an answer, and how often somebody may ask."""

from collections.abc import Callable
from time import monotonic

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from core.accounts.model import Account, Role
from core.io.bus import Bus
from core.io.runtime import Runtime
from portal import gate
from portal.limits import Limits
from tests.portal_server import Portal

APP = "https://app.example.org"
ELSEWHERE = "https://elsewhere.example"
Headers = dict[str, str]


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "_limits", Limits())


@pytest.fixture
def shared(app_runtime: Runtime) -> None:
    said(app_runtime, cors_origins=f"http://localhost:3000,{APP}")


def said(runtime: Runtime, **settings: object) -> None:
    runtime.settings = runtime.settings.model_copy(update=settings)


def allowed(answer: httpx.Response) -> str | None:
    return dict(answer.headers).get("access-control-allow-origin")


def asks(origin: str, method: str = "GET") -> Headers:
    return {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization",
    }


def someone(portal: Portal) -> Account:
    return portal.account("desk", Role.ADMIN)


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize("path", ["/api/v1/me", "/compat/karting/circuits", "/compat/racelith/t/abc/session/"])
def test_a_page_of_a_named_address_may_ask_whether_it_may_call(portal: Portal, path: str) -> None:
    answer = portal.ask("OPTIONS", path, asks(APP, "PUT"))

    assert (answer.status_code, allowed(answer), answer.headers["vary"]) == (204, APP, "Origin")
    assert "PUT" in answer.headers["access-control-allow-methods"]
    assert answer.headers["access-control-allow-headers"] == "Authorization, Content-Type, X-Session-Name"
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.usefixtures("shared")
def test_a_page_of_a_named_address_reads_answers_and_refusals(portal: Portal) -> None:
    token = portal.token(someone(portal), Role.VIEWER)

    good = portal.ask("GET", "/api/v1/me", token | {"Origin": APP})
    refused = portal.ask("GET", "/api/v1/me", {"Origin": APP})

    assert (good.status_code, allowed(good)) == (200, APP)
    assert (refused.status_code, allowed(refused)) == (401, APP)


@pytest.mark.usefixtures("shared")
def test_nobody_else_may_and_nothing_but_the_apis_is_shared(portal: Portal) -> None:
    for path, origin in (("/api/v1/me", ELSEWHERE), ("/api/v1/me", "null"), ("/", APP), ("/assets/x.css", APP)):
        answer = portal.ask("OPTIONS", path, asks(origin))

        assert answer.status_code != 204, path
        assert allowed(answer) is None, path


def test_without_the_setting_no_other_page_may(portal: Portal) -> None:
    assert allowed(portal.ask("OPTIONS", "/api/v1/me", asks(APP))) is None
    assert allowed(portal.ask("OPTIONS", "/api/v1/me", asks(""))) is None


@pytest.mark.usefixtures("shared")
def test_a_named_address_still_cannot_act_with_the_cookie(portal: Portal) -> None:
    cookie = portal.cookie(someone(portal)) | {"Origin": APP}

    written = portal.ask("POST", "/api/v1/me/tokens", cookie)
    read = portal.ask("GET", "/api/v1/me", cookie)

    assert written.status_code == 403
    assert "access-control-allow-credentials" not in read.headers, "the browser shows the page nothing of it"


@pytest.mark.usefixtures("shared")
def test_a_named_address_opens_a_socket_with_a_token_only(portal: Portal) -> None:
    account = someone(portal)
    with portal.socket("/ws/echo", portal.token(account, Role.VIEWER), origin=APP) as socket:
        socket.send("hello")
        assert socket.recv(timeout=2) == "hello"

    with pytest.raises(InvalidStatus, match="403"), portal.socket("/ws/echo", portal.cookie(account), origin=APP):
        pass


def test_who_asks_too_often_reads_when_to_come_again(portal: Portal, app_runtime: Runtime) -> None:
    said(app_runtime, requests_per_minute=3)
    account = someone(portal)
    busy, other = portal.token(account, Role.VIEWER), portal.token(account, Role.VIEWER)

    answers = [portal.ask("GET", "/api/v1/me", busy) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60
    assert answers[-1].headers["content-type"] == "application/problem+json"
    assert "3 requests" in answers[-1].json()["detail"]
    assert portal.ask("GET", "/api/v1/me", other).status_code == 200
    assert portal.ask("GET", "/api/v1/me", portal.cookie(account)).status_code == 200


def test_strangers_and_wrong_keys_count_by_their_address(portal: Portal, app_runtime: Runtime) -> None:
    said(app_runtime, requests_per_minute=3)
    wrong = [{"Authorization": f"Bearer paddock_{n}"} for n in range(3)]

    answers = [portal.ask("GET", "/api/v1/me", headers).status_code for headers in (*wrong, {})]

    assert answers == [401, 401, 401, 429]
    assert portal.ask("GET", "/api/v1/me", portal.token(someone(portal), Role.VIEWER)).status_code == 200


def test_pages_and_sockets_are_not_counted(portal: Portal, app_runtime: Runtime) -> None:
    said(app_runtime, requests_per_minute=1)
    cookie = portal.cookie(someone(portal))

    assert {portal.ask("GET", "/", cookie).status_code for _ in range(5)} == {200}
    with portal.socket("/ws/echo", cookie) as socket:
        for _ in range(5):
            socket.send("x")
            assert socket.recv(timeout=2) == "x"
    assert portal.ask("GET", "/api/v1/me", cookie).status_code == 200


def test_several_portals_count_as_one(app_runtime: Runtime) -> None:
    url = app_runtime.settings.redis_url
    assert url is not None
    other = Bus(url, app_runtime.settings.bus_prefix)

    counts = [bus.count("requests:somebody", 60) for bus in (app_runtime.bus, other, app_runtime.bus)]

    other.close()
    assert [count[0] for count in counts if count] == [1, 2, 3]


def _is_away(runtime: Runtime) -> None:
    runtime.bus = Bus("redis://127.0.0.1:1/0")


def _has_no_limit(runtime: Runtime) -> None:
    said(runtime, requests_per_minute=0)


@pytest.mark.parametrize("change", [_is_away, _has_no_limit], ids=["no bus", "no limit"])
def test_without_a_bus_or_a_limit_everybody_passes(
    portal: Portal, app_runtime: Runtime, change: Callable[[Runtime], None]
) -> None:
    said(app_runtime, requests_per_minute=1)
    bus = app_runtime.bus
    token = portal.token(someone(portal), Role.VIEWER)
    change(app_runtime)
    began = monotonic()

    answers = {portal.ask("GET", "/api/v1/me", token).status_code for _ in range(3)}

    app_runtime.bus.close()
    app_runtime.bus = bus
    assert answers == {200}
    assert monotonic() - began < 3
