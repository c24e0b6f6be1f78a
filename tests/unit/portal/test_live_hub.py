"""The hub tells every screen the same, once, and no screen can slow down another."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from core.errors import Unavailable
from core.io.bus import Numbered
from core.penalties.model import Act, Penalty, PenaltyState, PenaltyType
from core.timing.model import Board, Car, SourceState, SourceStatus
from core.timing.wire import board_to_json
from portal.api import live_channel, live_hub
from portal.api.live_channel import Context
from portal.api.live_hub import LiveHub
from portal.api.live_viewer import wish_of
from portal.api.viewer import QUEUE, Viewer
from portal.live_view import NO_ENTRIES, Patience, SessionLabel

NOON = datetime(2026, 3, 7, 12, 0, tzinfo=UTC)
CIRCUIT = UUID(int=7)
SESSION = SessionLabel("0190", "Race", 3, "race")
QUIET = Context(None, (), NO_ENTRIES, running=True, patience=Patience())
FIVE = Penalty("1/decision", 1, "7", "t5", PenaltyType.TIME, "5 s", PenaltyState.ISSUED, Act(NOON, "x"), seconds=5)

Message = dict[str, Any]


@dataclass
class Ports:
    """A circuit that the test moves: boards are put into a queue, the database's answer is an attribute."""

    answer: Context | Unavailable = QUIET
    bodies: "asyncio.Queue[bytes | None]" = field(default_factory=asyncio.Queue)
    reads: int = 0
    kept: list[Numbered] = field(default_factory=list)
    """The stream of happenings."""
    asked: int = 0
    """Times that somebody read back in it."""

    async def boards(self, circuit_id: UUID) -> AsyncIterator[bytes | None]:
        assert circuit_id == CIRCUIT
        while True:
            yield await self.bodies.get()

    def context(self, circuit_id: UUID) -> Context:
        assert circuit_id == CIRCUIT
        self.reads += 1
        if isinstance(self.answer, Unavailable):
            raise self.answer
        return self.answer

    def last_happening(self, circuit_id: UUID) -> int | None:
        assert circuit_id == CIRCUIT
        return self.kept[-1].n if self.kept else 0

    def happenings(self, circuit_id: UUID, after: int, limit: int) -> list[Numbered]:
        assert circuit_id == CIRCUIT
        self.asked += 1
        return self._behind(after)[:limit]

    async def follow_happenings(self, circuit_id: UUID, after: int) -> AsyncIterator[list[Numbered]]:
        while True:
            assert circuit_id == CIRCUIT
            portion = self._behind(after)
            after = portion[-1].n if portion else after
            yield portion
            await asyncio.sleep(0.001)

    def now(self) -> datetime:
        return NOON

    def happen(self, *numbers: int) -> None:
        self.kept += [Numbered(n, f'{{"kind":"lap","body":{{"lap":{n}}}}}'.encode()) for n in numbers]

    def _behind(self, after: int) -> list[Numbered]:
        return [one for one in self.kept if one.n > after]

    def publish(self, laps: int, **more: Any) -> None:
        car = Car("r1", "7", laps=laps)
        self.bodies.put_nowait(board_to_json(replace(Board(seq=laps, columns=("laps",), cars=(car,)), **more)))


class Screen:
    """A viewer, and a reader of its messages."""

    def __init__(self, hub: LiveHub, **asked: str) -> None:
        self.viewer = hub.join(CIRCUIT, wish_of(asked))
        self._messages = self.viewer.messages()

    async def next(self) -> Message:
        message: Message = json.loads(await asyncio.wait_for(anext(self._messages), 2))
        return message

    async def rest(self) -> AsyncIterator[Message]:
        """What still comes, until the hub lets go."""
        async with asyncio.timeout(2):
            async for text in self._messages:
                yield json.loads(text)


def run(story: Callable[[LiveHub, Ports], Awaitable[None]], ports: Ports | None = None) -> None:
    async def whole() -> None:
        stage = ports or Ports()
        hub = LiveHub(stage)
        await story(hub, stage)
        await asyncio.wait_for(hub.close(), 1)

    asyncio.run(whole())


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(2):
        while not true():
            await asyncio.sleep(0.005)


def test_a_screen_gets_a_snapshot_then_numbered_deltas() -> None:
    async def story(hub: LiveHub, ports: Ports) -> None:
        ports.publish(1)
        screen = Screen(hub)
        first = await screen.next()
        if not first["view"]["order"]:
            first = await screen.next()
            assert first["seq"] == 1
        ports.publish(2)

        second = await screen.next()

        assert second == {"type": "delta", "seq": first["seq"] + 1, "set": {}, "rows": {"r1": {"laps": 2}}}

    run(story)


