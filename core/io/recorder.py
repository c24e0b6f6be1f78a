"""The spool: every frame of a source on the local disk before anything is read from it.

One folder a circuit, one file a segment, named `<epoch>-<first frame>.spool`. A record is length, crc32, both clocks
(wall and monotonic), the feed's own clock, the position in a replay, and the text. A frame of another channel than the
feed's, or of a replay, has some more in front of the text, which a position of -2 announces; segments of the first kind
have no such records and are read the same way. What is promised:

* the process is killed: nothing that was appended is lost (`write` has handed it to the kernel);
* the machine loses power: what came after the last `sync`, at most about a second;
* a record that was cut is found by its length and crc, and everything before it is read.

A recorder never appends to a file of another: a restart begins a new epoch and thereby a new file. It holds a lock on
the file it writes, so that a segment is sealed only when nobody can append to it any more.
"""

import errno
import fcntl
import gzip
import logging
import os
import struct
import threading
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.errors import Unavailable
from core.io.transports import Channel, Frame

log = logging.getLogger(__name__)

_MAGIC = b"PADDOCK2"
_FIRST_MAGIC = b"PADDOCK1"
_HEAD = struct.Struct("<II")  # length and crc32 of what follows
_CLOCKS = struct.Struct("<qqqq")  # received, µs since 1970; monotonic, ns; the feed's clock, µs; position, -1 or -2
_MORE = struct.Struct("<Bqq")  # behind -2: channel; position or -1; µs at which a replay's frame was recorded
_PLAIN, _HAS_MORE = -1, -2
_UNKNOWN_US = -(1 << 63)
_CHANNELS = (Channel.FEED, Channel.HISTORY, Channel.LINK)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_to_disk = getattr(os, "fdatasync", os.fsync)  # macOS has no fdatasync


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a frame stands in a circuit's journal: the lease's epoch, then the ordinal in that epoch."""

    epoch: int
    ordinal: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """A frame as the spool keeps it. `monotonic_ns` compares only within one epoch."""

    place: Place
    frame: Frame
    received_at: datetime
    monotonic_ns: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A finished piece of the journal, packed for the blob store."""

    file: Path
    epoch: int
    first_frame: int
    frames: int
    started_at: datetime
    ended_at: datetime
    packed: bytes


class Recorder:
    """Appends the frames of one epoch; used by one thread, except `sync`. A file begins with its first frame."""

    def __init__(self, folder: Path, epoch: int, *, segment_bytes: int = 4 << 20, segment_s: float = 600) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder
        self._next = Place(epoch, 0)
        self._limits = (segment_bytes, segment_s)
        self._guard = threading.Lock()
        self._fd: int | None = None
        self._size = 0
        self._full_at = 0.0

    def append(self, frame: Frame, received_at: datetime) -> Recorded:
        """Record one frame; when this returns, the frame outlives the process.

        Raises:
            Unavailable: the disk is full or gone; the file ends with the record before this one.
        """
        recorded = Recorded(self._next, frame, received_at, time.monotonic_ns())
        try:
            self._write(_packed(recorded))
        except OSError as error:
            raise Unavailable(
                f"Frames cannot be recorded in {self._folder}: {error.strerror}.", "Free space on that disk."
            ) from error
        self._next = Place(self._next.epoch, self._next.ordinal + 1)
        return recorded

    def sync(self) -> None:
        """Bring everything appended so far to the disk itself; any thread may call this."""
        with self._guard:
            if self._fd is not None:
                _to_disk(self._fd)

    def close(self) -> None:
        with self._guard:
            if self._fd is not None:
                _to_disk(self._fd)
                os.close(self._fd)
                self._fd = None

    def _write(self, record: bytes) -> None:
        fd = self._segment()
        if os.write(fd, record) != len(record):
            os.ftruncate(fd, self._size)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._size += len(record)

    def _segment(self) -> int:
        """The file to write to: the open one, or the next when that is full or old."""
        if self._fd is not None and self._size <= self._limits[0] and time.monotonic() < self._full_at:
            return self._fd
        self.close()
        file = self._folder / f"{self._next.epoch:012d}-{self._next.ordinal:012d}.spool"
        fd = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND, 0o600)
        self._fd = fd
        fcntl.flock(fd, fcntl.LOCK_EX)
        os.write(fd, _MAGIC)
        self._size = len(_MAGIC)
        self._full_at = time.monotonic() + self._limits[1]
        return fd


def newest_epoch(folder: Path) -> int:
    """The highest epoch with a file here, 0 for none."""
    return max((_named(file)[0] for file in _files(folder)), default=0)


def tail(folder: Path, after: Place) -> Iterator[Recorded]:
    """Every frame on this machine behind `after`, in the order of the journal."""
    for file in _files(folder):
        for recorded in unpacked(file.read_bytes(), *_named(file)):
            if recorded.place > after:
                yield recorded


def segments(folder: Path) -> Iterator[Segment]:
    """Segments that nobody writes any more and that are not yet marked as sealed."""
    for file in _files(folder, ".spool"):
        if _abandoned(file) and (segment := _segment(file)):
            yield segment


def mark_sealed(segment: Segment) -> None:
    """The segment's blob and row exist; the file stays for restarts until `drop_sealed`."""
    segment.file.rename(segment.file.with_suffix(".sealed"))


