"""`WS /compat/racelith/ws`: what changes in the active session of a circuit, as the old backend's messages.

Each message is one JSON text with `type`, with `data` (a row, or the id of what is gone) or `session`, and with `seq`.
It begins with `{"type": "connected", "session": {"name": …} or null, "data": {…}, "seq": n}`. Then `new_infringement`,
`update_infringement`, `penalty_applied` and `delete_infringement` tell of rows, `session_started`, `session_loaded`,
`session_closed`, `session_deleted` and `session_imported` of sessions, `config_updated` and `session_config_updated`
of how long warnings count. What a client has missed is at `GET /compat/racelith/api/events?after=<seq>`; one that is
too slow is told `connected` again and reads the list anew. `/compat/racelith/c/<short name>/ws` names the circuit.

Close codes: 4401 signed out, 4403 not allowed, 4404 no such circuit, 1012 come back in a moment.
"""

import asyncio
import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from anyio import to_thread
from starlette.websockets import WebSocket

from core.accounts.model import Right
from core.errors import PortalError, Unavailable
from core.sessions.model import RaceSession, SessionState
from core.tracks.model import Circuit
from portal.api.sockets import NOT_FOUND, Listening, send_until_gone
from portal.api.viewer import Viewer
from portal.compat.racelith.messages import Kind, Rows, changed
from portal.compat.racelith.rows import Json, cases, row
from portal.compat.racelith.rules import DEFAULT_MINUTES, minutes_of
from portal.compat.racelith.venue import SHELF, circuit_of, desk, listed, rules

log = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0
"""A ring may be lost."""
BASE = "/compat/racelith"


@dataclass(frozen=True, slots=True)
class Scene:
    """What clients of one circuit see at one moment."""

    session: RaceSession | None = None
    seq: int = 0
    minutes: int | None = None
    rows: Rows = field(default_factory=dict)
    sessions: Mapping[UUID, RaceSession] = field(default_factory=dict)
    imported: frozenset[UUID] = frozenset()
    """Sessions that have events and were never opened."""

    def connected(self) -> str:
        named = None if self.session is None else {"name": self.session.name}
        data = {"total": len(self.rows), "warning_expiry_minutes": self.minutes or DEFAULT_MINUTES}
        return _text({"type": Kind.CONNECTED, "session": named, "data": data, "seq": self.seq})


def scene(circuit: Circuit) -> Scene:
    sessions = {one.id: one for one in listed(circuit)}
    unopened = [one for one in sessions.values() if one.opened is None]
    imported = frozenset(one.id for one in unopened if desk(one).state().seq)
    session = next((one for one in sessions.values() if one.active), None)
    if session is None:
        return Scene(sessions=sessions, imported=imported)
    fold, requests = desk(session).state(), SHELF.story(session).requests
    rows = {case.incident.id: row(case, rules(fold), requests) for case in cases(fold)}
    return Scene(session, fold.seq, minutes_of(rules(fold)), rows, sessions, imported)


def told(before: Scene, after: Scene) -> Iterator[Json]:
    """What lies between two moments, sessions first."""
    yield from _told_of_sessions(before, after)
    if before.session is not None and after.session is not None and before.session.id == after.session.id:
        if before.minutes != after.minutes:
            data = {"session_name": after.session.name, "warning_expiry_minutes": after.minutes}
            yield {"type": Kind.CONFIG, "data": data, "seq": after.seq}
            yield {"type": Kind.SESSION_CONFIG, "data": data, "seq": after.seq}
        yield from changed(before.rows, after.rows, after.seq)


def _told_of_sessions(before: Scene, after: Scene) -> Iterator[Json]:
    for gone in before.sessions.keys() - after.sessions.keys():
        yield _of_session(Kind.SESSION_DELETED, before.sessions[gone], after)
    for session in after.sessions.values():
        known = before.sessions.get(session.id)
        if session.state is SessionState.CLOSED and (known is None or known.state is not SessionState.CLOSED):
            yield _of_session(Kind.CLOSED, session, after)
    for fresh in after.imported - before.imported:
        yield _of_session(Kind.IMPORTED, after.sessions[fresh], after)
    if after.session is not None and (before.session is None or before.session.id != after.session.id):
        known = before.sessions.get(after.session.id)
        first = (known is None or known.opened is None) and after.session.id not in before.imported
        yield _of_session(Kind.STARTED if first else Kind.LOADED, after.session, after)


