"""Rewinding: any moment of a journal within a third of a second, at any speed, while it still grows.

`Dvr` stands for one journal and is shared by everybody who watches it: it keeps the key frames up to the journal's
head. `Player` is one viewer's playhead: it thaws the key frame before a moment and folds what lies between. A board
reached by seeking equals the board of everything folded up to that moment.
"""

import hashlib
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import core
from core.errors import NotFound
from core.io.folding import Folding
from core.io.journal import Journal, Reader, Told
from core.io.key_frames import KeyFrames
from core.timing.mapping import NO_MAPS, Maps
from core.timing.marks import Mark
from core.timing.model import Board

SLOWEST, FASTEST = 0.1, 100.0
KEY_S, KEY_EVENTS = 240.0, 1000
"""A key frame stands so far behind the one before in both: an idle night needs few, and no seek folds for long."""

_FOLDED_BY = ("dvr", "folding", "hearing", "key_frames", "recorder")
_TICK = timedelta(microseconds=1)


class Dvr:
    """One journal with its key frames; shared between threads.

    Args:
        journal: whose frames.
        protocol: of a journal that does not betray it.
        cache: the file of its key frames.
        maps: what people have said of its layouts; by others, key frames are made anew.
    """

    def __init__(self, journal: Journal, protocol: str, cache: Path, maps: Maps = NO_MAPS) -> None:
        self.journal = journal
        self._protocol = protocol
        self._maps = maps
        self._keys = KeyFrames(cache, f"{protocol} {_code()} {maps.mark}".rstrip())
        self._guard = threading.Lock()
        self._head = self.folding()
        self._reader = Reader(journal)
        self._begins_at: datetime | None = None

    def extend(self) -> None:
        """Fold what was recorded since, and keep key frames of it, unless another process is doing it."""
        with self._guard, self._keys.appending() as mine:
            newest = self._keys.newest
            if newest is not None and newest.place > self._head.place:
                self._head, self._reader = self.folding(), Reader(self.journal, newest.place, newest.at)
                self._head.thaw(self._keys.state(newest), newest.place, newest.at)
            for told in self._reader.read() if mine else ():
                self._head.take(told)
                if self._is_due():
                    self._keep()

    def at(self, moment: datetime) -> tuple[Folding, Reader]:
        """The fold of the last key frame at or before the moment, and a reader that stands behind it."""
        with self._guard:
            key = self._keys.before(moment)
            folding = self.folding()
            if key is None:
                return folding, Reader(self.journal)
            folding.thaw(self._keys.state(key), key.place, key.at)
            return folding, Reader(self.journal, key.place, key.at)

    def marks(self) -> tuple[Mark, ...]:
        """What happened in the journal, as far as `extend` has come."""
        with self._guard:
            return (*self._keys.marks, *self._head.marks)

    def span(self) -> tuple[datetime, datetime] | None:
        """When the first and the last frame were received, as far as `extend` has come; None for an empty journal."""
        with self._guard:
            self._begins_at = self._begins_at or self.journal.begins_at()
            ends_at = self._head.at
            return None if self._begins_at is None or ends_at is None else (self._begins_at, ends_at)

    def folding(self) -> Folding:
        return Folding(self.journal, self._protocol, self._maps)

    def _is_due(self) -> bool:
        head, newest = self._head, self._keys.newest
        if head.at is None or head.events < KEY_EVENTS:
            return False
        return newest is None or (head.at - newest.at).total_seconds() >= KEY_S

    def _keep(self) -> None:
        head = self._head
        if head.at is not None:
            self._keys.append(head.place, head.at, tuple(head.marks), head.freeze())
            head.marks, head.events = [], 0


@dataclass(frozen=True, slots=True)
class Playhead:
    """Where a player stands: between `begins_at` and `ends_at`, which moves while the source is live."""

    at: datetime
    begins_at: datetime
    ends_at: datetime
    speed: float
    paused: bool
    live: bool
    """At the end of what there is, as far behind as `delay_s` says."""
    delay_s: float


