"""The replay socket as a browser meets it: what comes, what it obeys, and who is refused."""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from core.accounts.model import Role
from core.io.clock import utc_now
from core.io.recorder import Recorder
from core.io.runtime import Runtime
from core.io.transports import Frame
from core.timing.recordings import RecordedFrame
from core.timing.recordings_desk import Wanted
from portal.api import replay
from portal.api.sockets import NOT_FOUND, SIGNED_OUT
from portal.gate import Gate
from tests.e2e.stage import Stage, furnish
from tests.portal_server import Portal, serving
from tests.quick_passwords import hurry
from tests.unit.dvr.shelf import folded, race

REPLAY = "/ws/circuits/kartway/replay"

Message = dict[str, Any]


class Tape:
    """A race that ends now, on the spool of the stage's circuit; the last minute of it can be recorded later."""

    def __init__(self, stage: Stage) -> None:
        folder = stage.app.settings.data / "spool" / str(stage.circuit.id)
        frames, late = race(), utc_now() - race()[-1].at
        self.frames = [frame._replace(at=frame.at + late) for frame in frames]
        self.recorder = Recorder(folder, 1)
        self.cut = next(
            n for n, frame in enumerate(self.frames) if frame.at > self.frames[-1].at - timedelta(minutes=1)
        )
        self.record(self.frames[: self.cut])

    def record(self, frames: list[RecordedFrame]) -> None:
        for frame in frames:
            self.recorder.append(Frame(frame.text, frame.at), frame.at)

    def until(self, at: datetime) -> dict[str, int | None]:
        return laps(frame for frame in self.frames if frame.at <= at)


def laps(frames: Iterable[RecordedFrame]) -> dict[str, int | None]:
    return {car.source_id: car.laps for car in folded(list(frames)).cars}


@pytest.fixture
def stage(owner_runtime: Runtime, app_runtime: Runtime) -> Stage:
    hurry(app_runtime)
    return furnish(owner_runtime, app_runtime)


@pytest.fixture
def tape(stage: Stage) -> Tape:
    return Tape(stage)


@pytest.fixture
def portal(stage: Stage) -> Iterator[Portal]:
    app = Starlette(routes=[replay.ROUTE], middleware=[Middleware(Gate)])
    with serving(app, stage.app) as served:
        yield served


@pytest.fixture
def cookie(portal: Portal) -> dict[str, str]:
    return portal.cookie(portal.account("viewer", Role.VIEWER))


