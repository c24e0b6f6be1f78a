"""The one fold: events in, board out, and laps and stops as they are completed.

`BoardFold` is an accumulator (a board that is frozen at every event costs six times as much). `apply` takes the events
of a frame, `snapshot` gives the frozen `Board`, `drain` hands out what was completed since the last call, by feed
session, ready to be stored. State is plain data: a pickle or a deep copy of a fold goes on exactly like the original.

Time is that of the frames (`Heard`), never the wall clock; so a replay folds into what the live feed folded into.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from core.timing import events as said
from core.timing.car_events import CAR_HANDLERS
from core.timing.cars import CarState
from core.timing.feed_sessions import Identity, Known, is_same_session
from core.timing.laps import PATIENCE, settle_lap
from core.timing.model import Board, CarStatus, Clock, FeedSession, Lap, SessionKind, Stop
from core.timing.numbers import give_up_recovered, rebase
from core.timing.resent import show_row
from core.timing.session_state import SessionState
from core.timing.stops import doubt_stop, ends_visit, leave, settle_stop, still_in
from core.timing.told import forget_between, hidden_between
from core.timing.withdrawn import Withdrawal

_DEAF = timedelta(seconds=5)
"""Silence longer than this may hide the end of a stop: a running pit clock speaks every second."""

_NONE = timedelta()

_DEAD = timedelta(seconds=130)
"""A link that is silent for longer was away: every feed keeps it alive more often than that."""

_ASLEEP = timedelta(seconds=45)
"""A race clock that went on by so much more than ours: the recorder slept. A table's clock may be 30 s old."""

_LONG_AFTER = timedelta(days=1)
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Harvest:
    """What one feed session has completed since the last `drain`."""

    session: FeedSession
    laps: tuple[Lap, ...]
    stops: tuple[Stop, ...]
    final: Board | None = None
    """The board as the session ended; None while it goes on."""
    corrected: tuple[Lap, ...] = ()
    """Laps of earlier harvests that have a better time or more sectors now."""
    withdrawn: tuple[Withdrawal, ...] = ()
    """Laps of earlier harvests that are none."""


