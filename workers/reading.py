"""What a source has said so far: the parser and the fold of one circuit, and the keys under which its laps are stored.

Plain state that can be pickled and goes on exactly like the original. Keys come from the content, so that frames that
are folded again after a restart give the same rows. Time is the feed's own (`Frame.at`), never the wall clock.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from core.io.database.timing import Batch, Before
from core.io.ids import uuid7_of
from core.io.transports import Frame, Resume
from core.timing.board import BoardFold, Harvest
from core.timing.desk import KeptSession
from core.timing.events import Event, Junk, KeepAlive, Unread
from core.timing.model import Board, Car, FeedSession
from core.timing.recordings import clean
from core.timing.sources import SOURCES

_GRACE = timedelta(seconds=2)
"""After this, the fold decides what waited for its other half."""

_LONGEST_MS = 2**31 - 1
"""What a column holds: 24 days. A feed's typing error may be longer."""


@dataclass(slots=True)
class Fault:
    """Lines of one kind that could not be read."""

    lines: int = 0
    longest: int = 0


class Reading:
    """Frames in, rows and a board out; used under the follower's guard."""

    def __init__(self, circuit_id: UUID, protocol: str, before: Before | None = None) -> None:
        self.last: Resume | None = None
        """The last frame taken."""
        self._circuit_id = circuit_id
        self._source = SOURCES[protocol]()
        self._fold = BoardFold()
        self._before = before
        self._session: KeptSession | None = None
        self._stops: Counter[str] = Counter()
        self._faults: dict[str, Fault] = {}

    def take(self, frame: Frame, received_at: datetime) -> Batch:
        """Read one frame; returns the rows that it completed."""
        events = list(self._source.feed(clean(frame.text), frame.at))
        self._note_faults(events)
        self._fold.apply(events)
        self.pass_over(frame, received_at)
        return self._rows(frame.at)

    def pass_over(self, frame: Frame, received_at: datetime) -> None:
        """Go on behind this frame."""
        self.last = Resume(frame.position or 0, frame.at, received_at)

    def settle(self) -> Batch:
        """No frame will come: decide what waits for its other half."""
        if self.last is None:
            return Batch()
        self._fold.apply([KeepAlive(self.last.at + _GRACE)])
        return self._rows(self.last.at)

    def board(self) -> Board:
        return self._fold.snapshot()

    def take_faults(self) -> dict[str, Fault]:
        """What could not be read since the last call, by kind."""
        faults, self._faults = self._faults, {}
        return faults

    def _note_faults(self, events: Iterable[Event]) -> None:
        for event in events:
            if isinstance(event, Unread | Junk):
                kind = event.reason if isinstance(event, Unread) else "junk"
                fault = self._faults.setdefault(kind, Fault())
                fault.lines += 1
                fault.longest = max(fault.longest, len(event.line))

    def _rows(self, at: datetime) -> Batch:
        rows = Batch()
        for harvest in self._fold.drain():
            self._keep(harvest.session, rows)
            self._gather(harvest, rows)
            if harvest.final is not None:
                self._end(rows, at)
        if (current := self._fold.current) is not None:
            self._keep(current, rows)
        return rows

    def _keep(self, said: FeedSession, rows: Batch) -> None:
        """Store the session when it is new or has another name."""
        known = self._session or self._begin(said)
        session = replace(known, title=said.name, kind=said.kind, track=said.track)
        if session != self._session:
            self._session = session
            rows.sessions.append(session)

    def _begin(self, said: FeedSession) -> KeptSession:
        before, self._before = self._before, None
        if before is not None and _goes_on(before, said, self._fold.snapshot().cars):
            self._stops = Counter(before.stops)
            return before.session
        self._stops = Counter()
        key = uuid7_of(said.opened_at, self._circuit_id.bytes + said.ordinal.to_bytes(8))
        return KeptSession(key, self._circuit_id, said.name, said.kind, said.track, said.opened_at)

    def _gather(self, harvest: Harvest, rows: Batch) -> None:
        if self._session is None:
            return
        rows.laps += [(self._session.id, replace(lap, lap_ms=_storable(lap.lap_ms))) for lap in harvest.laps]
        for stop in harvest.stops:
            self._stops[stop.source_id] += 1
            ordinal = self._stops[stop.source_id]
            rows.stops.append((self._session.id, ordinal, replace(stop, duration_ms=_storable(stop.duration_ms))))

    def _end(self, rows: Batch, at: datetime) -> None:
        if self._session is not None:
            rows.sessions.append(replace(self._session, ended_at=at))
        self._session = None


def _goes_on(before: Before, said: FeedSession, cars: Iterable[Car]) -> bool:
    """Whether the feed is still in that session: the same names, and no fewer laps than are stored.

    A feed without a lap counter cannot tell, and our own count would begin again: that is a new session.
    """
    kept = before.session
    same = (kept.title, kept.kind, kept.track) == (said.name, said.kind, said.track)
    return same and max((car.laps or 0 for car in cars), default=0) >= before.most_laps


def _storable(ms: int | None) -> int | None:
    return None if ms is None or ms > _LONGEST_MS else ms