def _of_session(kind: Kind, session: RaceSession, after: Scene) -> Json:
    return {"type": kind, "session": {"name": session.name}, "seq": after.seq}


class Stage:
    """One circuit's scene, while somebody watches."""

    def __init__(self, circuit: Circuit) -> None:
        self.circuit = circuit
        self.viewers: set[Viewer] = set()
        self.rung = asyncio.Event()
        self._scene: Scene | None = None

    async def join(self) -> Viewer:
        """Begins with `connected`; from there on nothing is left out."""
        if self._scene is None:
            self._scene = await to_thread.run_sync(scene, self.circuit)
        viewer = Viewer()
        viewer.begin([self._scene.connected()])
        self.viewers.add(viewer)
        return viewer

    async def run(self) -> None:
        while True:
            try:
                await asyncio.wait_for(self.rung.wait(), LOOK_EVERY_S)
            except TimeoutError:
                log.debug("nobody rang")
            self.rung.clear()
            await self._look()

    async def _look(self) -> None:
        try:
            after = await to_thread.run_sync(scene, self.circuit)
        except (Unavailable, PortalError) as error:
            log.warning("compatible screens wait", extra={"circuit": self.circuit.slug, "why": error.what})
            return
        before, self._scene = self._scene or after, after
        for message in told(before, after):
            text = _text(message)
            for viewer in self.viewers:
                viewer.offer(text, after.connected)


class Stages:
    """The stages of all circuits that somebody watches in this portal."""

    def __init__(self) -> None:
        self._open: dict[UUID, tuple[Stage, asyncio.Task[None]]] = {}

    def hear(self, _: str) -> None:
        """A bell rang: a look at what is open is cheap, and tells whether it was meant."""
        for stage, _task in self._open.values():
            stage.rung.set()

    async def join(self, circuit: Circuit) -> Viewer:
        if circuit.id not in self._open:
            stage = Stage(circuit)
            task = asyncio.create_task(stage.run(), name=f"racelith {circuit.slug}")
            task.add_done_callback(lambda done: self._ended(circuit.id, stage, done))
            self._open[circuit.id] = stage, task
        return await self._open[circuit.id][0].join()

    def leave(self, circuit_id: UUID, viewer: Viewer) -> None:
        stage, task = self._open.get(circuit_id, (None, None))
        if stage is None or task is None:
            return
        stage.viewers.discard(viewer)
        if not stage.viewers:
            del self._open[circuit_id]
            task.cancel()

    async def close(self) -> None:
        tasks = [task for _, task in self._open.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, circuit_id: UUID, stage: Stage, task: asyncio.Task[None]) -> None:
        """Whoever still listens is let go and comes back by itself, to a new stage."""
        if not task.cancelled() and (error := task.exception()):
            log.error("a compatible screen broke", exc_info=error, extra={"circuit": str(circuit_id)})
        if self._open.get(circuit_id, (None, None))[1] is task:
            del self._open[circuit_id]
        for viewer in stage.viewers:
            viewer.close()


STAGES = Stages()


async def ws(websocket: WebSocket) -> None:
    try:
        circuit = await to_thread.run_sync(circuit_of, websocket.path_params.get("circuit"))
    except PortalError as error:
        await websocket.close(NOT_FOUND, error.what)
        return
    viewer = await STAGES.join(circuit)
    try:
        await send_until_gone(websocket, "racelith", viewer.messages())
    finally:
        STAGES.leave(circuit.id, viewer)


def _text(message: Json) -> str:
    return json.dumps(message, separators=(",", ":"), ensure_ascii=False)


ROUTES = [
    Listening(f"{BASE}/ws", ws, Right.READ_RACE_CONTROL),
    Listening(f"{BASE}/c/{{circuit}}/ws", ws, Right.READ_RACE_CONTROL),
]