class BoardFold:
    """Everything Paddock knows of one circuit's feed; owned by one worker."""

    def __init__(self) -> None:
        self._seq = 0
        self._now = _NEVER
        self._at: datetime | None = None
        self._alive_at: datetime | None = None
        self._session: SessionState | None = None
        self._sessions = 0
        self._is_shown = True
        self._unread = self._junk = self._novelties = 0
        self._ended: list[Harvest] = []

    def apply(self, events: Iterable[said.Event]) -> None:
        """Fold the events of one frame."""
        session = self._session
        for event in events:
            handle = CAR_HANDLERS.get(type(event))
            if handle is None:
                _HANDLERS[type(event)](self, event)
                session = self._session
                continue
            session = session or self._join()
            source_id: Any = event[0]  # of every event that has a handler here
            car = session.cars.get(source_id) or session.car(source_id)
            car.frozen = None
            handle(session, car, event)
            self._seq += 1

    @property
    def current(self) -> FeedSession | None:
        """The feed session that is on."""
        return None if self._session is None else self._session.describe()

    def snapshot(self) -> Board:
        """The board as it is, frozen."""
        session = self._session if self._is_shown else None
        board = Board(
            seq=self._seq,
            at=self._at,
            unread=self._unread,
            junk=self._junk,
            novelties=self._novelties,
            alive_at=self._alive_at,
        )
        return board if session is None else _shown(board, session)

    def drain(self) -> tuple[Harvest, ...]:
        """Laps and stops completed since the last call, by feed session, in order; ended sessions with their board."""
        harvests, self._ended = self._ended, []
        session = self._session
        if session is not None and session.has_news:
            harvests.append(_harvest(session, None))
        return tuple(harvests)

    def close(self) -> None:
        """The feed has ended: what waits is decided and the session is over."""
        session = self._session
        if session is None:
            return
        self._settle(session, session.now + _LONG_AFTER)
        for lap in map(give_up_recovered, session.cars.values()):
            session.laps += () if lap is None else (lap,)
        session.stops += [stop for stop in map(still_in, session.cars.values()) if stop is not None]
        board = replace(_shown(Board(seq=self._seq, at=self._at), session), unread=self._unread, junk=self._junk)
        self._ended.append(_harvest(session, board))
        self._session = None

    def hear(self, event: said.Heard | said.KeepAlive) -> None:
        """Time has gone on: what waited too long is decided."""
        at, session = event.at, self._session
        self._now = self._alive_at = at
        if session is None:
            return
        silence = at - session.now
        if silence > _DEAF:
            session.deaf_at = session.now
            session = self._cut(session, session.now) if silence > _DEAD else session
        elif silence < _NONE:
            self._settle(session, session.now + _LONG_AFTER)
            session = self._session or session
        session.before, session.now = session.now, at
        if session.waiting:
            self._settle(session, at)

    def hear_data(self, event: said.Heard) -> None:
        self._at = event.at
        self.hear(event)

    def count_junk(self, _event: said.Junk) -> None:
        self._junk += 1

    def count_unread(self, _event: said.Unread) -> None:
        self._unread += 1

    def count_novelty(self, _event: said.Novelty) -> None:
        self._novelties += 1

    def replace_table(self, event: said.Snapshot) -> None:
        """A whole table: go on with the session or begin one; then every row as it now is."""
        self._seq += 1
        self._is_shown = event.kind is not SessionKind.NONE
        if not self._is_shown:
            return
        session = self._session
        identity = Identity(event.titles, event.track, event.kind)
        if session is None or not is_same_session(_known(session), event):
            self.close()
            session = self._open(identity)
        if event.clock is not None:
            session = self._show_clock(session, event.clock)
        session.identity, session.deaf_at = identity, session.before or session.deaf_at
        session.lay_out(event.layout)
        session.leader_laps, session.is_partial = None, False
        for source_id, cells in event.rows:
            show_row(session, source_id, cells)
        session.order = [source_id for source_id, _ in event.rows]

    def begin(self, event: said.SessionBegun) -> None:
        """A session by the feed's own word."""
        self._seq += 1
        self._is_shown = True
        self.close()
        session = self._open(Identity(event.titles, event.track, event.kind))
        session.lay_out(event.layout)

    def show_table(self, event: said.TableShown) -> None:
        self._identify(lambda identity: replace(identity, kind=event.kind))
        if self._session is not None:
            self._session.lay_out(event.layout)

    def list_cars(self, event: said.Listed) -> None:
        session = self._current()
        if session is not None:
            session.order = [source_id for source_id in event.source_ids if source_id in session.cars]

    def name(self, event: said.Titled) -> None:
        self._identify(lambda identity: replace(identity, titles=event.titles))

    def name_track(self, event: said.TrackNamed) -> None:
        self._identify(lambda identity: replace(identity, track=event.name))

    def set_clock(self, event: said.ClockShown) -> None:
        session = self._current()
        if session is not None:
            self._show_clock(session, event)

    def show_flag(self, event: said.FlagShown) -> None:
        session = self._current()
        if session is not None:
            session.show_flag(event.flag)

    def show_banner(self, event: said.BannerShown) -> None:
        session = self._current()
        if session is not None:
            session.banner = event.text

    def show_comments(self, event: said.CommentsShown) -> None:
        session = self._current()
        if session is not None and session.comments != event.comments:
            session.comments = event.comments

    def cut(self, event: said.LinkCut) -> None:
        """Nobody listened for a while: what waits is decided, nothing is joined across the hole."""
        if self._session is not None:
            self._cut(self._session, min(event.since, self._session.now))

    def _show_clock(self, session: SessionState, clock: said.ClockShown) -> SessionState:
        """The race clock, which also tells when the race went on without us."""
        hidden = hidden_between(session.clock, clock, session.now)
        if hidden > _ASLEEP:
            for car in session.cars.values():
                doubt_stop(car)
            session = self._cut(session, session.now, hidden)
        session.clock = Clock(clock.kind, session.now, clock.ms, clock.text)
        return session

    def _cut(self, session: SessionState, since: datetime, hidden: timedelta = timedelta()) -> SessionState:
        self._settle(session, session.now + _LONG_AFTER)
        session = self._session or session
        session.deaf_at, session.leader_laps, session.is_partial = since, None, True
        session.firsts.forget(hidden)
        for car in session.cars.values():
            forget_between(car, hidden)
        return session

    def _settle(self, session: SessionState, now: datetime) -> None:
        for source_id in sorted(session.waiting):
            car = session.cars[source_id]
            if _settle_car(session, car, now):
                self._start_over(session)
                return
            if car.fresh_at is None and car.passed_at is None and car.left is None:
                session.waiting.discard(source_id)

    def _start_over(self, session: SessionState) -> None:
        """The same entries from the beginning, without a table."""
        session.may_start_over = False
        self.close()
        self._open(session.identity).begin_like(session)

    def _open(self, identity: Identity) -> SessionState:
        self._sessions += 1
        self._session = SessionState(self._sessions, identity, opened_at=self._now, now=self._now)
        return self._session

    def _join(self) -> SessionState:
        """A feed in mid-stream: its first table will tell what this is."""
        session = self._open(_UNKNOWN)
        session.started_over = session.is_partial = True
        return session

    def _current(self) -> SessionState | None:
        """The session a headline is about; None while the venue shows nothing."""
        if not self._is_shown:
            return None
        self._seq += 1
        return self._session or self._join()

    def _identify(self, change: Callable[[Identity], Identity]) -> None:
        session = self._current()
        if session is not None:
            session.identity = change(session.identity)