def test_a_second_screen_starts_where_the_first_one_is() -> None:
    async def story(hub: LiveHub, ports: Ports) -> None:
        early = Screen(hub)
        await early.next()
        ports.publish(1)
        seen = await early.next()

        late = await Screen(hub).next()

        assert (late["type"], late["seq"]) == ("snapshot", seen["seq"])
        assert late["view"]["rows"]["r1"]["laps"] == 1

    run(story)


def test_a_circuit_without_a_board_shows_an_empty_one() -> None:
    async def story(hub: LiveHub, _: Ports) -> None:
        snapshot = await Screen(hub).next()

        assert (snapshot["view"]["order"], snapshot["view"]["at"]) == ([], None)

    run(story)


def test_a_bell_about_the_session_moves_the_standings_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_channel, "LOOK_AGAIN_S", 60.0)

    async def story(hub: LiveHub, ports: Ports) -> None:
        ports.publish(1)
        screen = Screen(hub)
        await screen.next()
        await until(ports.bodies.empty)
        await asyncio.sleep(0.1)
        ports.answer = replace(QUIET, session=SESSION, penalties=(FIVE,))

        hub.hear("somebody else")
        hub.hear(SESSION.id)
        message = await screen.next()
        while "penalties" not in message.get("rows", {}).get("r1", {}):
            message = await screen.next()

        assert message["rows"]["r1"] == {"penalties": ["+5 s"], "added_ms": 5000}

    run(story, Ports(answer=replace(QUIET, session=SESSION)))


def test_a_lost_ring_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_channel, "LOOK_AGAIN_S", 0.02)

    async def story(hub: LiveHub, ports: Ports) -> None:
        screen = Screen(hub)
        await screen.next()

        ports.answer = replace(QUIET, session=SESSION)

        assert (await screen.next())["set"]["session"]["name"] == "Race"

    run(story)


def test_a_silent_database_keeps_the_picture_and_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_channel, "LOOK_AGAIN_S", 0.02)

    async def story(hub: LiveHub, ports: Ports) -> None:
        screen = Screen(hub)
        await screen.next()
        ports.answer = Unavailable("The database does not answer.", "Wait.")
        reads = ports.reads
        await until(lambda: ports.reads > reads + 2)
        ports.publish(1)

        assert (await screen.next())["order"] == ["r1"]

    run(story)


def test_a_source_that_was_switched_off_is_stopped_whatever_its_last_board_says() -> None:
    async def story(hub: LiveHub, ports: Ports) -> None:
        ports.publish(1, source=SourceState(SourceStatus.RUNNING, NOON), at=NOON)

        snapshot = await Screen(hub).next()

        assert snapshot["view"]["source"] == "stopped"

    run(story, Ports(answer=replace(QUIET, running=False)))


def test_a_screen_that_falls_behind_gets_the_whole_picture_instead() -> None:
    viewer = Viewer()
    for seq in range(QUEUE):
        viewer.offer(f"delta {seq}", lambda: "never")

    viewer.offer("one too many", lambda: "whole")
    viewer.offer("next", lambda: "never")

    async def taken() -> list[str]:
        messages = viewer.messages()
        return [await anext(messages), await anext(messages)]

    assert asyncio.run(taken()) == ["whole", "next"]


def test_a_burst_of_boards_becomes_few_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_channel, "PACE_S", 0.1)

    async def story(hub: LiveHub, ports: Ports) -> None:
        screen = Screen(hub)
        await screen.next()
        for laps in range(50):
            ports.publish(laps)

        message = await screen.next()
        while message["rows"]["r1"]["laps"] != 49:
            message = await screen.next()

        assert message["seq"] <= 3

    run(story)


def test_a_beat_comes_when_nothing_else_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_channel, "BEAT_S", 0.02)

    async def story(hub: LiveHub, _: Ports) -> None:
        screen = Screen(hub)
        kinds = [(await screen.next())["type"] for _ in range(3)]

        assert kinds[1:].count("beat") >= 1

    run(story)


def test_a_broken_channel_lets_its_screens_go_and_the_next_one_starts_anew(caplog: pytest.LogCaptureFixture) -> None:
    async def story(hub: LiveHub, ports: Ports) -> None:
        screen = Screen(hub)
        await screen.next()
        ports.bodies.put_nowait(b"not a board")

        assert [message["type"] async for message in screen.rest()] in ([], ["delta"])
        assert (await Screen(hub).next())["type"] == "snapshot"

    run(story)
    assert "a live channel broke" in caplog.text


def test_the_last_screen_turns_off_the_light(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_hub, "LINGER_S", 0.0)

    async def story(hub: LiveHub, ports: Ports) -> None:
        first, second = Screen(hub), Screen(hub)
        await first.next()
        hub.leave(CIRCUIT, first.viewer)
        ports.publish(1)
        await second.next()
        hub.leave(CIRCUIT, second.viewer)
        await asyncio.sleep(0.05)
        reads = ports.reads

        hub.hear(str(CIRCUIT))
        await asyncio.sleep(0.05)

        assert ports.reads == reads

    run(story)
