"""A journal folded as far as one place: the parser, the fold, and what happened on the way.

The state is what a key frame keeps. An epoch that speaks another protocol than the one before it (the circuit was
changed) begins a fresh parser and a fresh fold, as its follower did.
"""

import pickle
from datetime import datetime, timedelta

from core.io.hearing import heard
from core.io.journal import START, Journal, Told
from core.io.recorder import Place
from core.timing.board import BoardFold, Harvest
from core.timing.events import Event, FlagShown, Snapshot
from core.timing.mapping import NO_MAPS, Maps
from core.timing.marks import Mark, MarkKind
from core.timing.model import Board
from core.timing.moments import moved
from core.timing.sources import Source, make_source, recognise

_HOLE = timedelta(seconds=130)
"""The slowest of the protocols is never silent for longer while its link lives."""

_STEADY = timedelta(seconds=1)
"""The feed's clock may be so far from the journal's; the moments on the screen then need not be moved."""


class Folding:
    """Frames in, a board out; for one thread.

    Args:
        journal: whose frames.
        protocol: what an epoch speaks that does not betray it.
        maps: what people have said of its layouts.
    """

    def __init__(self, journal: Journal, protocol: str, maps: Maps = NO_MAPS) -> None:
        self.place: Place = START
        self.at: datetime | None = None
        """The journal's time of the last frame."""
        self.events = 0
        self.marks: list[Mark] = []
        """What happened since they were last taken."""
        self.completed: tuple[Harvest, ...] = ()
        """Laps and stops that the last frame completed."""
        self._journal = journal
        self._otherwise = protocol
        self._protocol = protocol
        self._maps = maps
        self._source: Source = make_source(protocol, maps)
        self._fold = BoardFold()
        self._lag = timedelta()
        self._session = ""

    def take(self, told: Told) -> None:
        """Fold the next frame."""
        if told.place.epoch != self.place.epoch:
            self._begin_epoch(told.place.epoch)
        events = heard(self._source, told.frame)
        self._fold.apply(events)
        self._mark(told, events)
        lag = told.at - told.frame.at
        self._lag = lag if abs(lag - self._lag) > _STEADY else self._lag
        self.place, self.at, self.events = told.place, told.at, self.events + len(events)

    def close(self) -> tuple[Harvest, ...]:
        """The end: what waited for its other half is decided, and what that completed."""
        self._fold.close()
        return self._fold.drain()

    def board(self) -> Board:
        """The board, its moments by the journal's time."""
        board = self._fold.snapshot()
        return moved(board, self._lag) if self._lag else board

    def freeze(self) -> bytes:
        """Everything that `thaw` needs to go on exactly like this one."""
        state = (self._protocol, self._source, self._fold, self._lag, self._session)
        return pickle.dumps(state, pickle.HIGHEST_PROTOCOL)

    def thaw(self, state: object, place: Place, at: datetime) -> None:
        """Go on from a key frame."""
        if not isinstance(state, tuple):
            raise TypeError(type(state))
        self._protocol, self._source, self._fold, self._lag, self._session = state
        self.place, self.at, self.events, self.marks = place, at, 0, []

    def _begin_epoch(self, epoch: int) -> None:
        spoken = recognise(self._journal.opening(epoch)) or self._otherwise
        if spoken != self._protocol:
            self._protocol, self._source, self._fold = spoken, make_source(spoken, self._maps), BoardFold()

    def _mark(self, told: Told, events: list[Event]) -> None:
        if self.at is not None and told.at - self.at > _HOLE:
            self.marks.append(Mark(MarkKind.HOLE, self.at, told.at))
        kinds = set(map(type, events))
        if FlagShown in kinds:
            self.marks += [
                Mark(MarkKind.FLAG, told.at, text=one.flag or "") for one in events if isinstance(one, FlagShown)
            ]
        self.completed = self._fold.drain()
        for harvest in self.completed:
            self._mark_stops(harvest)
        if Snapshot in kinds and (now := self._fold.current) is not None and now.name != self._session:
            self._session = now.name
            self.marks.append(Mark(MarkKind.SESSION, told.at, text=now.name))

    def _mark_stops(self, harvest: Harvest) -> None:
        for stop in harvest.stops:
            if stop.in_at is not None:
                until = None if stop.out_at is None else stop.out_at + self._lag
                self.marks.append(Mark(MarkKind.STOP, stop.in_at + self._lag, until, stop.source_id))
