"""Apex frames as events. One frame is 0..n lines `subject|class|value`; nothing in it may stop us.

Every cell the feed has named is kept with its reader, so that a line costs one split, one look-up and one call.
Whatever is not found there goes the slow way: headlines by their keyword, cells and rows met for the first time, and
lines that are not Apex's at all. The venue's upload port takes lines from anybody, so a line must pass the whitelist
or it is junk; what passes but cannot be read is `Unread`; what is well-formed but unheard of is a `Novelty`.

`init` and the `grid` of the same frame are one atomic replacement. State is plain and can be pickled.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from core.timing.events import ClockShown, Event, Heard, Junk, KeepAlive, Layout, Novelty, Snapshot, Unread
from core.timing.mapping import NO_MAPS, ColumnMap
from core.timing.model import SessionKind
from core.timing.signatures import APEX_LINE
from core.timing.sources.apex.grid import UnreadableGrid, read_grid
from core.timing.sources.apex.headline import KINDS, Headline, Unreadable
from core.timing.sources.apex.history import History
from core.timing.sources.apex.passings import ROW_EVENTS
from core.timing.sources.apex.table import Table
from core.timing.sources.plain import mended

_CLASSES = (
    ("tn", "ti", "tb", "to", "in", "ib", "nat", "gs", "gf", "gm", "gl")
    + ("dr", "drteam", "drteamb", "drteamg", "drteamr", "drteamw", "drteamy", "dru", "drd")
    + ("sr", "su", "sd", "si", "so", "ss", "sf", "sl", "sn")
)
_CLASS_FAMILIES = re.compile(r"(no|notc|pena|rk[bwe])\d*|[A-Z]{2,3} nat", re.ASCII)

_BEFORE_TABLE = frozenset(("css", "title1", "title2", "track", "dyn1", "dyn2"))
"""What a snapshot says before its grid and belongs to it."""

_LONGEST_SAMPLE = 200
_LONGEST_ROW = 1000
"""No cell is this long: one that is would only fill memory."""

_MOST_CLASSES = 5000
_FIELDS = 3
_NO_LAYOUT = Layout((), "")


class Apex:
    """The source for Apex Timing; see `core.timing.sources`.

    Args:
        columns: what people have said of columns, by the fingerprint of the layout.
    """

    def __init__(self, columns: Mapping[str, ColumnMap] = NO_MAPS.columns) -> None:
        self._headline = Headline()
        self._table = Table(self._headline.rules, columns)
        self._kind = SessionKind.NONE
        self._known = {"", *_CLASSES, *ROW_EVENTS}
        self._history = History()

    def feed(self, frame: str, at: datetime) -> list[Event]:
        """The events of one frame. Never raises: what it cannot read comes out as `Unread`, `Junk` or `Novelty`."""
        if not frame or frame.isspace():
            return [KeepAlive(at)]
        frame = mended(frame)
        events: list[Event] = [Heard(at)]
        lines = frame.rstrip("\n").split("\n")
        if len(frame) > _LONGEST_ROW:
            lines = _without_long_rows(lines, events)
        if "init|" in frame:
            for segment in _segments(lines):
                self._read_segment(segment, events)
        else:
            self._read(lines, events)
        return events

    def feed_history(self, text: str, at: datetime) -> list[Event]:
        """The events of one reply of request.php; never for what came over the socket."""
        return [KeepAlive(at), *self._history.read(text)]

    def _read(self, lines: list[str], events: list[Event]) -> None:
        """The hot path: cells and passings that are known."""
        table, known, add = self._table, self._known, events.append
        if table.is_guessing:
            table.look(lines)
        find = table.entries.get
        for line in lines:
            parts = line.split("|", _FIELDS)
            entry = find(parts[0])
            if entry is None or len(parts) < _FIELDS or parts[1] not in known:
                self._read_slowly(line, events)
                continue
            read, source_id, needs = entry
            event = read(source_id, parts[1], parts[2], needs)
            if event is not None:
                add(event)

    def _read_slowly(self, line: str, events: list[Event]) -> None:
        if not line or line.isspace():
            return
        if APEX_LINE.match(line) is None:
            events.append(Junk(line[:_LONGEST_SAMPLE]))
            return
        subject, css, text = _fields(line)
        if subject[0] == "r":
            self._read_row(line, subject, css, text.partition("|")[0], events)
        elif subject == "grid":
            events.extend(self._snapshot(line, None))
        else:
            self._read_headline(line, subject, css, text, events)

    def _read_row(self, line: str, subject: str, css: str, text: str, events: list[Event]) -> None:
        entry = self._table.entries.get(subject) or self._table.admit(subject)
        if entry is None:
            events.append(_unread(line, "the table has no place for it"))
            return
        if css not in self._known:
            self._meet(css, line, events)
        event = entry[0](entry[1], css, text, entry[2])
        if event is not None:
            events.append(event)

    def _meet(self, css: str, line: str, events: list[Event]) -> None:
        """A class for the first time: one of a numbered family, or a novelty whenever it comes."""
        if _CLASS_FAMILIES.fullmatch(css) is None:
            events.append(Novelty("class", line[:_LONGEST_SAMPLE]))
        elif len(self._known) < _MOST_CLASSES:
            self._known.add(css)

    def _read_headline(self, line: str, subject: str, css: str, text: str, events: list[Event]) -> None:
        event = self._headline.read(subject, css, text)
        if isinstance(event, Unreadable):
            events.append(_unread(line, event.reason))
        elif event is not None:
            events.append(event)

    def _read_segment(self, segment: list[str], events: list[Event]) -> None:
        kind = KINDS.get(_fields(segment[0])[1]) if segment[0].startswith("init|") else None
        if kind is not None:
            self._replace(kind, segment, events)
        elif segment[0].startswith("init|"):
            events.append(_unread(segment[0], "an unknown kind of session"))
            self._read(segment[1:], events)
        else:
            self._read(segment, events)

    def _replace(self, kind: SessionKind, segment: list[str], events: list[Event]) -> None:
        """`init` and what follows it in its frame: the new table first, then everything else of the new state."""
        self._kind = kind
        self._headline.rules.clear()
        state: list[Event] = []
        self._read([line for line in segment if line.partition("|")[0] in _BEFORE_TABLE], state)
        clock = next((event for event in state if isinstance(event, ClockShown)), None)
        events += self._opening(segment, clock)
        events += state
        self._read([line for line in segment[1:] if line.partition("|")[0] not in {"grid", *_BEFORE_TABLE}], events)

    def _opening(self, segment: list[str], clock: ClockShown | None) -> list[Event]:
        grid = next((line for line in segment if line.startswith("grid|")), None)
        if grid is not None:
            return self._snapshot(grid, clock)
        if self._kind is not SessionKind.NONE:
            return [_unread(segment[0], "no table came with it")]
        self._table.clear()
        return [Snapshot(self._kind, self._headline.titles, self._headline.track, clock, _NO_LAYOUT, ())]

    def _snapshot(self, line: str, clock: ClockShown | None) -> list[Event]:
        try:
            grid = read_grid(_fields(line)[2])
        except UnreadableGrid:
            return [_unread(line, "the table has no header")]
        layout, rows = self._table.load(grid)
        snapshot = Snapshot(self._kind, self._headline.titles, self._headline.track, clock, layout, rows)
        return [snapshot, *(Novelty("column", kind) for kind in layout.unmapped)]


def _fields(line: str) -> tuple[str, str, str]:
    """Subject, class and value; the value may contain further bars, missing fields are empty."""
    subject, _, rest = line.partition("|")
    css, _, text = rest.partition("|")
    return subject, css, text


def _segments(lines: list[str]) -> Iterator[list[str]]:
    """The frame cut before every `init`: what follows one belongs to it."""
    start = 0
    for place, line in enumerate(lines):
        if line.startswith("init|") and place > start:
            yield lines[start:place]
            start = place
    yield lines[start:]


def _without_long_rows(lines: list[str], events: list[Event]) -> list[str]:
    too_long = [line for line in lines if line.startswith("r") and len(line) > _LONGEST_ROW]
    events += [_unread(line, "too long") for line in too_long]
    return [line for line in lines if line not in too_long]


def _unread(line: str, reason: str) -> Unread:
    return Unread(line[:_LONGEST_SAMPLE], reason)
