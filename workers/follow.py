"""One source, followed: transport → spool → parser and fold → board on the bus, laps in the database.

The reader's thread records a frame before it reads it; helpers publish, store and ask about the past. After a restart
the fold goes on from its checkpoint and the frames recorded behind it, and a replay goes on where it was: no lap is
lost or told twice. A lost link is normal life: the fold stays and the board says what is the matter.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Protocol
from uuid import UUID

from core.io.bus import RAW_FRAMES, Appended, Bell, Topic
from core.io.database.leases import Fenced, Lease
from core.io.database.links import LinkBatch
from core.io.database.timing import Batch, Before
from core.io.recorder import Place, Recorded, Recorder, tail
from core.io.transports import Channel, Frame, LinkLimits
from core.io.transports.registry import open_transport, watch_s
from core.timing.mapping import NO_MAPS, Maps
from core.timing.model import Board, Car, SourceState, SourceStatus
from core.timing.moments import moved
from core.timing.recordings import clean
from core.timing.wire import board_from_json, board_to_json
from core.tracks.model import TRANSPORT, Circuit, Recording
from workers import checkpoint
from workers.checkpoint import Checkpoint, Found
from workers.ingest import Ingest
from workers.line import Line, Past
from workers.publish import Comings, Publisher, send_untold
from workers.reading import Reading

log = logging.getLogger(__name__)

SYNC_S = 1.0
COUNT_S = 2.0
RAW_S = 0.2
LONGEST_RAW = 50_000
"""Characters of a frame that are shown raw; the largest table seen has 31 000."""
CHECKPOINT_S = 60.0
REPORT_S = 10.0
_STEADY = timedelta(seconds=1)
"""The feed's clock may be so far from where we take it to be; the moments on the screen then need not be moved."""


class Bus(Protocol):
    """Where boards go. One that is away loses nothing: the board is sent again every second."""

    def publish_board(self, circuit_id: UUID, epoch: int, body: bytes) -> bool: ...
    def board(self, circuit_id: UUID) -> bytes | None: ...
    def put_raw_frames(self, circuit_id: UUID, frames: Sequence[str]) -> None: ...
    def append_happenings(self, circuit_id: UUID, epoch: int, fresh: Sequence[tuple[str, bytes]]) -> Appended: ...
    def ring(self, bell: Bell) -> None: ...


class Rows(Protocol):
    """Where laps go."""

    def write(self, lease: Lease, batch: Batch) -> None: ...
    def open_session(self, circuit_id: UUID) -> Before | None: ...
    def last_heard(self, circuit_id: UUID) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Ground:
    """What a follower stands on."""

    data: Path
    bus: Bus
    rows: Rows
    now: Callable[[], datetime]
    limits: LinkLimits = field(default_factory=LinkLimits)
    """How patient live links are."""
    maps: Callable[[UUID], Maps] = lambda _: NO_MAPS
    """By what a circuit's feed is read."""

    def spool(self, circuit_id: UUID) -> Path:
        return self.data / "spool" / str(circuit_id)


