"""`WS /ws/circuits/{slug}/live`: the board of a circuit, with the standings of its active race session.

The socket only speaks; each message is one JSON text. It begins with a *snapshot* `{type, stream, seq, view}`; then
come *deltas* `{type, seq, set, rows, order?, gone?}`, each numbered one more than the message before. `set` replaces
fields of the view, `rows` fields of rows (null: no longer known), `order` is there when it changed, `gone` names rows
that left. A *beat* `{type, server_now}` comes every second and a half. A client that is too slow skips deltas and gets
another snapshot.

`?resume=<stream>:<seq>` goes on where an earlier connection ended: `{type: "resumed", stream, seq, server_now}` and
then exactly the deltas behind that number, or a snapshot when they are no longer kept (half a minute) or another portal
answers.

`?happenings_after=<n>|now` asks for happenings too: laps, stops, flags, messages, sessions, holes, each once, whatever
the client's speed. First `{type: "happenings", after}` tells behind
which number they begin, then each is `{type: "happening", n, at, kind, source_id, body}` with `n` one more than the
last; 0 asks for the oldest that is kept (some 20 000). `{type: "missed", from, to}` when the bus no longer has them:
laps and stops are then in the API. Happenings and pictures are two streams: the order between them means nothing.

Close codes: 4401 signed out, 4403 not allowed, 4404 no such circuit, 4422 a parameter is not as above, 1012 come back
in a moment.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from uuid import UUID

import anyio.to_thread
from starlette.websockets import WebSocket

from core.accounts.model import Right
from core.errors import BadInput, NotFound
from core.io.bus import Numbered
from core.timing import happenings
from core.tracks.model import Circuit
from portal import live_view
from portal.api.live_channel import Context
from portal.api.live_hub import LiveHub
from portal.api.live_viewer import wish_of
from portal.api.sockets import NOT_FOUND, NOT_UNDERSTOOD, Listening, send_until_gone
from portal.live_view import NO_ENTRIES, SessionLabel, patience_of
from portal.running import now, runtime


class RuntimePorts:
    """What the hub stands on in a running portal."""

    def boards(self, circuit_id: UUID) -> AsyncIterator[bytes | None]:
        return runtime().bus.boards(circuit_id)

    def context(self, circuit_id: UUID) -> Context:
        circuit = runtime().circuits.get(circuit_id)
        patience = patience_of(circuit.protocol)
        session = runtime().race_sessions.active(circuit_id)
        if session is None:
            return Context(None, (), NO_ENTRIES, running=circuit.running, patience=patience)
        fold = runtime().penalties(session.id).state()
        label = SessionLabel(str(session.id), session.name, session.number, fold.phase)
        entries = {entry.number: entry for entry in runtime().race_sessions.entries(session.id)}
        penalties = tuple(fold.penalties.values())
        return Context(label, penalties, entries, running=circuit.running, patience=patience)

    def last_happening(self, circuit_id: UUID) -> int | None:
        return runtime().bus.last_happening(circuit_id)

    def happenings(self, circuit_id: UUID, after: int, limit: int) -> Sequence[Numbered]:
        return runtime().bus.happenings(circuit_id, after, limit)

    def follow_happenings(self, circuit_id: UUID, after: int) -> AsyncIterator[Sequence[Numbered]]:
        return runtime().bus.follow_happenings(circuit_id, after)

    def now(self) -> datetime:
        return now()


HUB = LiveHub(RuntimePorts())


async def live(websocket: WebSocket) -> None:
    try:
        wish = wish_of(dict(websocket.query_params))
        circuit = await anyio.to_thread.run_sync(_circuit, websocket.path_params["slug"])
    except BadInput as error:
        await websocket.close(NOT_UNDERSTOOD, error.what)
        return
    except NotFound as error:
        await websocket.close(NOT_FOUND, error.what)
        return
    viewer = HUB.join(circuit.id, wish)
    try:
        await send_until_gone(websocket, "live", viewer.messages())
    finally:
        HUB.leave(circuit.id, viewer)


def _circuit(slug: str) -> Circuit:
    return runtime().circuits.find(slug)


ROUTE = Listening(
    "/ws/circuits/{slug}/live", live, Right.READ_TIMING, more=f"{live_view.__doc__}\n{happenings.__doc__}"
)