_UNKNOWN = Identity(("", ""), "", SessionKind.NONE)
"""A feed that was joined in mid-stream has not said what it shows."""

_HANDLERS: dict[type[tuple[Any, ...]], Callable[[BoardFold, Any], None]] = {
    said.Heard: BoardFold.hear_data,
    said.KeepAlive: BoardFold.hear,
    said.Junk: BoardFold.count_junk,
    said.Unread: BoardFold.count_unread,
    said.Novelty: BoardFold.count_novelty,
    said.Snapshot: BoardFold.replace_table,
    said.TableShown: BoardFold.show_table,
    said.SessionBegun: BoardFold.begin,
    said.Listed: BoardFold.list_cars,
    said.Titled: BoardFold.name,
    said.TrackNamed: BoardFold.name_track,
    said.ClockShown: BoardFold.set_clock,
    said.FlagShown: BoardFold.show_flag,
    said.BannerShown: BoardFold.show_banner,
    said.CommentsShown: BoardFold.show_comments,
    said.LinkCut: BoardFold.cut,
}


def _settle_car(session: SessionState, car: CarState, now: datetime) -> bool:
    """Decide what the car waits for; whether it shows that the session has started over.

    After the chequered flag and green again, a first passing without a time is the start of something new.
    """
    if car.fresh_at is not None and now - car.fresh_at > PATIENCE:
        if ends_visit(car, car.fresh_at):
            leave(car, car.fresh_at)
        if not car.is_sure:
            rebase(car, session.laps_by_gap(car), car.fresh_at, is_told=session.tells_laps(car))
    passed_at = car.passed_at
    car.frozen = None
    lap, is_unexplained = settle_lap(car, now)
    stop = settle_stop(car, now, session.clock)
    session.unexplained += is_unexplained
    session.keep(lap)
    if stop is not None:
        session.keep_stop(stop)
    is_start = passed_at is not None and car.passed_at is None and lap is None
    return is_start and session.may_start_over and car.status is CarStatus.FINISHED


def _known(session: SessionState) -> Known:
    laps = max((max(car.counted, car.laps_shown or 0) for car in session.cars.values()), default=0)
    last_ms = {source_id: session.cars[source_id].last_ms for source_id in session.order}
    return Known(session.identity, last_ms, laps, session.clock, session.now, session.started_over)


def _shown(board: Board, session: SessionState) -> Board:
    description = session.describe()
    return replace(
        board,
        title=description.name,
        track=description.track,
        kind=description.kind,
        flag=session.flag,
        clock=session.clock,
        banner=session.banner,
        comments=session.comments,
        columns=session.columns,
        cars=tuple(session.cars[source_id].freeze() for source_id in session.order),
        session=session.ordinal,
        layout=session.layout,
    )


def _harvest(session: SessionState, final: Board | None) -> Harvest:
    kept = session.laps, session.stops, session.corrected, session.withdrawn
    harvest = Harvest(session.describe(), tuple(kept[0]), tuple(kept[1]), final, tuple(kept[2]), tuple(kept[3]))
    for each in kept:
        each.clear()
    return harvest