class Player:
    """One viewer's playhead; for one thread. `advance` moves it on by the time that has passed.

    Args:
        dvr: what is played.
        now: the clock of a source that is live, whose end is now; None for one that has ended.
        monotonic: seconds that pass.
    """

    def __init__(
        self, dvr: Dvr, now: Callable[[], datetime] | None = None, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        dvr.extend()
        self._dvr = dvr
        self._now = now
        self._monotonic = monotonic
        self._moved_at = monotonic()
        self._speed = 1.0
        self._paused = False
        self._delay: timedelta | None = None
        """How far behind live it stays; None when it does not follow live."""
        self._next: Told | None = None
        self.seek(self._span()[0])

    def seek(self, at: datetime) -> None:
        """Go to a moment; one outside the journal is its nearest end."""
        begins_at, ends_at = self._span()
        self._delay = None
        self._jump(min(max(at, begins_at), ends_at))

    def play(self, speed: float | None = None) -> None:
        """Go on, at 0.1 to 100 times the speed of life; None: at the speed before."""
        self.advance()
        self._paused = False
        self._speed = self._speed if speed is None else min(max(speed, SLOWEST), FASTEST)

    def pause(self) -> None:
        self.advance()
        self._paused, self._delay = True, None

    def step(self, *, back: bool = False) -> None:
        """Pause, and go to the next frame, or behind the frame before this one."""
        self.pause()
        if back:
            here = self._folding.at
            self.seek(self._at if here is None else here - _TICK)
        elif self._peek() is not None:
            self._fold_through(self._next.at if self._next else self._at)

    def live(self, delay_s: float = 0.0) -> None:
        """Follow what is live, so many seconds behind it."""
        self._delay, self._paused, self._speed = timedelta(seconds=delay_s), False, 1.0
        begins_at, ends_at = self._span()
        self._jump(max(ends_at - self._delay, begins_at))

    def advance(self) -> bool:
        """Move on by the time that has passed; whether anything was folded."""
        moved_at, self._moved_at = self._moved_at, self._monotonic()
        begins_at, ends_at = self._span()
        if self._delay is not None:
            goal = max(ends_at - self._delay, begins_at, self._at)
        elif self._paused:
            return False
        else:
            goal = min(self._at + timedelta(seconds=(self._moved_at - moved_at) * self._speed), max(ends_at, self._at))
        return self._fold_through(goal)

    def board(self) -> Board:
        return self._folding.board()

    def playhead(self) -> Playhead:
        begins_at, ends_at = self._span()
        delay_s = self._delay.total_seconds() if self._delay is not None else 0.0
        speed = self._speed
        return Playhead(self._at, begins_at, ends_at, speed, self._paused, self._delay is not None, delay_s)

    def _jump(self, at: datetime) -> None:
        self._folding, self._reader = self._dvr.at(at)
        self._frames = self._reader.read()
        self._next = None
        self._moved_at = self._monotonic()
        self._at = at
        self._fold_through(at)

    def _fold_through(self, at: datetime) -> bool:
        """Fold every frame up to and including this moment."""
        place = self._folding.place
        while (told := self._peek()) is not None and told.at <= at:
            self._folding.take(told)
            self._next = None
        self._at = at
        return place != self._folding.place

    def _peek(self) -> Told | None:
        """The frame behind the last one folded; None where the journal ends now."""
        if self._next is None:
            self._next = next(self._frames, None)
            if self._next is None:
                self._frames = self._reader.read()
                self._next = next(self._frames, None)
        return self._next

    def _span(self) -> tuple[datetime, datetime]:
        span = self._dvr.span()
        if span is None:
            raise NotFound("Nothing is recorded here yet.", "Start the source, or import a recording.")
        begins_at, ends_at = span
        return begins_at, max(ends_at, self._now()) if self._now is not None else ends_at


@cache
def _code() -> str:
    """A hash of the code whose objects are pickled."""
    room = Path(core.__file__).parent
    files = [*sorted((room / "timing").rglob("*.py")), *(room / "io" / f"{name}.py" for name in _FOLDED_BY)]
    return hashlib.sha256(sys.version.encode() + b"".join(file.read_bytes() for file in files)).hexdigest()
