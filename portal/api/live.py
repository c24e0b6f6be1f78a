"""`WS /ws/circuits/{slug}/live`: the board of a circuit, with the standings of its active race session.

One snapshot, then numbered deltas; `portal/live_view.py` has the fields. The socket only speaks.
"""

from collections.abc import AsyncIterator
from datetime import datetime
from uuid import UUID

import anyio.to_thread
from starlette.websockets import WebSocket

from core.accounts.model import Right
from core.errors import NotFound
from core.tracks.model import Circuit
from portal.api.live_channel import Context
from portal.api.live_hub import LiveHub
from portal.api.sockets import NOT_FOUND, Listening, send_until_gone
from portal.live_view import NO_ENTRIES, Patience, SessionLabel
from portal.running import now, runtime


class RuntimePorts:
    """What the hub stands on in a running portal."""

    def boards(self, circuit_id: UUID) -> AsyncIterator[bytes | None]:
        return runtime().bus.boards(circuit_id)

    def context(self, circuit_id: UUID) -> Context:
        circuit = runtime().circuits.get(circuit_id)
        session = runtime().race_sessions.active(circuit_id)
        if session is None:
            return Context(None, (), NO_ENTRIES, running=circuit.running, patience=Patience())
        fold = runtime().penalties(session.id).state()
        label = SessionLabel(str(session.id), session.name, session.number, fold.phase)
        entries = {entry.number: entry for entry in runtime().race_sessions.entries(session.id)}
        penalties = tuple(fold.penalties.values())
        return Context(label, penalties, entries, running=circuit.running, patience=Patience())

    def now(self) -> datetime:
        return now()


HUB = LiveHub(RuntimePorts())


async def live(websocket: WebSocket) -> None:
    try:
        circuit = await anyio.to_thread.run_sync(_circuit, websocket.path_params["slug"])
    except NotFound as error:
        await websocket.close(NOT_FOUND, error.what)
        return
    viewer = HUB.join(circuit.id)
    try:
        await send_until_gone(websocket, "live", viewer.messages())
    finally:
        HUB.leave(circuit.id, viewer)


def _circuit(slug: str) -> Circuit:
    return runtime().circuits.find(slug)


ROUTE = Listening("/ws/circuits/{slug}/live", live, Right.READ_TIMING)
