"""Resuming and happenings as a client meets them: a real bus, real sockets, a gate in front."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from core.accounts.model import Role
from core.io.runtime import Runtime
from portal.api import live
from portal.api.live_hub import LiveHub
from portal.api.sockets import NOT_UNDERSTOOD
from portal.gate import Gate
from tests.contract.portal.test_live_sockets import LIVE, listening
from tests.e2e.stage import Stage, after_a_lap, furnish, race
from tests.portal_server import Portal, serving
from tests.quick_passwords import hurry

Message = dict[str, Any]


@pytest.fixture
def stage(owner_runtime: Runtime, app_runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> Stage:
    hurry(app_runtime)
    monkeypatch.setattr(live, "HUB", LiveHub(live.RuntimePorts()))
    return furnish(owner_runtime, app_runtime)


@pytest.fixture
def portal(stage: Stage) -> Iterator[Portal]:
    app = Starlette(routes=[live.ROUTE], middleware=[Middleware(Gate)], lifespan=listening)
    with serving(app, stage.app) as served:
        yield served


@pytest.fixture
def cookie(portal: Portal) -> dict[str, str]:
    return portal.cookie(portal.account("viewer", Role.VIEWER))


def heard(socket: ClientConnection) -> Message:
    message: Message = json.loads(socket.recv(timeout=5))
    return message


def until_lap(socket: ClientConnection, last_ms: int) -> Message:
    """The delta with this time of the first car."""
    while True:
        message = heard(socket)
        if message["type"] == "delta" and message["rows"].get("r0", {}).get("last", [0])[0] == last_ms:
            return message


def happen(stage: Stage, numbers: range) -> None:
    pairs = [(f"key {n}", f'{{"kind":"lap","body":{{"lap":{n}}}}}'.encode()) for n in numbers]
    stage.owner.bus.append_happenings(stage.circuit.id, 1, pairs)


def laps(socket: ClientConnection, count: int) -> list[int]:
    """Of the next so many happenings, whose numbers leave no hole."""
    found: list[Message] = []
    while len(found) < count:
        message = heard(socket)
        found += [message] if message["type"] == "happening" else []
    assert [message["n"] - found[0]["n"] for message in found] == list(range(count))
    return [message["body"]["lap"] for message in found]


def test_a_client_that_was_cut_off_gets_exactly_what_it_missed(
    portal: Portal, stage: Stage, cookie: dict[str, str]
) -> None:
    with portal.socket(LIVE, cookie) as uncut:
        stream = heard(uncut)["stream"]
        stage.publish(after_a_lap(race(), 61_001))
        seen = until_lap(uncut, 61_001)["seq"]
        for last_ms in (61_002, 61_003):
            stage.publish(after_a_lap(race(), last_ms))
            until_lap(uncut, last_ms)

        with portal.socket(f"{LIVE}?resume={stream}:{seen}", cookie) as socket:
            resumed = heard(socket)
            missed = until_lap(socket, 61_003)

    assert (resumed["type"], resumed["stream"], resumed["seq"]) == ("resumed", stream, seen)
    assert missed["seq"] >= seen + 2


def test_every_happening_reaches_a_client_that_reads_late_and_one_that_comes_back(
    portal: Portal, stage: Stage, cookie: dict[str, str]
) -> None:
    happen(stage, range(100))
    with portal.socket(f"{LIVE}?happenings_after=0", cookie) as slow:
        heard(slow)
        for start in range(100, 2500, 400):
            happen(stage, range(start, start + 400))
        assert laps(slow, 2500) == list(range(2500))
    last = stage.owner.bus.last_happening(stage.circuit.id)
    assert last is not None
    happen(stage, range(2500, 2510))

    with portal.socket(f"{LIVE}?happenings_after={last}", cookie) as back:
        assert laps(back, 10) == list(range(2500, 2510))


def test_a_parameter_that_cannot_be_read_is_told_by_the_close_code(portal: Portal, cookie: dict[str, str]) -> None:
    asked = f"{LIVE}?resume=nonsense"
    with portal.socket(asked, cookie) as socket, pytest.raises(ConnectionClosed) as closed:
        socket.recv(timeout=5)

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == NOT_UNDERSTOOD
