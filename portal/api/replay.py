"""`WS /ws/circuits/{slug}/replay`: any moment of a circuit's journal or of a file that was brought in.

Query: `recording` (of an import; else the circuit's own journal), `at` (ISO time), `speed`, `delay_s` (follow live so
many seconds behind). The server sends the messages of the live socket, "clock" (where the playhead is) and "timeline";
the client sends `{"type": "seek", "at"}`, `{"type": "speed", "speed"}`, "play", "pause", `{"type": "step", "back"}` and
`{"type": "live", "delay_s"}`. What it says otherwise is answered by "refused".
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import TypeVar
from uuid import UUID

import anyio
import anyio.to_thread
from pydantic import ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect

from core.accounts.model import Right
from core.errors import BadInput, NotFound, PortalError
from core.timing.recordings_desk import Kept
from core.tracks.model import Circuit
from portal import metrics
from portal.api.live import RuntimePorts
from portal.api.live_channel import Context
from portal.api.replay_show import COMMAND, Command, Programme, Show, refused_message
from portal.api.sockets import NOT_FOUND, Listening
from portal.live_view import NO_ENTRIES, Json, Patience
from portal.running import now, runtime

Made = TypeVar("Made")

_NOTHING_KNOWN = Context(None, (), NO_ENTRIES, running=True, patience=Patience())

MOST = 24
"""Players at once in one portal; each folds for one viewer."""
FULL = 4429
NOT_UNDERSTOOD = 4422
PACE_S = 0.1


class _House:
    """How many watch, and the threads that fold for them: so few that live screens never wait."""

    watching = 0
    threads = anyio.CapacityLimiter(3)


async def replay(websocket: WebSocket) -> None:
    if _House.watching >= MOST:
        await websocket.close(FULL, f"{MOST} recordings are being watched. Try again in a minute.")
        return
    _House.watching += 1
    try:
        show = await _on_a_thread(partial(_open, websocket.path_params["slug"], websocket.query_params))
        await _play(websocket, show)
    except NotFound as error:
        await websocket.close(NOT_FOUND, error.what)
    except BadInput as error:
        await websocket.close(NOT_UNDERSTOOD, error.what)
    finally:
        _House.watching -= 1


async def _play(websocket: WebSocket, show: Show) -> None:
    """Whichever ends first ends both, so that a shutdown never waits."""
    commands: list[Command] = []
    woken = asyncio.Event()
    telling = asyncio.create_task(_tell(websocket, show, commands, woken))
    hearing = asyncio.create_task(_hear(websocket, commands, woken))
    with metrics.SOCKETS.labels("replay").track_inprogress():
        try:
            await asyncio.wait({telling, hearing}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            telling.cancel()
            hearing.cancel()
            await asyncio.gather(telling, hearing, return_exceptions=True)


async def _tell(websocket: WebSocket, show: Show, commands: list[Command], woken: asyncio.Event) -> None:
    while True:
        taken, commands[:] = list(commands), []
        woken.clear()
        for message in await _on_a_thread(partial(show.messages, taken)):
            await websocket.send_text(_text(message))
        try:
            await asyncio.wait_for(woken.wait(), PACE_S)
        except TimeoutError:
            continue


async def _hear(websocket: WebSocket, commands: list[Command], woken: asyncio.Event) -> None:
    while True:
        try:
            said = await websocket.receive_text()
        except WebSocketDisconnect:
            return
        try:
            commands.append(COMMAND.validate_json(said))
            woken.set()
        except ValidationError as error:
            await websocket.send_text(_text(refused_message(_not_understood(error))))


def _open(slug: str, query: Mapping[str, str]) -> Show:
    circuit = runtime().circuits.find(slug)
    kept = _import(circuit, query.get("recording"))
    programme = _own(circuit) if kept is None else _brought_in(circuit, kept)
    return Show(programme, _first(query, has_live=programme.now is not None))


def _import(circuit: Circuit, wanted: str | None) -> Kept | None:
    if wanted is None or wanted == str(circuit.id):
        return None
    try:
        kept = runtime().recordings.find(UUID(wanted))
    except ValueError as error:
        raise BadInput(f"“{wanted}” is not the id of a recording.", "Take one from the list.") from error
    if kept is None or kept.circuit_id != circuit.id:
        raise NotFound(f"{circuit.name} has no such recording.", "Choose one under Timing › Recordings.")
    return kept


def _own(circuit: Circuit) -> Programme:
    return Programme(
        runtime().dvrs.journal(circuit.id, circuit.protocol),
        now if circuit.running else None,
        partial(_own_context, circuit.id),
        lambda: runtime().recordings.bookmarks(circuit.id, None),
    )


def _brought_in(circuit: Circuit, kept: Kept) -> Programme:
    return Programme(
        runtime().dvrs.imported(kept),
        None,
        lambda: (_NOTHING_KNOWN, None),
        lambda: runtime().recordings.bookmarks(circuit.id, kept.id),
    )


def _own_context(circuit_id: UUID) -> tuple[Context, datetime | None]:
    session = runtime().race_sessions.active(circuit_id)
    opened_at = session.opened.at if session and session.opened else None
    return RuntimePorts().context(circuit_id), opened_at


def _first(query: Mapping[str, str], *, has_live: bool) -> list[Command]:
    """What the address asks for; a source that is live begins live."""
    wanted: list[dict[str, str]] = []
    if "delay_s" in query or (has_live and "at" not in query):
        wanted.append({"type": "live", "delay_s": query.get("delay_s", "0")})
    if "at" in query:
        wanted.append({"type": "seek", "at": query["at"]})
    if "speed" in query:
        wanted.append({"type": "speed", "speed": query["speed"]})
    try:
        return [COMMAND.validate_python(one) for one in wanted]
    except ValidationError as error:
        raise _not_understood(error) from error


def _not_understood(error: ValidationError) -> PortalError:
    fault = error.errors()[0]
    field = ".".join(map(str, fault["loc"])) or "message"
    return BadInput(f"The player does not understand {field}: {fault['msg']}.", "See the API's description.")


async def _on_a_thread(work: Callable[[], Made]) -> Made:
    return await anyio.to_thread.run_sync(work, limiter=_House.threads)


def _text(message: dict[str, Json]) -> str:
    return json.dumps(message, separators=(",", ":"), ensure_ascii=False)


ROUTE = Listening("/ws/circuits/{slug}/replay", replay, Right.READ_TIMING)
