"""What a source has said so far: the parser and the fold of one circuit, and the keys under which its laps are stored.

Plain state that can be pickled and goes on exactly like the original. Keys come from the content, so that frames that
are folded again after a restart give the same rows. Time is the feed's own (`Frame.at`), never the wall clock.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from core.io.database.links import LinkBatch
from core.io.database.timing import Batch, Before
from core.io.hearing import heard
from core.io.ids import uuid7_of, uuid8_of
from core.io.recorder import Recorded
from core.io.transports import Channel, Frame, Resume
from core.timing.board import BoardFold, Harvest
from core.timing.desk import KeptSession
from core.timing.events import Event, Junk, KeepAlive, LinkCut, Snapshot, TableShown, Unread
from core.timing.happenings import Happenings, calls_for_a_look
from core.timing.layouts import LayoutSeen
from core.timing.mapping import NO_MAPS, Maps
from core.timing.model import Board, Car, FeedSession, Lap, Provenance
from core.timing.sources import make_source
from core.tracks.links import Hole
from workers.tally import Tally

_GRACE = timedelta(seconds=2)
"""After this, the fold decides what waited for its other half."""

_MOST_UNTOLD = 20_000
"""Happenings that wait for a bus that is away; then the oldest go."""

_LONGEST_MS = 2**31 - 1
"""What a column holds: 24 days. A feed's typing error may be longer."""


@dataclass(slots=True)
class Fault:
    """Lines of one kind that could not be read."""

    lines: int = 0
    longest: int = 0


class Reading:
    """Frames in, rows and a board out; used under the follower's guard."""

    def __init__(self, circuit_id: UUID, protocol: str, before: Before | None = None, maps: Maps = NO_MAPS) -> None:
        self.last: Resume | None = None
        """The last frame taken."""
        self.untold: deque[bytes] = deque(maxlen=_MOST_UNTOLD)
        """Happenings that are not on the bus yet, oldest first; kept with the state, so that a restart tells them."""
        self._circuit_id = circuit_id
        self._maps = maps
        self._source = make_source(protocol, maps)
        self._layout = ""
        self._fold = BoardFold()
        self._before = before
        self._session: KeptSession | None = None
        self._stops: Counter[str] = Counter()
        self._faults: dict[str, Fault] = {}
        self._tally = Tally()
        self._happenings = Happenings()
        self._frame = Frame("", datetime.min)
        self._hole: Hole | None = None

    def take(self, recorded: Recorded) -> Batch:
        """Read one frame; returns the rows that it completed."""
        self._frame = recorded.frame
        events = heard(self._source, recorded.frame)
        self._note_faults(events)
        self._tally.note(recorded, events)
        self._fold.apply(events)
        self.pass_over(recorded)
        rows = self._rows(recorded.frame.at, events)
        rows.layouts += self._seen(events, recorded.received_at)
        if recorded.frame.channel is not Channel.FEED or self._hole is not None:
            self._mark_hole(events, rows)
        return rows

    def reread(self, protocol: str, maps: Maps) -> None:
        """Read on by other maps: what was folded stays, the feed tells its table again when it is joined."""
        if maps != self._maps:
            self._maps, self._source = maps, make_source(protocol, maps)

    def pass_over(self, recorded: Recorded) -> None:
        """Go on behind this frame."""
        frame = recorded.frame
        if frame.channel is Channel.FEED:
            self.last = Resume(frame.position or 0, frame.at, recorded.received_at)

    def counted(self) -> LinkBatch:
        """Counts and strange things that are new or have grown since the last call."""
        return self._tally.take_rows()

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

    def _seen(self, events: Iterable[Event], at: datetime) -> Iterator[LayoutSeen]:
        """Layouts that are not the one before."""
        for event in events:
            if isinstance(event, Snapshot | TableShown) and event.layout.columns:
                layout = event.layout
                if layout.fingerprint != self._layout:
                    self._layout = layout.fingerprint
                    yield LayoutSeen(layout.fingerprint, layout.columns, at, at)

    def _mark_hole(self, events: Iterable[Event], rows: Batch) -> None:
        """A hole begins with the news that the link is back; laps that the feed tells of it later are counted."""
        for event in events:
            if isinstance(event, LinkCut):
                self._hole = Hole(event.since, event.until)
                rows.links.holes.append(self._hole)
        filled = sum(lap.provenance is Provenance.BACK_FILLED for _, lap in rows.laps)
        if self._hole is not None and filled:
            self._hole = replace(self._hole, back_filled=self._hole.back_filled + filled)
            rows.links.holes.append(self._hole)

    def _rows(self, at: datetime, events: Sequence[Event] = ()) -> Batch:
        rows, harvests = Batch(), self._fold.drain()
        if calls_for_a_look(harvests, events):
            happened = self._happenings.note(harvests, self._fold.snapshot(), events)
            self.untold.extend(one.to_json() for one in happened)
        for harvest in harvests:
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
        if known is self._session and (known.title, known.kind, known.track) == (said.name, said.kind, said.track):
            return
        session = replace(known, title=said.name, kind=said.kind, track=said.track)
        if session != self._session:
            self._session = session
            rows.sessions.append(session)

    def _begin(self, said: FeedSession) -> KeptSession:
        before, self._before = self._before, None
        is_live = self._frame.position is None
        if is_live and before is not None and _goes_on(before, said, self._fold.snapshot().cars):
            self._stops = Counter(before.stops)
            return before.session
        self._stops = Counter()
        began = said.name, said.kind, said.track, said.opened_at
        return KeptSession(self._key(said), self._circuit_id, *began, recorded_at=self._frame.recorded_at)

    def _key(self, said: FeedSession) -> UUID:
        """Of a live feed the moment tells sessions apart; of a recording its place in it, whenever that is played."""
        own, place = self._circuit_id.bytes + said.ordinal.to_bytes(8), self._frame.position
        if place is None:
            return uuid7_of(said.opened_at, own)
        return uuid8_of(own + place.to_bytes(8) + self._frame.text.encode("utf-8", "surrogatepass"))

    def _gather(self, harvest: Harvest, rows: Batch) -> None:
        if self._session is None:
            return
        rows.laps += [(self._session.id, _storable_lap(lap)) for lap in harvest.laps]
        rows.corrected += [(self._session.id, _storable_lap(lap), self._frame.at) for lap in harvest.corrected]
        rows.withdrawn += [(self._session.id, gone) for gone in harvest.withdrawn]
        self._tally.add_laps(len(harvest.laps))
        if self._frame.recorded_at is not None and (harvest.laps or harvest.stops or rows.corrected or rows.withdrawn):
            rows.shifts[self._session.id] = self._frame.recorded_at - self._frame.at
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


def _storable_lap(lap: Lap) -> Lap:
    if lap.lap_ms is None or lap.lap_ms <= _LONGEST_MS:
        return lap
    return replace(lap, lap_ms=None)


def _storable(ms: int | None) -> int | None:
    return None if ms is None or ms > _LONGEST_MS else ms
