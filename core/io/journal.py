"""The journal of one source as one sequence of frames: sealed segments from the blob store, then this machine's spool.

A segment has one name, its epoch and first frame, wherever it lies: what is in both places is read once, and a file
that was dropped while it was read goes on in its blob. A `Reader` keeps its place and may be asked again and again: it
gives what was recorded since, so that the live tail is read like the rest.

`Told.at` is the journal's time: when the frame was received, never earlier than the frame before it, so that a clock
that was set back does not make time run backwards.
"""

import gzip
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, TypeAlias

from core.io.blobs import Blobs
from core.io.recorder import Place, Recorded, beginning, pieces, records, skipped
from core.io.transports import Frame

Name: TypeAlias = tuple[int, int]
"""Of a segment: its epoch and its first frame."""

START = Place(-1, -1)
"""Before everything."""

_JUST_S = 0.5
"""An index that was just read is not read again for a jump."""

_OPENING = 20
"""Frames that say which protocol an epoch speaks."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A row of the index: a segment in the blob store."""

    epoch: int
    first_frame: int
    started_at: datetime
    ended_at: datetime
    sha256: str


class Told(NamedTuple):
    place: Place
    at: datetime
    frame: Frame


class Journal:
    """One circuit's frames, or those of a file; shared between threads.

    Args:
        spool: the folder of this machine's spool; it need not exist.
        blobs: where sealed segments lie.
        index: the sealed segments there are.
        index_s: how old what is known of the index may be.
    """

    def __init__(self, spool: Path, blobs: Blobs, index: Callable[[], Sequence[Sealed]], index_s: float = 10.0) -> None:
        self._index_s = index_s
        self._spool = spool
        self._blobs = blobs
        self._index = index
        self._sealed: dict[Name, Sealed] = {}
        self._seen: set[Name] = set()
        """What lay in the spool when it was last looked at."""
        self.look_again()

    def look_again(self) -> None:
        """Read the index anew."""
        self._looked_at = time.monotonic()
        self._sealed = {(row.epoch, row.first_frame): row for row in self._index()}

    def names(self) -> list[Name]:
        """The segments there are, in their order.

        The index is read anew when a file has left the spool, because its blob must take its place, and now and then,
        because the spool may be another machine's.
        """
        there = set(pieces(self._spool))
        if self._seen - there - self._sealed.keys() or self.index_age_s >= self._index_s:
            self.look_again()
        self._seen = there
        return sorted({*self._sealed, *there})

    @property
    def index_age_s(self) -> float:
        return time.monotonic() - self._looked_at

    def data(self, name: Name, since: int = 0) -> bytes:
        """A segment from a byte on, as far as it is written; empty for one that is nowhere."""
        for _ in range(2):
            if (file := pieces(self._spool).get(name)) is not None:
                try:
                    return _read_from(file, since)
                except FileNotFoundError:  # sealed or dropped between two lines: it has another name, or a blob
                    self.look_again()
            if (row := self._sealed.get(name)) is not None:
                with self._blobs.open(row.sha256) as packed:
                    return gzip.decompress(packed.read())[since:]
        return b""

    def begins_at(self) -> datetime | None:
        """When the first frame was received; None for an empty journal."""
        return next((told.at for told in Reader(self).read()), None)

    def opening(self, epoch: int) -> list[str]:
        """The first frames of an epoch that say anything."""
        said: list[str] = []
        for told in Reader(self, Place(epoch, -1)).read():
            if told.place.epoch != epoch or len(said) == _OPENING:
                break
            if told.frame.text.strip():
                said.append(told.frame.text)
        return said


class Reader:
    """A place in a journal; used by one thread at a time."""

    def __init__(self, journal: Journal, after: Place = START, at: datetime | None = None) -> None:
        self._journal = journal
        self._place = after
        self._at = at
        self._name: Name | None = None
        self._data = b""
        self._byte = 0
        self._through = 0
        """How much of the segment was read from the disk; its end stands in `_data`."""

    def read(self) -> Iterator[Told]:
        """Everything recorded behind the last frame that was given; ends where the journal ends now."""
        for name in self._names():
            self._open(name)
            for recorded, end in records(self._data, self._byte, self._following(name)):
                self._place, self._byte = recorded.place, end
                yield self._told(recorded)

    def _names(self) -> list[Name]:
        """The segment that holds the next frame, and those behind it.

        Where one does not follow on the other, a segment between them may just have gone from the spool to its blob.
        """
        found = self._following_on()
        if found and _jumps(self._place, found) and self._journal.index_age_s > _JUST_S:
            self._journal.look_again()
            found = self._following_on()
        return found

    def _following_on(self) -> list[Name]:
        names = self._journal.names()
        wanted = (self._place.epoch, self._place.ordinal + 1)
        before = [name for name in names if name <= wanted]
        return before[-1:] + [name for name in names if name > wanted]

    def _open(self, name: Name) -> None:
        """Have the segment's data as far as it is written, and stand before the next frame."""
        if name == self._name:
            more = self._journal.data(name, self._through)
            self._data, self._byte = self._data[self._byte :] + more, 0
            self._through += len(more)
            return
        self._name, self._data = name, self._journal.data(name)
        self._through = len(self._data)
        passed = self._place.ordinal + 1 - name[1] if self._place.epoch == name[0] else 0
        self._byte = skipped(self._data, beginning(self._data), max(0, passed))

    def _following(self, name: Name) -> Place:
        if self._place.epoch == name[0] and self._place.ordinal >= name[1]:
            return Place(name[0], self._place.ordinal + 1)
        return Place(*name)

    def _told(self, recorded: Recorded) -> Told:
        at = recorded.received_at
        self._at = at if self._at is None else max(at, self._at)
        return Told(recorded.place, self._at, recorded.frame)


def _read_from(file: Path, since: int) -> bytes:
    with file.open("rb") as opened:
        opened.seek(since)
        return opened.read()


def _jumps(place: Place, names: Sequence[Name]) -> bool:
    """Whether the reader is about to leave its segment for one that does not follow on it."""
    following = next((name for name in names if name > (place.epoch, place.ordinal)), None)
    return following is not None and following != (place.epoch, place.ordinal + 1)
