"""The pen of a follower, for tests in which a kart must cross the line now or come into the pits."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from core.io.bus import Bell, Topic
from core.io.clock import utc_now
from core.io.database.leases import Lease, Leases, Owner
from core.io.database.timing import Batch, TimingRows
from core.io.runtime import Runtime
from core.timing.desk import KeptSession
from core.timing.model import Board, Car, Lap, LapKind, SessionKind, Stop
from core.timing.wire import board_to_json


@dataclass
class Passings:
    """A feed session that is on at a circuit, in which one kart is driven."""

    owner: Runtime
    circuit_id: UUID
    lease: Lease
    feed: KeptSession
    kart: str
    source_id: str
    at: list[datetime] = field(default_factory=list)
    """When it crossed the line."""
    stops: int = 0

    def cross(self, times: int = 1) -> None:
        for _ in range(times):
            self.at.append(utc_now())
            lap = Lap(self.source_id, self.kart, len(self.at), 60_000, LapKind.LAP, self.at[-1])
            TimingRows(self.owner.control).write(self.lease, Batch([self.feed], [(self.feed.id, lap)]))
            self.owner.bus.ring(Bell(Topic.LAPS, str(self.circuit_id)))

    def stop(self, ms: int, in_at: datetime | None = None) -> None:
        self.stops += 1
        began = in_at or utc_now()
        stop = Stop(self.source_id, began, began + timedelta(milliseconds=ms), ms, len(self.at))
        TimingRows(self.owner.control).write(self.lease, Batch([self.feed], [], [(self.feed.id, self.stops, stop)]))

    def show(self) -> None:
        """On the board: so the number leads to the feed's identity of it."""
        board = Board(kind=SessionKind.RACE, cars=(Car(self.source_id, self.kart),))
        self.owner.bus.publish_board(self.circuit_id, 1, board_to_json(board))


def driving(owner: Runtime, circuit_id: UUID, kart: str = "42", source_id: str = "r7") -> Passings:
    """The kart is on the track."""
    leases = Leases(owner.control, Owner("stage", str(circuit_id)), timedelta(minutes=30))
    lease = leases.take(circuit_id, above=0, alone_on_node=False)
    assert lease is not None
    feed = KeptSession(uuid4(), circuit_id, "Race", SessionKind.RACE, "Test", utc_now() - timedelta(hours=1))
    return Passings(owner, circuit_id, lease, feed, kart, source_id)