class Follower:
    """Follows one source under one lease. `listen` and each of the `helpers` take a thread.

    Args:
        circuit: whose source.
        lease: every write carries its epoch.
        ground: disk, bus and database.
        left_out: frames that stay recorded but are not read again, because reading them failed.
    """

    def __init__(self, circuit: Circuit, lease: Lease, ground: Ground, left_out: frozenset[Place]) -> None:
        self.publisher = Publisher(self._draw, self._send)
        self._comings = Comings()
        self.ingest = Ingest(self._store, self._keep_house)
        self.past = Past(self._hear_reply, self._put_links, ground.now)
        self.reading_at: Place | None = None
        """The frame that is being read right now; after a failure, the one it failed on."""
        self._circuit = circuit
        self._lease = lease
        self._ground = ground
        self._left_out = left_out
        self._folder = ground.spool(circuit.id)
        self._source = f"{circuit.protocol} {TRANSPORT.dump_json(circuit.transport).decode()}"
        self._recorder = Recorder(self._folder, lease.epoch)
        self._place = Place(lease.epoch, -1)
        self._lag = timedelta()
        """How far the clock of a replay is behind the wall clock."""
        is_replay = isinstance(circuit.transport, Recording)
        begins = SourceStatus.RUNNING if is_replay else SourceStatus.LOST
        self._state = SourceState(begins, ground.now(), None if is_replay else "The link is being made.")
        self._last_board: Board | None = None
        self._is_new = False
        """Whether another source was followed before this one."""
        self._reading = self._remembered()
        self._pen = threading.Lock()
        """Held from recording a frame until it is read: the order of the journal is that of the fold."""
        self._guard = threading.Lock()
        self._stop = threading.Event()
        self._raw: deque[str] = deque(maxlen=RAW_FRAMES)
        self._sync, self._checkpoint, self._report = Every(SYNC_S), Every(CHECKPOINT_S), Every(REPORT_S)
        self._count, self._show_raw = Every(COUNT_S), Every(RAW_S)

    @property
    def helpers(self) -> dict[str, Callable[[], None]]:
        """What else must run while it listens, by name."""
        return {"publish": self.publisher.run, "ingest": self.ingest.run, "past": self.past.run}

    def dismiss(self) -> None:
        """End the helpers; what they still have to send they send."""
        self._count_rows()
        self.past.stop()
        self.publisher.stop()
        self.ingest.stop()

    def catch_up(self) -> None:
        """Read what was recorded behind the checkpoint."""
        for recorded in tail(self._folder, self._place):
            self._take(recorded)

    def listen(self) -> None:
        """Read until told to stop. At the end of a recording the board stays and is kept on the bus."""
        transport = self._circuit.transport
        line = Line(self.tell, self._put_links, self._heard_last())
        limits = self._ground.limits
        if limits.watch_s is None:
            limits = replace(limits, watch_s=watch_s(transport, self._circuit.protocol))
        stream = open_transport(transport, self._ground.data, self._reading.last, news=line.hear, limits=limits)
        for frame in stream.frames(self._stop):
            if (cut := line.before(frame)) is not None:
                self._hear(cut)
            self._hear(frame)
            if source_ids := line.to_ask(self._cars):
                self.past.ask(stream, source_ids)
        if not self._stop.is_set():
            self._settle()
            self.tell(SourceStatus.STOPPED, line.gave_up or "The recording has ended.")
            self._stop.wait()

    def tell(self, status: SourceStatus, cause: str | None = None) -> None:
        """Show on the board what became of the source."""
        self._state = SourceState(status, self._ground.now(), cause)
        self.publisher.changed()

    def stop(self) -> None:
        """End `listen`."""
        self._stop.set()

    def close(self) -> None:
        """After all threads have ended."""
        self._recorder.close()

    def remember(self) -> None:
        """Checkpoint, unless rows are not stored yet or reading failed in the middle of a frame."""
        with self._guard:
            if self.reading_at is not None or not self.ingest.settled():
                return
            place, frozen = self._place, checkpoint.freeze(self._reading)
        self._save(place, frozen)

    def forget(self) -> None:
        """Let the next follower begin afresh, a replay at its start."""
        self._save(self._place, checkpoint.freeze(None))

    def _save(self, place: Place, frozen: bytes) -> None:
        checkpoint.save(self._folder, self._source, self._lease.epoch, place, frozen)

    def _remembered(self) -> Reading:
        """The fold as the last follower left it; a fresh one reads nothing that was recorded before it."""
        found = checkpoint.load(self._folder, self._source)
        self._is_new = found is Found.OTHER_SOURCE
        maps = self._ground.maps(self._circuit.id)
        if isinstance(found, Checkpoint):
            self._place = found.place
            if isinstance(found.state, Reading):
                found.state.reread(self._circuit.protocol, maps)
                return found.state
        else:
            self.forget()
        if found is not Found.OTHER_SOURCE and (body := self._ground.bus.board(self._circuit.id)):
            self._last_board = board_from_json(body)
        before = self._ground.rows.open_session(self._circuit.id)
        return Reading(self._circuit.id, self._circuit.protocol, before, maps)

    def _heard_last(self) -> datetime | None:
        """When this source was heard last, whoever listened."""
        last = self._reading.last
        if last is not None:
            return last.at
        if self._is_new:
            return None
        board = self._last_board
        return (board and board.alive_at) or self._ground.rows.last_heard(self._circuit.id)

    def _hear(self, frame: Frame) -> None:
        """Record a frame, then read it; after a failure frames are recorded only."""
        with self._pen:
            recorded = self._recorder.append(frame, self._ground.now())
            if self.reading_at is None:
                self._take(recorded)
        if frame.channel is Channel.FEED:
            self._raw.append(frame.text)
        self.publisher.changed()

    def _hear_reply(self, text: str) -> None:
        self._hear(Frame(text, self._ground.now(), channel=Channel.HISTORY))

    def _take(self, recorded: Recorded) -> None:
        if recorded.place in self._left_out:
            self._reading.pass_over(recorded)
            return
        with self._guard:
            self.reading_at = recorded.place
            rows = self._reading.take(recorded)
            if len(rows):
                self.ingest.put(rows)
            self._place, self.reading_at = recorded.place, None
            lag = recorded.received_at - recorded.frame.at
            self._lag = lag if abs(lag - self._lag) > _STEADY else self._lag

    def _cars(self) -> tuple[Car, ...]:
        with self._guard:
            return self._reading.board().cars

    def _put_links(self, rows: LinkBatch) -> None:
        self.ingest.put(Batch(links=rows))

    def _store(self, rows: Batch) -> None:
        """Write first, then ring: whoever reads laps finds the one that the bell is about."""
        self._ground.rows.write(self._lease, rows)
        if rows.tells_laps:
            self._ring_laps()

    def _ring_laps(self) -> None:
        self._ground.bus.ring(Bell(Topic.LAPS, str(self._lease.circuit_id)))

    def _settle(self) -> None:
        with self._guard:
            self.ingest.put(self._reading.settle())

    def _draw(self) -> bytes:
        with self._guard:
            board, lag = self._reading.board(), self._lag
        if board.at is None and self._last_board is not None:
            board = self._last_board
        elif lag:
            board = moved(board, lag)
        self._comings.note(board.cars)
        return board_to_json(replace(board, source=self._state))

    def _send(self, body: bytes) -> None:
        if self._show_raw.is_due():
            self._send_raw()
        append = partial(self._ground.bus.append_happenings, self._lease.circuit_id, self._lease.epoch)
        told = send_untold(self._reading.untold, self._guard, append)
        if told is Appended.FENCED or not self._ground.bus.publish_board(
            self._lease.circuit_id, self._lease.epoch, body
        ):
            raise Fenced(f"a newer epoch than {self._lease.epoch} publishes for circuit {self._lease.circuit_id}")
        if self._comings.take():
            self._ring_laps()

    def _send_raw(self) -> None:
        """The newest frames as they came, for whoever wants to see what this feed is."""
        texts = [clean(self._raw.popleft()[:LONGEST_RAW]) for _ in range(len(self._raw))]
        self._ground.bus.put_raw_frames(self._circuit.id, texts)

    def _count_rows(self) -> None:
        with self._guard:
            rows = self._reading.counted()
            if len(rows):
                self._put_links(rows)

    def _keep_house(self) -> None:
        if self._sync.is_due():
            self._recorder.sync()
        if self._count.is_due():
            self._count_rows()
        if self._checkpoint.is_due():
            self.remember()
        if self._report.is_due():
            self._report_faults()

    def _report_faults(self) -> None:
        with self._guard:
            faults = self._reading.take_faults()
        for kind, fault in faults.items():
            log.warning(
                "lines could not be read",
                extra={"circuit": self._circuit.slug, "kind": kind, "lines": fault.lines, "longest": fault.longest},
            )


class Every:
    """Something that is due again so many seconds after it was done."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._at = time.monotonic() + seconds

    def is_due(self) -> bool:
        if time.monotonic() < self._at:
            return False
        self._at = time.monotonic() + self._seconds
        return True
