"""The one door to timing: the last board of a circuit, and the laps and stops that were folded from its feed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.errors import NotFound
from core.timing.analysis_stints import Driven, Driver, drivers_of, stints_driven
from core.timing.model import Board, Lap, SessionKind, Stop
from core.timing.wire import board_from_json
from core.timing.withdrawn import WithdrawnLap


@dataclass(frozen=True, slots=True)
class KeptSession:
    """A feed session as it is stored: what the feed itself calls a session; laps and stops belong to it."""

    id: UUID
    circuit_id: UUID
    title: str
    kind: SessionKind
    track: str
    started_at: datetime
    ended_at: datetime | None = None
    recorded_at: datetime | None = None
    """Of a replay: when the recording says that it began."""


class Boards(Protocol):
    """Where workers leave their last board."""

    def board(self, circuit_id: UUID) -> bytes | None: ...


class TimingStore(Protocol):
    def feed_sessions(self, circuit_id: UUID, limit: int) -> tuple[KeptSession, ...]:
        """Newest first."""

    def feed_session(self, feed_session_id: UUID) -> KeptSession | None: ...
    def laps(self, feed_session_id: UUID, source_id: str | None, after: datetime | None = None) -> tuple[Lap, ...]:
        """In the order in which they were completed; those completed after a moment where one is given."""

    def passings(self, circuit_id: UUID, number: str, source_id: str | None, after: datetime) -> tuple[datetime, ...]:
        """When a car ended a lap on a circuit after a moment; by the feed's identity of it, else by its number."""

    def lap_count(self, feed_session_id: UUID) -> int: ...
    def withdrawn_laps(self, feed_session_id: UUID, source_id: str | None) -> tuple[WithdrawnLap, ...]:
        """Laps as they were told before: taken back, or told again with another time."""

    def stops(self, feed_session_id: UUID, source_id: str | None) -> tuple[Stop, ...]: ...


class TimingDesk:
    """Questions about timing; shared between threads."""

    def __init__(self, boards: Boards, store: TimingStore) -> None:
        self._boards = boards
        self._store = store

    def board(self, circuit_id: UUID) -> Board | None:
        """None while no worker has published one since the bus was started."""
        body = self._boards.board(circuit_id)
        return None if body is None else board_from_json(body)

    def feed_sessions(self, circuit_id: UUID, limit: int = 100) -> tuple[KeptSession, ...]:
        return self._store.feed_sessions(circuit_id, limit)

    def feed_session(self, circuit_id: UUID, feed_session_id: UUID) -> KeptSession:
        session = self._store.feed_session(feed_session_id)
        if session is None or session.circuit_id != circuit_id:
            raise NotFound(f"The feed had no session {feed_session_id}.", "Choose one from the circuit's list.")
        return session

    def laps(
        self, feed_session_id: UUID, source_id: str | None = None, after: datetime | None = None
    ) -> tuple[Lap, ...]:
        return self._store.laps(feed_session_id, source_id, after)

    def passings(self, circuit_id: UUID, number: str, source_id: str | None, after: datetime) -> tuple[datetime, ...]:
        """When a car crossed the line after a moment, in order; by the feed's identity of it, else by its number."""
        return self._store.passings(circuit_id, number, source_id, after)

    def lap_count(self, feed_session_id: UUID) -> int:
        """How many laps are stored: tells a reader of a part whether something was filled in before it."""
        return self._store.lap_count(feed_session_id)

    def withdrawn_laps(self, feed_session_id: UUID, source_id: str | None = None) -> tuple[WithdrawnLap, ...]:
        """Laps as they were told before: taken back, or told again with another time. No list of laps has them."""
        return self._store.withdrawn_laps(feed_session_id, source_id)

    def stops(self, feed_session_id: UUID, source_id: str | None = None) -> tuple[Stop, ...]:
        return self._store.stops(feed_session_id, source_id)

    def stints(self, feed_session_id: UUID, source_id: str | None = None) -> tuple[Driven, ...]:
        """Car by car; who drove from which lap to which, and for how long."""
        return stints_driven(self.laps(feed_session_id, source_id), self.stops(feed_session_id, source_id))

    def drivers(self, feed_session_id: UUID, source_id: str | None = None) -> tuple[Driver, ...]:
        """What each driver has driven altogether."""
        return drivers_of(self.stints(feed_session_id, source_id))
