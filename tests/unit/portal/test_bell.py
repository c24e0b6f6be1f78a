"""The tower tells each bell to those who asked for it, and rings itself for what nobody rang."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping

import pytest

from core.errors import Unavailable
from core.io.bus import Bell, Topic
from portal.api.bell import BellTower, Key, Wish
from portal.api.viewer import Viewer

SESSION, CIRCUIT = "0190", "0191"
EVERY_SESSION = Wish(frozenset({Topic.SESSION}), "")
THIS_SESSION = Wish(frozenset({Topic.SESSION}), SESSION)
POINTERS = Wish(frozenset({Topic.POINTER, Topic.REGISTRY}), "")


class House:
    """What can be looked at, as the test sets it."""

    def __init__(self) -> None:
        self.marks: dict[Key, int] = {(Topic.SESSION, SESSION): 4, (Topic.POINTER, CIRCUIT): 1}
        self.asked: list[frozenset[str]] = []
        self.away = False

    def __call__(self, sessions: frozenset[str]) -> Mapping[Key, int]:
        self.asked.append(sessions)
        if self.away:
            raise Unavailable("The database does not answer.", "Wait.")
        return dict(self.marks)


def run(story: Callable[[BellTower, House], Awaitable[None]]) -> None:
    async def whole() -> None:
        house = House()
        await story(BellTower(house), house)

    asyncio.run(whole())


def rung(listener: Viewer) -> list[Bell]:
    """What waits for a listener."""

    async def taken() -> list[Bell]:
        found = []
        messages = listener.messages()
        try:
            while True:
                found.append(await asyncio.wait_for(anext(messages), 0.01))
        except TimeoutError:
            return [Bell(Topic(one["topic"]), one["subject"], one["seq"]) for one in map(json.loads, found)]

    return asyncio.run(taken())


def test_a_bell_reaches_those_who_asked_for_its_topic_and_subject() -> None:
    listeners: dict[str, Viewer] = {}

    async def story(tower: BellTower, _: House) -> None:
        wishes = {"every": EVERY_SESSION, "this": THIS_SESSION, "other": POINTERS}
        listeners.update({name: tower.listen(wish) for name, wish in wishes.items()})
        tower.tell(Bell(Topic.SESSION, SESSION, 5))
        tower.tell(Bell(Topic.SESSION, "somebody else", 9))

    run(story)
    assert rung(listeners["every"]) == [Bell(Topic.SESSION, SESSION, 5), Bell(Topic.SESSION, "somebody else", 9)]
    assert rung(listeners["this"]) == [Bell(Topic.SESSION, SESSION, 5)]
    assert rung(listeners["other"]) == []


def test_every_bell_s_subject_reaches_the_live_hub() -> None:
    heard: list[str] = []

    async def story(tower: BellTower, _: House) -> None:
        tower.follow(heard.append)
        tower.tell(Bell(Topic.POINTER, CIRCUIT, 2))

    run(story)
    assert heard == [CIRCUIT]


def test_what_changed_without_a_ring_is_rung_by_the_tower() -> None:
    listeners: list[Viewer] = []

    async def story(tower: BellTower, house: House) -> None:
        listeners.append(tower.listen(THIS_SESSION))
        listeners.append(tower.listen(POINTERS))
        await tower.look()
        house.marks |= {(Topic.SESSION, SESSION): 6, (Topic.POINTER, CIRCUIT): 2}
        await tower.look()
        await tower.look()

    run(story)
    assert rung(listeners[0]) == [Bell(Topic.SESSION, SESSION, 6)]
    assert rung(listeners[1]) == [Bell(Topic.POINTER, CIRCUIT)]


def test_what_was_rung_is_not_rung_again() -> None:
    listeners: list[Viewer] = []

    async def story(tower: BellTower, house: House) -> None:
        listeners.append(tower.listen(THIS_SESSION))
        await tower.look()
        tower.tell(Bell(Topic.SESSION, SESSION, 5))
        house.marks[Topic.SESSION, SESSION] = 5
        await tower.look()

    run(story)
    assert rung(listeners[0]) == [Bell(Topic.SESSION, SESSION, 5)]


def test_only_sessions_that_somebody_listens_to_are_looked_at() -> None:
    seen: list[frozenset[str]] = []

    async def story(tower: BellTower, house: House) -> None:
        listener = tower.listen(THIS_SESSION)
        tower.listen(POINTERS)
        await tower.look()
        tower.leave(listener)
        await tower.look()
        seen.extend(house.asked)

    run(story)
    assert seen == [frozenset({SESSION}), frozenset()]


def test_a_silent_database_is_asked_again_next_time(caplog: pytest.LogCaptureFixture) -> None:
    listeners: list[Viewer] = []

    async def story(tower: BellTower, house: House) -> None:
        listeners.append(tower.listen(THIS_SESSION))
        await tower.look()
        house.away = True
        house.marks[Topic.SESSION, SESSION] = 7
        await tower.look()
        house.away = False
        await tower.look()

    run(story)
    assert rung(listeners[0]) == [Bell(Topic.SESSION, SESSION, 7)]
    assert "pages are woken by bells alone" in caplog.text


def test_who_may_not_read_the_log_is_woken_without_its_numbers() -> None:
    listeners: dict[str, Viewer] = {}

    async def story(tower: BellTower, _: House) -> None:
        for name, numbered in (("official", True), ("guest", False)):
            listeners[name] = tower.listen(Wish(frozenset({Topic.SESSION}), SESSION, numbered))
        tower.tell(Bell(Topic.SESSION, SESSION, 17))

    run(story)

    assert {name: rung(listener) for name, listener in listeners.items()} == {
        "official": [Bell(Topic.SESSION, SESSION, 17)],
        "guest": [Bell(Topic.SESSION, SESSION, 0)],
    }


def listening(wish: Wish, *bells: Bell, stamp: str | None = None, drawn_after: bool = False) -> list[Bell]:
    """What a page is told that was drawn before the bells rang (or after them) and listens behind them."""
    found: list[Viewer] = []

    async def story(tower: BellTower, _: House) -> None:
        before = tower.stamp()
        for bell in bells:
            tower.tell(bell)
        found.append(tower.listen(wish, stamp or (tower.stamp() if drawn_after else before)))

    run(story)
    return rung(found[0])


def test_what_rang_between_the_drawing_and_the_listening_is_told_at_once() -> None:
    fifth, sixth = Bell(Topic.SESSION, SESSION, 5), Bell(Topic.SESSION, SESSION, 6)

    assert listening(THIS_SESSION, fifth, sixth) == [sixth]


@pytest.mark.parametrize("wish", [POINTERS, Wish(frozenset({Topic.SESSION}), "another")], ids=["topic", "subject"])
def test_what_rang_about_something_else_meanwhile_is_not_told(wish: Wish) -> None:
    assert listening(wish, Bell(Topic.SESSION, SESSION, 5)) == []


def test_a_page_drawn_after_the_ring_is_left_alone() -> None:
    assert listening(THIS_SESSION, Bell(Topic.SESSION, SESSION, 5), drawn_after=True) == []


@pytest.mark.parametrize("stamp", ["5f0e1d2c.9", "nonsense", "."])
def test_a_page_drawn_by_a_portal_that_has_ended_is_woken(stamp: str) -> None:
    bell = Bell(Topic.SESSION, SESSION, 5)

    assert listening(THIS_SESSION, bell, stamp=stamp) == [bell]
