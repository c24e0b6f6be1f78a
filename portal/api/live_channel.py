"""A circuit's live picture, kept by one task and told to all its viewers.

The picture is made anew when the board changes on the bus, when the bell says that penalties or the race session
changed, and every two seconds in case a ring was lost. What changed is serialised once and offered to every viewer.
Database reads happen on threads, the rest on the portal's loop.

The newest deltas are kept: a client that was cut off and names the channel's stream and its last number gets exactly
what it missed. A channel that was begun anew has another stream.
"""

import asyncio
import json
import logging
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from secrets import token_hex
from typing import Protocol
from uuid import UUID

from anyio import CapacityLimiter, to_thread

from core.errors import Unavailable
from core.penalties.model import Penalty
from core.sessions.model import Entry
from core.timing.model import Board, SourceState, SourceStatus
from core.timing.standings import classify
from core.timing.wire import board_from_json
from portal import metrics
from portal.api.live_happenings import HappeningCursor, HappeningFeed, HappeningPorts
from portal.api.live_viewer import LiveViewer, Resume, Wish
from portal.live_view import (
    Json,
    Patience,
    SessionLabel,
    View,
    beat_message,
    delta,
    delta_message,
    resumed_message,
    snapshot_message,
    view,
)

log = logging.getLogger(__name__)

LOOK_AGAIN_S = 2.0
BEAT_S = 1.5
PACE_S = 0.04
"""Least time between two pictures: a burst of boards becomes one, and a single change waits for nothing."""

_READERS = CapacityLimiter(2)
"""Threads that read for all channels: ten at once would keep the loop from running for tens of milliseconds."""

RING = 256
"""Deltas kept for those who come back: half a minute of a busy race."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the database says about a circuit: the race session its pointer names, its penalties, its source."""

    session: SessionLabel | None
    penalties: tuple[Penalty, ...]
    entries: Mapping[str, Entry]
    """Of the session, by number."""
    running: bool
    patience: Patience


class LivePorts(HappeningPorts, Protocol):
    """What the hub stands on."""

    def boards(self, circuit_id: UUID) -> AsyncIterator[bytes | None]:
        """The stored board first, then each new one; None when there is no news."""

    def context(self, circuit_id: UUID) -> Context:
        """Blocking; called on a thread.

        Raises:
            Unavailable: the database does not answer; the hub keeps what it has and asks again.
        """

    def now(self) -> datetime: ...


class Channel:
    """One circuit: what its screens show now, and who is looking."""

    def __init__(self, circuit_id: UUID, ports: LivePorts) -> None:
        self.circuit_id = circuit_id
        self.viewers: set[LiveViewer] = set()
        self.stream = token_hex(4)
        self._ports = ports
        self._body: bytes | None = None
        self._board = Board()
        self._context: Context | None = None
        self._view: View | None = None
        self._seq = 0
        self._whole: str | None = None
        self._changed = asyncio.Event()
        self._look = asyncio.Event()
        self._deltas: deque[str] = deque(maxlen=RING)
        self._happenings = HappeningFeed(circuit_id, ports, self._wake)

    @property
    def session_id(self) -> str | None:
        return self._context.session.id if self._context and self._context.session else None

    def look_again(self) -> None:
        """Something was written about this circuit: read the database now."""
        self._look.set()

    def join(self, wish: Wish) -> LiveViewer:
        """One more viewer, beginning where it asks to as far as that is known."""
        viewer = LiveViewer(HappeningCursor(self._happenings, wish.after) if wish.happenings else None)
        self.viewers.add(viewer)
        if self._view is not None:
            viewer.begin(self._missed(wish.resume) or [self.snapshot()])
        return viewer

    def snapshot(self) -> str:
        """The whole picture, serialised once for all who need it."""
        if self._whole is None:
            message = snapshot_message(self._seq, self._view or _NOTHING, self._ports.now())
            self._whole = _text({**message, "stream": self.stream})
        return self._whole

    def _missed(self, resume: Resume | None) -> Sequence[str]:
        """What came after the last that it has; nothing when that cannot be told without a gap."""
        if resume is None or resume.stream != self.stream:
            return ()
        behind = self._seq - resume.seq
        if not 0 <= behind <= len(self._deltas):
            return ()
        found = resumed_message(self.stream, resume.seq, self._ports.now())
        return [_text(found), *islice(self._deltas, len(self._deltas) - behind, None)]

    async def run(self) -> None:
        """Keep the picture until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._follow_board())
            tasks.create_task(self._follow_context())
            tasks.create_task(self._paint())
            tasks.create_task(self._beat())
            tasks.create_task(self._happenings.run())

    async def _follow_board(self) -> None:
        async for body in self._ports.boards(self.circuit_id):
            if body is not None:
                metrics.BOARDS.inc()
                self._body = body
                self._changed.set()

    async def _follow_context(self) -> None:
        while True:
            self._look.clear()
            await self._read_context()
            await _event_or_after(self._look, LOOK_AGAIN_S)

    async def _read_context(self) -> None:
        try:
            context = await to_thread.run_sync(self._ports.context, self.circuit_id, limiter=_READERS)
        except Unavailable as error:
            log.warning("live screens keep old penalties", extra={"circuit": str(self.circuit_id), "why": error.what})
            return
        if context != self._context:
            self._context = context
            self._changed.set()

    async def _paint(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            if self._context is not None:
                self._show(self._picture(self._context))
                await asyncio.sleep(PACE_S)

    def _picture(self, context: Context) -> View:
        if self._body is not None:
            self._board, self._body = board_from_json(self._body), None
        board = self._board if context.running else _stopped(self._board, self._ports.now())
        return view(board, classify(board, context.penalties), context.session, context.patience, context.entries)

    def _show(self, picture: View) -> None:
        before, self._view, self._whole = self._view, picture, None
        if before is None:
            self._tell("snapshot", self.snapshot())
            return
        change = delta(before, picture)
        if not change.empty:
            self._seq += 1
            self._deltas.append(_text(delta_message(self._seq, change)))
            self._tell("delta", self._deltas[-1])

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_S)
            self._tell("beat", _text(beat_message(self._ports.now())))

    def _tell(self, kind: str, message: str) -> None:
        metrics.MESSAGES.labels(kind).inc()
        for viewer in self.viewers:
            viewer.offer(message, self.snapshot)

    def _wake(self) -> None:
        for viewer in self.viewers:
            viewer.wake()


_NOTHING = View({}, (), {})


def _stopped(board: Board, now: datetime) -> Board:
    """Nobody is asked to read this source: what a worker last wrote about it does not count any more."""
    if board.source is not None and board.source.status is SourceStatus.STOPPED:
        return board
    return replace(board, source=SourceState(SourceStatus.STOPPED, board.at or now))


def _text(message: dict[str, Json]) -> str:
    return json.dumps(message, separators=(",", ":"), ensure_ascii=False)


async def _event_or_after(event: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return
