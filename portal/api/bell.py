"""`WS /ws/bell?topics=session,pointer&subject=…&since=…`: tells a page that something changed; the page then reads it.

`since` is the stamp of the page's drawing: what rang between the drawing and the listening is told at once.

The tower hears every bell of the bus once for the whole portal, hands it to the sockets that asked for its topic, and
to the live hub. Because a ring may be lost, it also looks every two seconds whether something it watches has moved.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from secrets import token_hex
from uuid import UUID

from starlette.websockets import WebSocket

from core.accounts.model import Right
from core.errors import PortalError, Unavailable
from core.io.bus import Bell, Topic
from portal import metrics
from portal.api.needs import who
from portal.api.sockets import Listening, send_until_gone
from portal.api.viewer import Viewer
from portal.running import runtime

log = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0

Key = tuple[Topic, str]

_BESIDE = frozenset({Topic.PRESENCE, Topic.LAPS})
"""Who looks at a session changes nothing in it, and the live board has its own way."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a page wants to be told; an empty subject means every one."""

    topics: frozenset[Topic]
    subject: str
    numbered: bool = True
    """Whether it may know how many events there are: not without the right to read them."""

    def covers(self, bell: Bell) -> bool:
        return bell.topic in self.topics and self.subject in {"", bell.subject}


@dataclass(frozen=True, slots=True)
class _Rung:
    """The newest bell about something, and how many had rung by then."""

    count: int
    bell: Bell


class BellTower:
    """Every bell, heard once and told to all who asked."""

    def __init__(self, marks: Callable[[frozenset[str]], Mapping[Key, int]]) -> None:
        self._marks = marks
        self._known: dict[Key, int] = {}
        self._listeners: dict[Viewer, Wish] = {}
        self._followers: list[Callable[[str], None]] = []
        self._name = token_hex(4)
        self._count = 0
        self._rung: dict[Key, _Rung] = {}

    def follow(self, hear: Callable[[str], None]) -> None:
        """Also tell `hear` the subject of every bell."""
        self._followers.append(hear)

    def stamp(self) -> str:
        """The moment before a page reads what it draws; the page brings it along when it begins to listen."""
        return f"{self._name}.{self._count}"

    def listen(self, wish: Wish, since: str = "") -> Viewer:
        """Every bell from now on that the wish covers; first the newest of those that rang after the stamp."""
        listener = Viewer()
        self._listeners[listener] = wish
        missed = self._newest(wish)
        if missed is not None and since and not self._drawn_after(missed.count, since):
            _offer(listener, _text(missed.bell, missed.bell.seq if wish.numbered else 0))
        return listener

    def leave(self, listener: Viewer) -> None:
        self._listeners.pop(listener, None)

    async def run(self) -> None:
        """Hear and look until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._hear())
            tasks.create_task(self._look())

    def _newest(self, wish: Wish) -> "_Rung | None":
        rung = (one for one in self._rung.values() if wish.covers(one.bell))
        return max(rung, key=lambda one: one.count, default=None)

    def _drawn_after(self, count: int, since: str) -> bool:
        """A stamp of another process, one that has ended say, is older than everything."""
        name, _, drawn = since.partition(".")
        return name == self._name and drawn.isdecimal() and count <= int(drawn)

    def tell(self, bell: Bell) -> None:
        self._count += 1
        self._rung[bell.topic, bell.subject] = _Rung(self._count, bell)
        if bell.topic is Topic.SESSION:
            self._known[bell.topic, bell.subject] = bell.seq
        if bell.topic not in _BESIDE:
            for hear in self._followers:
                hear(bell.subject)
        texts = {numbered: _text(bell, bell.seq if numbered else 0) for numbered in (True, False)}
        for listener, wish in self._listeners.items():
            if wish.covers(bell):
                _offer(listener, texts[wish.numbered])

    async def _hear(self) -> None:
        async for bell in runtime().bus.abells():
            if bell is not None:
                metrics.BELLS.labels(bell.topic).inc()
                self.tell(bell)

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            await self.look()

    async def look(self) -> None:
        """Ring for whatever moved since it was last looked at."""
        watched = frozenset(w.subject for w in self._listeners.values() if Topic.SESSION in w.topics and w.subject)
        try:
            found = await asyncio.to_thread(self._marks, watched)
        except Unavailable as error:
            log.warning("pages are woken by bells alone", extra={"why": error.what})
            return
        for key, mark in found.items():
            before = self._known.get(key)
            self._known[key] = mark
            if before is not None and before != mark:
                self.tell(Bell(*key, seq=mark if key[0] is Topic.SESSION else 0))


def _offer(listener: Viewer, text: str) -> None:
    listener.offer(text, lambda: text)


def _text(bell: Bell, seq: int) -> str:
    return json.dumps({"topic": bell.topic, "subject": bell.subject, "seq": seq})


def marks(sessions: frozenset[str]) -> dict[Key, int]:
    """A number for everything that can be listened to; it differs when the thing changed."""
    circuits, registry = runtime().circuits.all(), runtime().race_sessions.all()
    found: dict[Key, int] = {(Topic.CIRCUIT, str(circuit.id)): hash(repr(circuit)) for circuit in circuits}
    found |= {(Topic.POINTER, str(circuit.id)): circuit.pointer_epoch for circuit in circuits}
    found |= {(Topic.REGISTRY, str(session.id)): hash(session) for session in registry}
    return found | {(Topic.SESSION, subject): head for subject in sessions if (head := _head(subject)) is not None}


def _head(session_id: str) -> int | None:
    """The number of the last event; None when the session cannot be read now."""
    try:
        return runtime().penalties(UUID(session_id)).state().seq
    except (PortalError, ValueError):
        return None


TOWER = BellTower(marks)


async def bell(websocket: WebSocket) -> None:
    asked = websocket.query_params.get("topics", "").split(",")
    topics = frozenset(topic for topic in Topic if topic in asked)
    numbered = Right.READ_RACE_CONTROL in who(websocket).rights
    wish = Wish(topics - {Topic.ACCOUNT}, websocket.query_params.get("subject", ""), numbered)
    listener = TOWER.listen(wish, websocket.query_params.get("since", ""))
    try:
        await send_until_gone(websocket, "bell", listener.messages())
    finally:
        TOWER.leave(listener)


ROUTE = Listening("/ws/bell", bell, Right.ENTER)
