"""`WS /compat/karting/circuits/{circuit_id}/live`: one `timing_data` message for each row that changed.

A client that connects gets every row as it stands, then each row when it changes; `{"type": "ping"}` is answered by
`{"type": "pong"}`. A row's message is made once for all clients. A slow client gets of each row only the newest. For a
circuit that is not there the socket closes with 4004.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from uuid import UUID

from anyio import to_thread
from starlette.websockets import WebSocket

from core.accounts.model import Right
from core.timing.model import Board, Car
from core.timing.wire import board_from_json
from core.tracks.model import Circuit
from portal.api.sockets import Listening, send_until_gone
from portal.compat.karting.columns import Column, timing_data
from portal.compat.karting.shapes import columns, id_of, lookup
from portal.running import runtime

log = logging.getLogger(__name__)

NO_CIRCUIT = 4004
_PONG = json.dumps({"type": "pong"})


class Client:
    """What one client has not been sent yet: at most one message a row."""

    def __init__(self) -> None:
        self._waiting: dict[str, str] = {}
        self._arrived = asyncio.Event()
        self._closed = False

    def offer(self, row_id: str, message: str) -> None:
        self._waiting[row_id] = message
        self._arrived.set()

    def hear(self, text: str) -> None:
        """What is not a ping is ignored."""
        with suppress(ValueError):
            said = json.loads(text)
            if isinstance(said, dict) and said.get("type") == "ping":
                self.offer("", _PONG)

    def close(self) -> None:
        self._closed = True
        self._arrived.set()

    async def messages(self) -> AsyncIterator[str]:
        while not self._closed:
            await self._arrived.wait()
            self._arrived.clear()
            while self._waiting:
                yield self._waiting.pop(next(iter(self._waiting)))


class Table:
    """One circuit's rows as messages, while somebody listens."""

    def __init__(self, circuit: Circuit, name: str) -> None:
        self.clients: set[Client] = set()
        self._circuit = circuit
        self._name = name
        self._board = Board()
        self._columns: tuple[Column, ...] = ()
        self._messages: dict[str, str] = {}

    def add(self, client: Client) -> None:
        self.clients.add(client)
        for row_id, message in self._messages.items():
            client.offer(row_id, message)

    async def run(self) -> None:
        async for body in runtime().bus.boards(self._circuit.id):
            if body is not None:
                await self._show(board_from_json(body))

    async def _show(self, board: Board) -> None:
        before, self._board = self._board, board
        if (board.layout, board.columns) != (before.layout, before.columns) or not self._columns:
            self._columns = await to_thread.run_sync(columns, self._circuit.id, board)
            before = Board()
        known = {car.source_id: car for car in before.cars}
        changed = [car for car in board.cars if known.get(car.source_id) != car]
        listed = {car.source_id for car in board.cars}
        self._messages = {row_id: text for row_id, text in self._messages.items() if row_id in listed}
        self._tell(changed)

    def _tell(self, changed: Sequence[Car]) -> None:
        for car in changed:
            message = timing_data(self._name, car, self._columns, self._board.at)
            text = self._messages[car.source_id] = json.dumps(message, separators=(",", ":"), ensure_ascii=False)
            for client in self.clients:
                client.offer(car.source_id, text)


class Tables:
    """The tables of all circuits that somebody listens to."""

    def __init__(self) -> None:
        self._open: dict[UUID, tuple[Table, asyncio.Task[None]]] = {}

    def join(self, circuit: Circuit, name: str) -> Client:
        """Listen to a circuit, which its clients call by this name."""
        if circuit.id not in self._open:
            table = Table(circuit, name)
            task = asyncio.create_task(table.run(), name=f"karting {circuit.slug}")
            task.add_done_callback(lambda done: self._ended(circuit.id, table, done))
            self._open[circuit.id] = table, task
        client = Client()
        self._open[circuit.id][0].add(client)
        return client

    def listening(self, circuit_id: UUID) -> int:
        """How many clients of this portal do."""
        table, _ = self._open.get(circuit_id, (None, None))
        return 0 if table is None else len(table.clients)

    def leave(self, circuit_id: UUID, client: Client) -> None:
        table, task = self._open.get(circuit_id, (None, None))
        if table is None or task is None:
            return
        table.clients.discard(client)
        if not table.clients:
            del self._open[circuit_id]
            task.cancel()

    async def close(self) -> None:
        tasks = [task for _, task in self._open.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, circuit_id: UUID, table: Table, task: asyncio.Task[None]) -> None:
        """Whoever still listens is let go and comes back by itself, to a new table."""
        if not task.cancelled() and (error := task.exception()):
            log.error("a karting table broke", exc_info=error, extra={"circuit": str(circuit_id)})
        if self._open.get(circuit_id, (None, None))[1] is task:
            del self._open[circuit_id]
        for client in table.clients:
            client.close()


TABLES = Tables()


async def live(websocket: WebSocket) -> None:
    circuit, name = await to_thread.run_sync(_named, websocket.path_params["circuit_id"])
    if circuit is None:
        await websocket.close(NO_CIRCUIT, "Circuit not found")
        return
    client = TABLES.join(circuit, name)
    try:
        await send_until_gone(websocket, "karting", client.messages(), client.hear)
    finally:
        TABLES.leave(circuit.id, client)


def _named(circuit_id: str) -> tuple[Circuit | None, str]:
    circuit = lookup(circuit_id)
    return circuit, "" if circuit is None else id_of(circuit)


ROUTE = Listening("/compat/karting/circuits/{circuit_id}/live", live, Right.READ_TIMING)
