"""Live and bell sockets as a browser meets them: what comes, who is refused, and that nothing holds up a stop."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, suppress
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from core.accounts.model import Role
from core.io.bus import Bell, Bus, Topic
from core.io.runtime import Runtime
from portal.api import bell, health, live
from portal.api.live_hub import LiveHub
from portal.api.sockets import NOT_FOUND, SIGNED_OUT
from portal.gate import Gate
from tests.e2e.stage import Stage, after_a_lap, furnish, race
from tests.portal_server import Portal, serving
from tests.quick_passwords import hurry

LIVE = "/ws/circuits/kartway/live"
STOPS_WITHIN_S = 3.0

Message = dict[str, Any]


@asynccontextmanager
async def listening(_: Starlette) -> AsyncIterator[None]:
    """What the portal's lifespan does for its sockets."""
    bell.TOWER.follow(live.HUB.hear)
    task = asyncio.create_task(bell.TOWER.run())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await live.HUB.close()


@pytest.fixture
def stage(owner_runtime: Runtime, app_runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> Stage:
    hurry(app_runtime)
    monkeypatch.setattr(live, "HUB", LiveHub(live.RuntimePorts()))
    monkeypatch.setattr(bell, "TOWER", bell.BellTower(bell.marks))
    return furnish(owner_runtime, app_runtime)


@pytest.fixture
def portal(stage: Stage) -> Iterator[Portal]:
    routes: list[BaseRoute] = [live.ROUTE, bell.ROUTE, *health.ROUTES]
    app = Starlette(routes=routes, middleware=[Middleware(Gate)], lifespan=listening)
    with serving(app, stage.app) as served:
        yield served


@pytest.fixture
def cookie(portal: Portal) -> dict[str, str]:
    return portal.cookie(portal.account("viewer", Role.VIEWER))


def heard(socket: ClientConnection) -> Message:
    message: Message = json.loads(socket.recv(timeout=5))
    return message


def until(socket: ClientConnection, kind: str, field: str) -> Message:
    """The next message of this kind that says something about this field of a row."""
    while True:
        message = heard(socket)
        if message["type"] == kind and any(field in row for row in message["rows"].values()):
            return message


def test_a_viewer_gets_the_board_with_its_session_and_then_what_changes(
    portal: Portal, stage: Stage, cookie: dict[str, str]
) -> None:
    with portal.socket(LIVE, cookie) as socket:
        first = heard(socket)
        while not first["view"]["order"] if first["type"] == "snapshot" else False:
            first = heard(socket)
        stage.publish(after_a_lap(race(), 60_007))

        change = until(socket, "delta", "laps")

    assert change["rows"]["r0"]["last"] == [60_007, "personal"]


def test_a_penalty_moves_the_standings_of_an_open_screen(portal: Portal, stage: Stage, cookie: dict[str, str]) -> None:
    with portal.socket(LIVE, cookie) as socket:
        heard(socket)
        began = time.monotonic()
        stage.line("#2 !")

        change = until(socket, "delta", "penalties")

    assert change["rows"]["r6"]["penalties"] == ["+5 s"]
    assert change["order"].index("r6") > 6
    assert time.monotonic() - began < 1.5, "before the next look: the bell did it"


def test_a_switch_of_the_session_is_on_the_screen_within_a_second(
    portal: Portal, stage: Stage, cookie: dict[str, str]
) -> None:
    second = stage.new_session("Race 2")
    with portal.socket(LIVE, cookie) as socket:
        heard(socket)
        began = time.monotonic()
        stage.open(second.id)
        message = heard(socket)
        while (message.get("set") or {}).get("session", {}).get("name") != "Race 2":
            message = heard(socket)

    assert time.monotonic() - began < 1


def test_a_circuit_that_is_not_there_is_told_by_the_close_code(portal: Portal, cookie: dict[str, str]) -> None:
    with portal.socket("/ws/circuits/nowhere/live", cookie) as socket, pytest.raises(ConnectionClosed) as closed:
        socket.recv(timeout=5)

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == NOT_FOUND


def test_a_stranger_is_told_by_the_close_code(portal: Portal) -> None:
    with portal.socket(LIVE) as socket, pytest.raises(ConnectionClosed) as closed:
        socket.recv(timeout=5)

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == SIGNED_OUT


@pytest.mark.parametrize(("role", "told"), [(Role.RACE_CONTROL, 6), (Role.VIEWER, 0)])
def test_a_bell_reaches_the_sockets_that_asked_and_is_numbered_for_officials(
    portal: Portal, stage: Stage, role: Role, told: int
) -> None:
    cookie = portal.cookie(portal.account("reader", role))
    asked = f"/ws/bell?topics=session&subject={stage.session.id}"
    with portal.socket(asked, cookie) as socket, portal.socket("/ws/bell?topics=circuit", cookie) as other:
        stage.line("9 w")

        assert heard(socket) == {"topic": "session", "subject": str(stage.session.id), "seq": told}
        with pytest.raises(TimeoutError):
            other.recv(timeout=0.3)


def test_nobody_can_listen_to_the_bells_of_accounts(portal: Portal, stage: Stage, cookie: dict[str, str]) -> None:
    with portal.socket("/ws/bell?topics=account", cookie) as socket:
        stage.owner.bus.ring(Bell(Topic.ACCOUNT, "somebody"))

        with pytest.raises(TimeoutError):
            socket.recv(timeout=0.5)


def test_open_sockets_do_not_hold_up_a_stop(stage: Stage) -> None:
    app = Starlette(routes=[live.ROUTE, bell.ROUTE], middleware=[Middleware(Gate)], lifespan=listening)
    with ExitStack() as sockets:
        with serving(app, stage.app) as portal:
            cookie = portal.cookie(portal.account("viewer", Role.VIEWER))
            sockets.enter_context(portal.socket("/ws/bell", cookie))
            screens = [sockets.enter_context(portal.socket(LIVE, cookie)) for _ in range(10)]
            heard(screens[-1])
            began = time.monotonic()

        assert time.monotonic() - began < STOPS_WITHIN_S


def test_readiness_names_what_is_missing(portal: Portal, stage: Stage) -> None:
    found = portal.ask("GET", "/readyz").json()
    assert {"ready": True, "database": True, "bus": True, "migrations": True}.items() <= found.items()
    assert (found["kept"]["logs_broken"], found["kept"]["backup_late"]) == (0, False)
    stage.app.bus = Bus("unix:///nowhere.sock")

    answer = portal.ask("GET", "/readyz")

    assert (answer.status_code, answer.json()["bus"], answer.json()["database"]) == (503, False, True)
    assert portal.ask("GET", "/healthz").status_code == 200


def test_metrics_count_sockets_and_take_the_right_of_operators(portal: Portal, cookie: dict[str, str]) -> None:
    operator = portal.token(portal.account("operator", Role.ADMIN), Role.ADMIN)
    with portal.socket(LIVE, cookie) as socket:
        heard(socket)
        text = portal.ask("GET", "/metrics", operator).text

    assert 'paddock_sockets{kind="live"} 1.0' in text
    assert portal.ask("GET", "/metrics", cookie).status_code == 403
