"""RMonitor frames as events. One frame is 0..n records; nothing in it may stop us.

A line is split at its commas and read by its command: what it says of a car is compared, as text, with what was said
before, for a refresh sends everything again and most of it says nothing new. A line that such a split may get wrong
goes the slow way, through a real CSV reader. A line that ends inside quotes is read as far as it goes; when the next
line is no record, both are read again as one.

Every entry is found by its registration number as it stands in the line. State is plain and can be pickled.
"""

from datetime import datetime

from core.timing.events import Event, Heard, Junk, KeepAlive, Novelty, Unread
from core.timing.sources.plain import mended
from core.timing.sources.rmonitor.clocks import Heartbeat
from core.timing.sources.rmonitor.fields import fields, is_open, is_plain
from core.timing.sources.rmonitor.records import READERS
from core.timing.sources.rmonitor.table import Table

_LONGEST_SAMPLE = 200
_LONGEST_LINE = 1000
"""No record is this long: one that is would only fill memory."""

_PREFIX = "\ufeff\x00 \t"

_KNOWN = {
    "$F": 6,
    "$A": 8,
    "$COMP": 8,
    "$B": 3,
    "$C": 3,
    "$E": 3,
    "$G": 5,
    "$H": 5,
    "$I": 3,
    "$J": 4,
    "$L": 8,
    "$COR": 6,
    "$RMS": 2,
    "$RMHL": 7,
}
"""Fields of a record, its command among them."""

_NEEDED = {"$A": 4, "$COMP": 3, "$B": 2, "$E": 3, "$L": 6}
"""Fields of which the rest may be missing: 2009's `$L` has two fewer than 2015's."""

_UNUSED = frozenset(("$T", "$SP", "$SR", "$RMLT", "$RMCA", "$RMDTL"))
"""Records that are known and say nothing Paddock shows, of any number of fields."""


class RMonitor:
    """The source for RMonitor and Race Monitor; see `core.timing.sources`."""

    def __init__(self) -> None:
        self._table = Table()
        self._heartbeat = Heartbeat()
        self._open = ""
        """The last record, while its quotes are open."""
        self._has_begun = False
        self._session = 0

    def feed(self, frame: str, at: datetime) -> list[Event]:
        """The events of one frame. Never raises: what it cannot read comes out as `Unread`, `Junk` or `Novelty`."""
        if not frame or frame.isspace():
            return [KeepAlive(at)]
        frame = mended(frame)
        events: list[Event] = [Heard(at)]
        if not self._has_begun:
            self._has_begun = True
            events.append(self._table.shown())
        table = self._table
        for line in (frame.replace("\r", "") if "\r" in frame else frame).split("\n"):
            parts = line.split(",")
            command = parts[0]
            if len(parts) != _KNOWN.get(command) or self._open:
                self._read_slowly(line, at, events)
            elif command == "$F":
                self._beat(parts, at, events)
            elif not READERS[command](table, parts, events):
                self._read_slowly(line, at, events)
        return events

    def _beat(self, parts: list[str], at: datetime, events: list[Event]) -> None:
        news = self._heartbeat.beat(parts, at)
        if news:
            events += news
            self._table.fly(self._heartbeat.flag, events)
        if self._table.waiting or self._table.runs.is_open:
            self._table.beat(events)

    def _read_slowly(self, line: str, at: datetime, events: list[Event]) -> None:
        line = line.strip(_PREFIX)
        if not line:
            return
        if line[0] != "$":
            line = self._continued(line, events)
        if not line:
            return
        self._open = line if is_open(line) else ""
        reason = "too long" if len(line) > _LONGEST_LINE else self._read(_parts(line), line, at, events)
        if reason:
            events.append(Unread(line[:_LONGEST_SAMPLE], reason))

    def _continued(self, line: str, events: list[Event]) -> str:
        """The record whose quotes were open, with this line as its continuation; "" when the line is junk."""
        joined = f"{self._open} {line}"
        if self._open and len(joined) <= _LONGEST_LINE:
            return joined
        self._open = ""
        events.append(Junk(line[:_LONGEST_SAMPLE]))
        return ""

    def _read(self, parts: list[str], line: str, at: datetime, events: list[Event]) -> str:
        """Read a record of any form; why it cannot be read, or ""."""
        command = parts[0]
        if command in _UNUSED:
            return ""
        if command not in _KNOWN:
            events.append(Novelty("record", line[:_LONGEST_SAMPLE]))
            return ""
        whole = _fitted(parts)
        if whole is None:
            return f"{len(parts)} fields"
        if command == "$F":
            self._beat(whole, at, events)
            return ""
        self._table.admits = True
        could, session = READERS[command](self._table, whole, events), self._table.session
        self._table.admits = False
        if session != self._session:
            self._session = session
            self._heartbeat.begin()
        return "" if could else "its fields say nothing"


def _parts(line: str) -> list[str]:
    parts = line.split(",")
    return parts if is_plain(parts) else fields(line)


def _fitted(parts: list[str]) -> list[str] | None:
    """As many fields as the record has; texts at its end may be missing, as where a record is cut."""
    length = _KNOWN[parts[0]]
    if len(parts) >= length:
        return parts[:length]
    if len(parts) < _NEEDED.get(parts[0], length):
        return None
    return parts + ['""'] * (length - len(parts))