class Screen:
    """What a browser keeps of the messages."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.rows: dict[str, Message] = {}
        self.clock: Message = {}
        self.timeline: Message = {}
        self.refused: Message = {}
        self.seq = -1

    def say(self, kind: str, **facts: object) -> None:
        self.socket.send(json.dumps({"type": kind, **facts}))

    def until(self, holds: Callable[[], bool]) -> None:
        by = time.monotonic() + 8
        while not holds():
            assert time.monotonic() < by, self.clock
            self.take(json.loads(self.socket.recv(timeout=8)))

    def take(self, message: Message) -> None:
        if message["type"] == "snapshot":
            self.rows, self.seq = message["view"]["rows"], message["seq"]
        elif message["type"] == "delta":
            assert message["seq"] == self.seq + 1
            self.seq += 1
            for row, fields in message["rows"].items():
                self.rows.setdefault(row, {}).update(fields)
        else:
            setattr(self, message["type"], message)

    def at(self) -> datetime:
        return datetime.fromisoformat(self.clock["at"])

    def laps(self) -> dict[str, int | None]:
        return {name: row.get("laps") for name, row in self.rows.items()}


def test_a_seek_shows_the_board_of_that_moment_and_a_pause_keeps_it(
    portal: Portal, tape: Tape, cookie: dict[str, str]
) -> None:
    at = tape.frames[0].at + timedelta(seconds=400)
    with portal.socket(REPLAY, cookie) as socket:
        screen = Screen(socket)
        screen.until(lambda: bool(screen.clock))
        screen.say("pause")
        screen.say("seek", at=at.isoformat())

        screen.until(lambda: screen.at() == at and screen.laps() == tape.until(at))

    assert screen.clock["paused"] is True


def test_it_plays_at_the_speed_that_is_asked_for(portal: Portal, tape: Tape, cookie: dict[str, str]) -> None:
    begins = tape.frames[0].at
    with portal.socket(f"{REPLAY}?at={begins.isoformat().replace('+', '%2B')}&speed=100", cookie) as socket:
        screen = Screen(socket)
        began = time.monotonic()
        screen.until(lambda: bool(screen.clock) and screen.at() > begins + timedelta(seconds=200))
        took_s = time.monotonic() - began

    assert 1.0 < took_s < 6
    assert any(screen.laps().values())


def test_rewound_while_live_it_returns_to_live_and_sees_what_came_meanwhile(
    portal: Portal, tape: Tape, cookie: dict[str, str]
) -> None:
    with portal.socket(REPLAY, cookie) as socket:
        screen = Screen(socket)
        screen.until(lambda: screen.clock.get("live") is True)
        screen.say("seek", at=(tape.frames[0].at + timedelta(seconds=120)).isoformat())
        screen.until(lambda: screen.clock["live"] is False)
        tape.record(tape.frames[tape.cut :])
        screen.say("live")

        screen.until(lambda: screen.clock["live"] and screen.laps() == laps(tape.frames))


def test_a_viewers_own_delay_is_kept(portal: Portal, tape: Tape, cookie: dict[str, str]) -> None:
    with portal.socket(f"{REPLAY}?delay_s=300", cookie) as socket:
        screen = Screen(socket)
        screen.until(lambda: bool(screen.clock) and bool(screen.rows))

        behind = utc_now() - screen.at()

    assert timedelta(seconds=299) < behind < timedelta(seconds=302)
    assert screen.laps() == tape.until(screen.at())


def test_the_timeline_has_flags_and_bookmarks(portal: Portal, stage: Stage, tape: Tape, cookie: dict[str, str]) -> None:
    wanted = Wanted(stage.circuit.id, None, "Contact in turn 7", tape.frames[300].at)
    stage.app.recordings.bookmark(wanted, by=stage.clerk.account_id, now=utc_now())
    with portal.socket(REPLAY, cookie) as socket:
        screen = Screen(socket)
        screen.until(lambda: bool(screen.timeline))

    assert "flag" in {mark[0] for mark in screen.timeline["marks"]}
    assert [one[1] for one in screen.timeline["bookmarks"]] == ["Contact in turn 7"]


@pytest.mark.parametrize("said", ["nonsense", '{"type":"seek","at":"tomorrow"}', '{"type":"speed","speed":"nan"}'])
def test_what_it_does_not_understand_it_says_and_goes_on(
    portal: Portal, tape: Tape, cookie: dict[str, str], said: str
) -> None:
    with portal.socket(REPLAY, cookie) as socket:
        screen = Screen(socket)
        socket.send(said)
        screen.until(lambda: bool(screen.refused))
        screen.say("pause")

        screen.until(lambda: screen.clock.get("paused") is True)

    assert "does not understand" in screen.refused["what"]
    assert tape.frames


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/ws/circuits/nowhere/replay", NOT_FOUND),
        (REPLAY, NOT_FOUND),
        (f"{REPLAY}?recording=00000000-0000-0000-0000-000000000000", NOT_FOUND),
        (f"{REPLAY}?recording=x", replay.NOT_UNDERSTOOD),
    ],
    ids=["no circuit", "nothing recorded", "no such recording", "no id"],
)
def test_what_is_not_there_is_said(portal: Portal, cookie: dict[str, str], path: str, code: int) -> None:
    assert closed(portal, cookie, path) == code


def test_too_many_are_turned_away(
    portal: Portal, tape: Tape, cookie: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "MOST", 0)

    assert closed(portal, cookie, REPLAY) == replay.FULL
    assert tape.frames


def test_a_stranger_is_not_admitted(portal: Portal) -> None:
    assert closed(portal, {}, REPLAY) == SIGNED_OUT


def closed(portal: Portal, cookie: dict[str, str], path: str) -> int:
    with portal.socket(path, cookie) as socket, pytest.raises(ConnectionClosed) as gone:
        _listen(socket)
    assert gone.value.rcvd is not None
    return gone.value.rcvd.code


def _listen(socket: ClientConnection) -> None:
    while True:
        socket.recv(timeout=5)