def drop_sealed(folder: Path, through: Place) -> None:
    """Remove sealed segments that a restart no longer needs: all their frames stand at or before `through`."""
    for file in _files(folder, ".sealed"):
        epoch, first = _named(file)
        last = first + sum(1 for _ in unpacked(file.read_bytes(), epoch, first)) - 1
        if Place(epoch, last) <= through:
            file.unlink()


def unpacked(data: bytes, epoch: int, first_frame: int) -> Iterator[Recorded]:
    """Read a segment as far as it is whole; a cut or damaged end is logged with its length."""
    at, ordinal = beginning(data), first_frame
    for recorded, end in records(data, at, Place(epoch, ordinal)):
        yield recorded
        at, ordinal = end, ordinal + 1
    if at < len(data):
        log.warning("spool ends in a cut record", extra={"epoch": epoch, "frame": ordinal, "bytes": len(data) - at})


def records(data: bytes, at: int, place: Place) -> Iterator[tuple[Recorded, int]]:
    """Whole and sound records from byte `at` on, the first of which stands at `place`; each with the byte behind it."""
    epoch, ordinal = place.epoch, place.ordinal
    while (end := _end_of_record(data, at)) is not None:
        yield _recorded(data[at + _HEAD.size : end], Place(epoch, ordinal)), end
        at, ordinal = end, ordinal + 1


def skipped(data: bytes, at: int, count: int) -> int:
    """The byte behind `count` records that are not looked at, or behind the last one that is there."""
    for _ in range(count):
        if at + _HEAD.size > len(data):
            break
        at += _HEAD.size + int.from_bytes(data[at : at + 4], "little")
    return at


def beginning(data: bytes) -> int:
    """The byte at which the first record of a file stands."""
    return len(_MAGIC) if data.startswith((_MAGIC, _FIRST_MAGIC)) else 0


def pieces(folder: Path) -> dict[tuple[int, int], Path]:
    """The files of a spool by epoch and first frame, in the order of the journal."""
    return {_named(file): file for file in _files(folder)}


def _files(folder: Path, *suffixes: str) -> list[Path]:
    wanted = suffixes or (".spool", ".sealed")
    return sorted((file for file in folder.glob("*-*.*") if file.suffix in wanted), key=_named)


def _named(file: Path) -> tuple[int, int]:
    epoch, first = file.stem.split("-")
    return int(epoch), int(first)


def _abandoned(file: Path) -> bool:
    """Whether its recorder has closed it or is dead: both let go of the lock."""
    with file.open("rb") as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _segment(file: Path) -> Segment | None:
    """The packed segment; None for one without a frame, which is removed."""
    data = file.read_bytes()
    epoch, first = _named(file)
    frames = list(unpacked(data, epoch, first))
    if not frames:
        file.unlink()
        return None
    packed = gzip.compress(data, mtime=0)
    return Segment(file, epoch, first, len(frames), frames[0].received_at, frames[-1].received_at, packed)


def _packed(recorded: Recorded) -> bytes:
    frame = recorded.frame
    clocks = _microseconds(recorded.received_at), recorded.monotonic_ns, _microseconds(frame.at)
    text = frame.text.encode("utf-8", "surrogatepass")
    if frame.position is None and frame.recorded_at is None and frame.channel is Channel.FEED:
        body = _CLOCKS.pack(*clocks, _PLAIN) + text
    else:
        body = _CLOCKS.pack(*clocks, _HAS_MORE) + _more(frame) + text
    return _HEAD.pack(len(body), zlib.crc32(body)) + body


def _more(frame: Frame) -> bytes:
    position = _PLAIN if frame.position is None else frame.position
    recorded_us = _UNKNOWN_US if frame.recorded_at is None else _microseconds(frame.recorded_at)
    return _MORE.pack(_CHANNELS.index(frame.channel), position, recorded_us)


def _end_of_record(data: bytes, at: int) -> int | None:
    """Where the record at `at` ends, or None when no whole and sound one stands there."""
    if at + _HEAD.size > len(data):
        return None
    length: int
    length, crc = _HEAD.unpack_from(data, at)
    end = at + _HEAD.size + length
    if length < _CLOCKS.size or end > len(data) or zlib.crc32(data[at + _HEAD.size : end]) != crc:
        return None
    return end


def _recorded(body: bytes, place: Place) -> Recorded:
    received_us, monotonic_ns, at_us, position = _CLOCKS.unpack_from(body)
    at = _instant(at_us)
    if position == _HAS_MORE:
        frame = _frame_with_more(body, at)
    else:
        frame = Frame(body[_CLOCKS.size :].decode("utf-8", "surrogatepass"), at, None if position < 0 else position)
    return Recorded(place, frame, _instant(received_us), monotonic_ns)


def _frame_with_more(body: bytes, at: datetime) -> Frame:
    channel, position, recorded_us = _MORE.unpack_from(body, _CLOCKS.size)
    text = body[_CLOCKS.size + _MORE.size :].decode("utf-8", "surrogatepass")
    recorded_at = None if recorded_us == _UNKNOWN_US else _instant(recorded_us)
    return Frame(text, at, None if position < 0 else position, _CHANNELS[channel], recorded_at)


def _microseconds(instant: datetime) -> int:
    return (instant - _EPOCH) // _MICROSECOND


def _instant(microseconds: int) -> datetime:
    return _EPOCH + microseconds * _MICROSECOND
