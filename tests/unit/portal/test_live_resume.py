"""Whoever was cut off goes on where they were, and nobody, however slow, misses a thing that happened."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import BadInput
from portal.api import live_channel, live_happenings
from portal.api.live_channel import RING
from portal.api.live_hub import LiveHub
from portal.api.live_viewer import Resume, Wish, wish_of
from tests.unit.portal.test_live_hub import CIRCUIT, Message, Ports, Screen, run

Picture = dict[str, object]


class Client:
    """A screen that keeps its picture by the documented protocol, and may lose its connection."""

    def __init__(self, hub: LiveHub, **asked: str) -> None:
        self._hub, self._asked = hub, asked
        self.stream, self.seq, self.view = "", 0, dict[str, object]()
        self.kinds: list[str] = []
        self.screen = Screen(hub, **asked)

    def cut(self) -> None:
        self._hub.leave(CIRCUIT, self.screen.viewer)

    def come_back(self) -> None:
        self.screen = Screen(self._hub, resume=f"{self.stream}:{self.seq}", **self._asked)

    async def hear(self) -> Message:
        message = await self.screen.next()
        self.kinds.append(message["type"])
        if message["type"] == "snapshot":
            self.stream, self.seq, self.view = message["stream"], message["seq"], message["view"]
        elif message["type"] == "delta":
            self._change(message)
        return message

    async def hear_until(self, laps: int) -> None:
        while not any(row.get("laps") == laps for row in self._rows().values()):
            await self.hear()

    def _change(self, message: Message) -> None:
        assert message["seq"] == self.seq + 1
        self.seq = message["seq"]
        rows = self._rows()
        for source_id, fields in message["rows"].items():
            rows[source_id] = rows.get(source_id, {}) | fields
        self.view |= message["set"] | {"order": message.get("order", self.view["order"])}

    def _rows(self) -> dict[str, dict[str, object]]:
        rows = self.view.get("rows", {})
        assert isinstance(rows, dict)
        return rows


async def numbers(screen: Screen, count: int) -> list[int]:
    """Of the next so many happenings."""
    found: list[int] = []
    while len(found) < count:
        message = await screen.next()
        found += [message["n"]] if message["type"] == "happening" else []
    return found


@settings(max_examples=15, deadline=None)
@given(cuts=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=5))
def test_a_client_that_is_cut_off_anywhere_sees_what_the_uncut_one_sees(cuts: list[tuple[int, int]]) -> None:
    """Each cut: so many changes before it, and so many while the client is away."""

    async def story(hub: LiveHub, ports: Ports) -> None:
        ports.publish(1)
        uncut, client, laps = Client(hub), Client(hub), 1
        await uncut.hear_until(laps)
        await client.hear_until(laps)
        for before, away in cuts:
            laps = await changes(ports, uncut, laps, before)
            await client.hear_until(laps)
            client.cut()
            laps = await changes(ports, uncut, laps, away)
            client.come_back()
            client.kinds.clear()
            await client.hear()
            await client.hear_until(laps)

            assert (client.seq, client.view) == (uncut.seq, uncut.view)
            assert client.kinds == ["resumed"] + ["delta"] * away

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(live_channel, "PACE_S", 0.0)
        run(story)


async def changes(ports: Ports, uncut: Client, laps: int, count: int) -> int:
    for _ in range(count):
        laps += 1
        ports.publish(laps)
        await uncut.hear_until(laps)
    return laps


def test_what_is_no_longer_kept_comes_as_a_snapshot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_channel, "RING", 3)
    monkeypatch.setattr(live_channel, "PACE_S", 0.0)

    async def story(hub: LiveHub, ports: Ports) -> None:
        ports.publish(1)
        uncut, client = Client(hub), Client(hub)
        await client.hear_until(1)
        client.cut()
        await changes(ports, uncut, 1, 4)

        client.come_back()

        assert (await client.hear())["type"] == "snapshot"
        assert client.view == uncut.view

    assert RING > 3
    run(story)


@pytest.mark.parametrize("resume", ["elsewhere:1", "{stream}:99", ":0"])
def test_a_place_that_this_stream_does_not_have_is_answered_by_a_snapshot(resume: str) -> None:
    async def story(hub: LiveHub, ports: Ports) -> None:
        ports.publish(1)
        client = Client(hub)
        await client.hear_until(1)

        again = Client(hub, resume=resume.format(stream=client.stream))

        assert (await again.hear())["type"] == "snapshot"

    run(story)


def test_happenings_come_only_to_those_who_asked() -> None:
    async def story(hub: LiveHub, ports: Ports) -> None:
        ports.happen(1, 2, 3)
        asked, other = Screen(hub, happenings_after="1"), Screen(hub)

        assert await numbers(asked, 2) == [2, 3]
        ports.publish(1)
        assert {(await other.next())["type"] for _ in range(2)} <= {"snapshot", "delta"}

    run(story)


def test_a_happening_carries_its_number_and_body() -> None:
    async def story(hub: LiveHub, ports: Ports) -> None:
        ports.happen(7)
        screen = Screen(hub, happenings_after="0")
        messages = [await screen.next() for _ in range(3)]

        [told] = [message for message in messages if message["type"] == "happening"]
        assert told == {"type": "happening", "n": 7, "kind": "lap", "body": {"lap": 7}}

    run(story)


def test_from_now_on_begins_behind_the_newest() -> None:
    async def story(hub: LiveHub, ports: Ports) -> None:
        ports.happen(5, 6)
        screen = Screen(hub, happenings_after="now")
        while (begun := await screen.next())["type"] != "happenings":
            pass
        ports.happen(7)

        assert begun == {"type": "happenings", "after": 6}
        assert await numbers(screen, 1) == [7]

    run(story)


def test_a_client_is_told_what_even_the_bus_no_longer_has() -> None:
    async def story(hub: LiveHub, ports: Ports) -> None:
        ports.happen(1000, 1001)
        screen = Screen(hub, happenings_after="7")
        while (missed := await screen.next())["type"] != "missed":
            pass

        assert missed == {"type": "missed", "from": 8, "to": 999}
        assert await numbers(screen, 2) == [1000, 1001]

    run(story)


def test_a_bus_that_lost_everything_is_followed_on() -> None:
    async def story(hub: LiveHub, ports: Ports) -> None:
        ports.happen(1, 2)
        screen = Screen(hub, happenings_after="0")
        assert await numbers(screen, 2) == [1, 2]
        ports.kept.clear()
        ports.happen(50, 51)

        while (missed := await screen.next())["type"] == "snapshot":
            pass
        assert missed == {"type": "missed", "from": 3, "to": 49}
        assert await numbers(screen, 2) == [50, 51]

    run(story)


@pytest.mark.parametrize("recent", [1000, 10])
def test_a_slow_client_skips_pictures_and_gets_every_happening(monkeypatch: pytest.MonkeyPatch, recent: int) -> None:
    monkeypatch.setattr(live_channel, "PACE_S", 0.0)
    monkeypatch.setattr(live_happenings, "RECENT", recent)

    async def story(hub: LiveHub, ports: Ports) -> None:
        ports.publish(0)
        slow, quick = Client(hub, happenings_after="0"), Client(hub)
        await slow.hear_until(0)
        for laps in range(1, 301):
            ports.happen(laps)
            ports.publish(laps)
            await quick.hear_until(laps)

        messages = [await slow.hear()]
        while len([one for one in messages if one["type"] == "happening"]) < 300:
            messages.append(await slow.hear())

        assert [one["n"] for one in messages if one["type"] == "happening"] == list(range(1, 301))
        assert len([one for one in messages if one["type"] in {"snapshot", "delta"}]) < 100
        assert slow.view == quick.view

    run(story)


def test_who_comes_back_in_time_is_told_from_memory() -> None:
    async def story(hub: LiveHub, ports: Ports) -> None:
        ports.happen(1)
        screen = Screen(hub, happenings_after="now")
        while (await screen.next())["type"] != "happenings":
            pass
        ports.happen(2)
        assert await numbers(screen, 1) == [2]

        assert await numbers(Screen(hub, happenings_after="1"), 1) == [2]
        assert ports.asked == 0

    run(story)


def test_the_parameters_of_the_address_are_read_as_documented() -> None:
    assert wish_of({}) == Wish()
    assert wish_of({"resume": "ab:cd:12", "happenings_after": "7"}) == Wish(
        Resume("ab:cd", 12), happenings=True, after=7
    )
    assert wish_of({"happenings_after": "now"}) == Wish(happenings=True)


@pytest.mark.parametrize("asked", [{"resume": "ab"}, {"resume": "ab:-1"}, {"happenings_after": "soon"}, {"resume": ""}])
def test_other_parameters_are_refused(asked: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        wish_of(asked)
