"""Recordings of timing feeds: eight kinds of files that others and we write, gzip-compressed or not, as timed frames.

A file is read lazily and as far as it goes: a line that is cut or damaged is skipped and counted, a compressed file
that ends too early ends there. Text is split at line feeds only and undecodable bytes are replaced, because recordings
hold what was received, scanners' bytes included; RMonitor records, which know only Latin-1, are read as that. Stamps
without a zone are taken as UTC. Bare RMonitor records have the time of day of their heartbeats, on 2000-01-01. A file
without any clock gets one frame a second from midnight of that day, and says so.
"""

import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from core.errors import UnreadableFile
from core.timing.timing71 import read_zip

_ZIP = b"PK\x03\x04"
_GZIP = b"\x1f\x8b"
_LOOK_AT = 200
"""Lines that may precede the first one that betrays the kind of file."""

_NO_CLOCK = datetime(2000, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_HALF_A_DAY = timedelta(hours=12)
_EPOCH_1900 = datetime(1900, 1, 1, tzinfo=UTC)
"""The day on which a time of day without a date is read."""
_STAMP = "0000-00-00 00:00:00"
_REMEDY = (
    "Recordings we read: JSON lines with a relative, ISO or epoch clock, blocks under time stamps or ## headers, "
    "records behind ISO stamps, bare records, one JSON state a line; each of them also compressed with gzip. And "
    "zips of Timing71."
)


class RecordedFrame(NamedTuple):
    """One frame as it was received. `stream` names the feed in files that hold several."""

    at: datetime
    text: str
    stream: str = ""


class Damage:
    """How many lines of a file could not be read."""

    def __init__(self) -> None:
        self.lines = 0


Lines = Iterable[str]
Reader = Callable[[Lines, Damage], Iterator[RecordedFrame]]


class Container(NamedTuple):
    """One kind of file: how a line of it is recognised, and how it is read."""

    name: str
    is_mine: Callable[[str], bool]
    read: Reader
    has_clock: bool = True


class Recording:
    """A file of frames. Iterate over it as often as you like; every time it is read anew."""

    def __init__(self, path: Path, container: Container) -> None:
        self.path = path
        self.container = container.name
        self.has_clock = container.has_clock
        self.damage = Damage()
        self._read = container.read

    def __iter__(self) -> Iterator[RecordedFrame]:
        self.damage.lines = 0
        return self._read(_lines(self.path), self.damage)


class Archive(Recording):
    """A zip of Timing71."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, Container("timing71-zip", lambda _: False, _read_bare))

    def __iter__(self) -> Iterator[RecordedFrame]:
        return (RecordedFrame(at, text) for at, text in read_zip(self.path))


def read_recording(path: Path) -> Recording:
    """The recording in a file.

    Raises:
        UnreadableFile: the file cannot be opened, or none of its first lines is of a kind we know.
    """
    try:
        if _begins_with(path, _ZIP):
            return Archive(path)
        container = _container_of(path)
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be opened: {error.strerror}.", "Check the path and its rights.") from error
    if container is None:
        raise UnreadableFile(f"{path} is not a recording of a timing feed.", _REMEDY)
    return Recording(path, container)


def clean(text: str) -> str:
    """The text without what neither PostgreSQL nor JSON can hold: NUL and halves of surrogate pairs."""
    if text.isascii() and "\x00" not in text:
        return text
    return text.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")


def spoken(frames: Iterable[RecordedFrame], protocol: str) -> Iterator[RecordedFrame]:
    """The frames of one protocol: a file that holds several streams names each after what it speaks."""
    return (frame for frame in frames if frame.stream in {"", protocol})


def _begins_with(path: Path, mark: bytes) -> bool:
    with path.open("rb") as raw:
        return raw.read(len(mark)) == mark


def _container_of(path: Path) -> Container | None:
    for place, line in enumerate(_lines(path)):
        if place >= _LOOK_AT:
            return None
        for container in CONTAINERS:
            if container.is_mine(line):
                return container
    return None


def _lines(path: Path) -> Iterator[str]:
    """Lines without their ends; a compressed file that is cut or damaged ends where it cannot be read on."""
    with path.open("rb") as raw:
        is_packed = raw.read(2) == _GZIP
        raw.seek(0)
        source = gzip.GzipFile(fileobj=raw) if is_packed else raw
        try:
            for number, line in enumerate(source):
                text = _text(line).rstrip("\n").removesuffix("\r")
                yield text if number else text.removeprefix("\ufeff")
        except (EOFError, zlib.error, gzip.BadGzipFile):
            return


def _text(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("latin-1" if line.startswith(b"$") else "utf-8", "replace")


def _json_object(line: str) -> dict[str, object] | None:
    if not line.startswith("{"):
        return None
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _has_keys(*keys: str) -> Callable[[str], bool]:
    def is_mine(line: str) -> bool:
        value = _json_object(line)
        return value is not None and all(key in value for key in keys)

    return is_mine


def _is_stamp(line: str) -> bool:
    return len(line) == len(_STAMP) and _instant(line) is not None and line[10] == " "


def _instant(text: str) -> datetime | None:
    """An aware instant of an ISO text; UTC where it names no zone."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _later(start: datetime, seconds: object) -> datetime | None:
    if not isinstance(seconds, int | float):
        return None
    try:
        return start + timedelta(seconds=seconds)
    except (OverflowError, ValueError):
        return None


def _read_relative(lines: Lines, damage: Damage) -> Iterator[RecordedFrame]:
    """A header with `started_at`, then `{"t": seconds, "msg": text}`; other objects carry no frame."""
    start = _NO_CLOCK
    for value in _objects(lines, damage):
        start = _instant(str(value.get("started_at", ""))) or start
        text, at = value.get("msg"), _later(start, value.get("t"))
        if isinstance(text, str) and at is not None:
            yield RecordedFrame(at, text)


def _read_iso(lines: Lines, damage: Damage) -> Iterator[RecordedFrame]:
    """`{"timestamp": iso, "data": text}`; metadata and connection events carry no frame."""
    for value in _objects(lines, damage):
        text, at = value.get("data"), _instant(str(value.get("timestamp", "")))
        if isinstance(text, str) and at is not None:
            yield RecordedFrame(at, text, str(value.get("channel", "")))


def _read_epoch(lines: Lines, damage: Damage) -> Iterator[RecordedFrame]:
    """`{"t": epoch ms, "raw": text}`."""
    epoch = datetime.fromtimestamp(0, UTC)
    for value in _objects(lines, damage):
        text, t = value.get("raw"), value.get("t")
        at = _later(epoch, t / 1000) if isinstance(t, int | float) else None
        if isinstance(text, str) and at is not None:
            yield RecordedFrame(at, text)


def _read_blocks(lines: Lines, damage: Damage) -> Iterator[RecordedFrame]:
    """A time stamp alone on a line, the lines of its frame, blank lines; an empty block is a keep-alive."""
    at: datetime | None = None
    block: list[str] = []
    for line in lines:
        if _is_stamp(line):
            if at is not None:
                yield RecordedFrame(at, "\n".join(block).strip("\n"))
            at, block = _instant(line), []
        elif at is not None:
            block.append(line)
        else:
            damage.lines += bool(line)
    if at is not None:
        yield RecordedFrame(at, "\n".join(block).strip("\n"))


def _read_headed(lines: Lines, damage: Damage) -> Iterator[RecordedFrame]:
    """`##time` or `##time|stream`, then the records of the frame."""
    head: tuple[datetime, str] | None = None
    block: list[str] = []
    for line in lines:
        if not line.startswith("##"):
            block.append(line)
            continue
        if head is not None:
            yield RecordedFrame(head[0], "\n".join(block).strip("\n"), head[1])
        stamp, _, stream = line[2:].partition("|")
        at = _instant(stamp)
        damage.lines += at is None
        head, block = (None if at is None else (at, stream)), []
    if head is not None:
        yield RecordedFrame(head[0], "\n".join(block).strip("\n"), head[1])


def _read_stamped(lines: Lines, damage: Damage) -> Iterator[RecordedFrame]:
    """`<iso>Z <record>` a line, comments behind `#`."""
    for line in lines:
        stamp, _, record = line.partition(" ")
        at = _instant(stamp)
        if at is not None:
            yield RecordedFrame(at, record)
        elif line and not line.startswith("#"):
            damage.lines += 1


def _read_bare(lines: Lines, _damage: Damage) -> Iterator[RecordedFrame]:
    """States without any clock, one a second."""
    for number, line in enumerate(line for line in lines if line):
        yield RecordedFrame(_NO_CLOCK + number * _SECOND, line)


def _read_records(lines: Lines, _damage: Damage) -> Iterator[RecordedFrame]:
    """RMonitor records without a clock of their own: a heartbeat every second tells the time of day and opens a frame.

    Before the first heartbeat all records are one frame. A day that ends in the recording is counted.
    """
    at, block = _NO_CLOCK, list[str]()
    for line in lines:
        beat = _time_of_day(line) if line.startswith("$F,") else None
        if beat is not None and block:
            yield RecordedFrame(at, "\n".join(block))
            block = []
        if beat is not None:
            at = _on_day(at, beat)
        if line:
            block.append(line)
    if block:
        yield RecordedFrame(at, "\n".join(block))


def _time_of_day(record: str) -> timedelta | None:
    """The third field of an RMonitor heartbeat."""
    clock = "".join(record.split(",", 4)[3:4]).strip('" ')
    try:
        return datetime.strptime(clock, "%H:%M:%S").replace(tzinfo=UTC) - _EPOCH_1900
    except ValueError:
        return None


def _on_day(before: datetime, time: timedelta) -> datetime:
    """The moment with that time of day which is nearest to the one before: clocks are also set back."""
    at = before.replace(hour=0, minute=0, second=0) + time
    if at - before < -_HALF_A_DAY:
        return at + 2 * _HALF_A_DAY
    return at


def _objects(lines: Lines, damage: Damage) -> Iterator[dict[str, object]]:
    for line in lines:
        value = _json_object(line)
        if value is not None:
            yield value
        elif line:
            damage.lines += 1


def _is_header(line: str) -> bool:
    return _has_keys("v", "started_at")(line) or _has_keys("t", "msg")(line)


def _is_stamped(line: str) -> bool:
    stamp, blank, _ = line.partition(" ")
    return bool(blank) and "T" in stamp and _instant(stamp) is not None


def _is_record(line: str) -> bool:
    return line.startswith("$") and line[1:].partition(",")[0].isalpha() and "," in line


CONTAINERS = (
    Container("jsonl-relative", _is_header, _read_relative),
    Container("jsonl-iso", lambda line: _has_keys("metadata")(line) or _has_keys("timestamp", "data")(line), _read_iso),
    Container("jsonl-epoch", _has_keys("t", "raw"), _read_epoch),
    Container("jsonl-state", _has_keys(), _read_bare, has_clock=False),
    Container("blocks", _is_stamp, _read_blocks),
    Container("headed-blocks", lambda line: line.startswith("##20"), _read_headed),
    Container("stamped-lines", _is_stamped, _read_stamped),
    Container("bare-records", _is_record, _read_records),
)
"""Kinds of files, the first that recognises a line wins; to add one, one entry."""
