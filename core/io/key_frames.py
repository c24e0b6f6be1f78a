"""Key frames of a journal: whole states of the fold, so that any moment is reached by folding a minute.

One file a journal in the folder `dvr` of the data folder. It is derived and may be deleted at any time: a line that
says what it belongs to (the journal's protocol and the code that wrote it), then records: the place and time of the
state, what happened since the state before (marks, as JSON), and the state, pickled and compressed. A file of other
code or of another protocol is begun anew. Only who holds the file's lock appends; everybody reads.
"""

import fcntl
import json
import pickle
import struct
import zlib
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from pydantic import TypeAdapter

from core.io.recorder import Place
from core.timing.marks import Mark

_HEAD = struct.Struct("<IIqqqI")  # length and crc32 of what follows; epoch, ordinal, µs since 1970; length of the marks
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_MICROSECOND = timedelta(microseconds=1)
_MARKS: TypeAdapter[tuple[Mark, ...]] = TypeAdapter(tuple[Mark, ...])


@dataclass(frozen=True, slots=True)
class KeyFrame:
    """`at` and `byte` say where it stands, in the journal and in the file."""

    place: Place
    at: datetime
    byte: int
    size: int


class KeyFrames:
    """The key frames of one journal, in their order. Not for several threads.

    Args:
        file: where they are kept.
        of: what they belong to, in one line.
    """

    def __init__(self, file: Path, of: str) -> None:
        self._file = file
        self._title = json.dumps({"of": of}).encode() + b"\n"
        self._end = 0
        self._begin()

    @property
    def newest(self) -> KeyFrame | None:
        return self._known[-1] if self._known else None

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Everything that happened up to the newest key frame."""
        return tuple(self._marks)

    def before(self, at: datetime) -> KeyFrame | None:
        """The last one at or before this moment."""
        place = bisect_right(self._known, at, key=lambda one: one.at)
        return self._known[place - 1] if place else None

    def look_again(self) -> None:
        """Take up what others have appended."""
        if not self._file.exists():
            self._begin()
            return
        with self._file.open("rb") as opened:
            if opened.readline() != self._title:
                self._begin()
                return
            opened.seek(max(self._end, len(self._title)))
            for found, marks in _records(opened):
                self._known.append(found)
                self._marks += marks
                self._end = found.byte + found.size

    def state(self, one: KeyFrame) -> object:
        with self._file.open("rb") as opened:
            opened.seek(one.byte)
            packed = opened.read(one.size)
        # Our own file, in a folder that only we may enter, written by this very code.
        return pickle.loads(zlib.decompress(packed))  # noqa: S301

    @contextmanager
    def appending(self) -> Iterator[bool]:
        """Whether this process may append until the end of the block; everybody's key frames are known then."""
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._file.with_suffix(".lock").open("wb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self.look_again()
                yield False
                return
            self._make_ready()
            self.look_again()
            yield True

    def append(self, place: Place, at: datetime, marks: tuple[Mark, ...], frozen: bytes) -> None:
        """Add one behind the newest; only inside `appending`."""
        told, state = _MARKS.dump_json(marks), zlib.compress(frozen, 1)
        body = told + state
        micros = (at - _EPOCH) // _MICROSECOND
        head = _HEAD.pack(len(body), zlib.crc32(body), place.epoch, place.ordinal, micros, len(told))
        with self._file.open("r+b") as opened:
            opened.seek(self._end)
            opened.truncate()  # what a crash has cut
            opened.write(head + body)
        byte = self._end + len(head) + len(told)
        self._known.append(KeyFrame(place, at, byte, len(state)))
        self._marks += marks
        self._end = byte + len(state)

    def _begin(self) -> None:
        self._known: list[KeyFrame] = []
        self._marks: list[Mark] = []
        self._end = len(self._title)

    def _make_ready(self) -> None:
        """The file exists and is ours; one of other code is replaced, so that who reads it keeps what it opened."""
        if self._file.exists():
            with self._file.open("rb") as opened:
                if opened.readline() == self._title:
                    return
        new = self._file.with_suffix(".new")
        new.write_bytes(self._title)
        new.replace(self._file)
        self._begin()


def _records(opened: BinaryIO) -> Iterator[tuple[KeyFrame, tuple[Mark, ...]]]:
    """Whole records from here on; the states themselves are passed over."""
    while len(head := opened.read(_HEAD.size)) == _HEAD.size:
        length, crc, epoch, ordinal, micros, told = _HEAD.unpack(head)
        body = opened.read(length)
        if len(body) < length or zlib.crc32(body) != crc:
            return
        byte = opened.tell() - (length - told)
        at = _EPOCH + micros * _MICROSECOND
        yield KeyFrame(Place(epoch, ordinal), at, byte, length - told), _MARKS.validate_json(body[:told])
