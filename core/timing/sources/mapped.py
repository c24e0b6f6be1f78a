"""A generated parser: a confirmed `FeedMap` read like any other protocol.

The first rows are a table; after that only what has changed is told. Such feeds have no passings: a lap is the growth
of a car's lap counter, together with its last lap; without a counter, another last lap or total time. A car that joins
later begins its count where it is met. Counters that fall for most cars, or another title, are another session.

Never raises: what does not fit is `Unread`, a field nobody has mapped is told once as a `Novelty` and makes another
layout, so that people are told. State is plain and can be pickled.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from core.timing.events import (
    CarEvent,
    ClockShown,
    ColumnSeen,
    DriverNamed,
    Event,
    FlagShown,
    Heard,
    KeepAlive,
    LapsShown,
    LapTold,
    LastLap,
    Layout,
    Listed,
    Novelty,
    Plated,
    Positioned,
    Snapshot,
    TableShown,
    Titled,
    TrackNamed,
    Unread,
)
from core.timing.mapping import FeedMap, FieldMap, Meaning
from core.timing.mapping_rows import MOST_FIELDS, MOST_ROWS, Message, Row, read_message
from core.timing.mapping_values import count, flag, time_ms
from core.timing.model import ClockKind
from core.timing.sources.mapped_cells import FIELDS, READERS

_NOTHING_SAID = frozenset(("{}", "[]", "null"))
_LONGEST_ID = 100
_CLEARLY = 3
"""A counter that falls from here to one or nought begins again; one that falls less was corrected."""
_LONGEST_SAMPLE = 200


class Mapped:
    """The source for a feed that a person has mapped; see `core.timing.sources`."""

    def __init__(self, feed: FeedMap) -> None:
        self._map = self._read_as = feed
        self._by_path = {one.path: one for one in feed.fields}
        self._named: dict[str, str] = {}
        """Where the feed's columns stand now, by where they stood in the map."""
        self._laps, self._last, self._total = (
            feed.path_of(meaning) for meaning in (Meaning.LAPS, Meaning.LAST, Meaning.TOTAL)
        )
        halves = (feed.path_of(Meaning.FIRST_NAME), feed.path_of(Meaning.LAST_NAME))
        self._halves = [path for path in halves if path is not None]
        self._rows: dict[str, Row] = {}
        """Every car's fields as last told."""
        self._counted: dict[str, int] = {}
        """Laps of every car that are told."""
        self._order: tuple[str, ...] = ()
        self._session: dict[Meaning, str] = {}
        self._unheard: list[str] = []
        """Fields nobody has mapped, as they were met."""
        self._has_begun = False
        self._title = ""
        """Of the session that is on."""

    def feed(self, frame: str, at: datetime) -> list[Event]:
        """The events of one frame."""
        text = frame.strip()
        if not text or text in _NOTHING_SAID:
            return [KeepAlive(at)]
        message = read_message(self._read_as, frame)
        events: list[Event] = [Heard(at), *(Unread(*fault) for fault in message.faults)]
        events += self._shape(message)
        rows = dict(self._identified(message, events))
        events += self._tell_session(message)
        if rows and self._begins(rows):
            events.append(self._begin(rows))
        elif rows:
            events += self._update(rows)
        return events

    def _identified(self, message: Message, events: list[Event]) -> Iterator[tuple[str, Row]]:
        for row in message.rows:
            told = {self._named.get(path, path): text for path, text in row.items()}
            source_id = told.get(self._map.identity, "")[:_LONGEST_ID]
            if not source_id:
                events.append(Unread(str(row)[:_LONGEST_SAMPLE], "a row without its identity"))
            elif source_id in self._rows or len(self._rows) < MOST_ROWS:
                yield source_id, told
            else:
                events.append(Unread(source_id, "too many rows"))

    def _shape(self, message: Message) -> Iterator[Event]:
        """Headings that moved are followed; fields nobody has mapped are told once."""
        if message.header is not None:
            yield from self._follow(message.header)
        fresh = dict.fromkeys(
            path for row in message.rows for path in row if self._named.get(path, path) not in self._by_path
        )
        for path in [path for path in fresh if path not in self._unheard]:
            if len(self._unheard) >= MOST_FIELDS:
                return
            self._unheard.append(path)
            yield Novelty("column", path)
            if self._has_begun:
                yield TableShown(self._map.kind, self._layout())

    def _follow(self, header: tuple[str, ...]) -> Iterator[Event]:
        if header == self._read_as.header:
            return
        self._read_as = replace(self._map, header=header)
        known = {one.heading: one.path for one in self._map.fields if one.heading}
        self._named = {str(place): known.get(text, f"new {text}") for place, text in enumerate(header)}
        missing = [text for text in known if text not in header]
        yield Novelty("header", ", ".join(header)[:_LONGEST_SAMPLE])
        if missing:
            yield Unread(", ".join(missing)[:_LONGEST_SAMPLE], "columns of the map that the feed no longer has")

    def _tell_session(self, message: Message) -> Iterator[Event]:
        for one in self._map.session:
            text = message.session.get(one.path, "")
            if text and text != self._session.get(one.meaning):
                self._session[one.meaning] = text
                event = self._about_session(one, text)
                if event is not None:
                    yield event

    def _about_session(self, one: FieldMap, text: str) -> Event | None:
        if one.meaning is Meaning.FLAG:
            shown = flag(text)
            return FlagShown(shown) if shown is not None else None
        if one.meaning is Meaning.TRACK:
            return TrackNamed(text)
        if one.meaning is Meaning.TITLE:
            return self._name(text)
        ms = time_ms(text, one.notation)
        kind = ClockKind.COUNTDOWN if one.meaning is Meaning.REMAINING else ClockKind.COUNT_UP
        return None if ms is None else ClockShown(kind, ms, None)

    def _name(self, title: str) -> Titled | None:
        """The first title names the session that is on; another one begins another session with its rows."""
        if not self._has_begun or self._title:
            return None
        self._title = title
        return Titled((title, ""))

    def _begins(self, rows: dict[str, Row]) -> bool:
        """Whether these rows are the first of a session."""
        if not self._has_begun or self._session.get(Meaning.TITLE, "") != self._title:
            return True
        falls = [(self._counted[one], self._laps_of(row) or 0) for one, row in rows.items() if self._counted.get(one)]
        if self._map.is_whole:
            return sum(after < before for before, after in falls) * 2 > len(falls)
        return any(after <= 1 and before >= _CLEARLY for before, after in falls)

    def _begin(self, rows: dict[str, Row]) -> Snapshot:
        self._has_begun = True
        self._title = self._session.get(Meaning.TITLE, "")
        self._rows = rows
        self._counted = {source_id: self._laps_of(row) or 0 for source_id, row in rows.items()}
        self._order = tuple(rows)
        titles = (self._title, "")
        table = tuple((source_id, tuple(self._introduced(source_id, row))) for source_id, row in rows.items())
        return Snapshot(self._map.kind, titles, self._session.get(Meaning.TRACK, ""), None, self._layout(), table)

    def _update(self, rows: dict[str, Row]) -> Iterator[Event]:
        for source_id, row in rows.items():
            before = self._rows.get(source_id)
            told = self._introduced(source_id, row) if before is None else self._cells(source_id, row, before)
            yield from (event for event in told if not isinstance(event, LastLap | LapsShown))
            yield from self._lap(source_id, row, before)
            self._rows[source_id] = {**(before or {}), **row}
        if self._map.is_whole and tuple(rows) != self._order:
            yield from self._reorder(tuple(rows))

    def _reorder(self, order: tuple[str, ...]) -> Iterator[Event]:
        """Cars have come, left or changed places."""
        self._order = order
        yield Listed(order)
        if self._map.path_of(Meaning.POSITION) is None:
            yield from (Positioned(source_id, place) for place, source_id in enumerate(order, start=1))

    def _lap(self, source_id: str, row: Row, before: Row | None) -> Iterator[CarEvent]:
        """A lap, if the row tells one; the counter of a car that was not met before only begins."""
        last = self._by_path.get(self._last or "")
        ms = time_ms({**(before or {}), **row}.get(last.path, ""), last.notation) if last else None
        if self._laps is None:
            told = [path for path in (self._last, self._total) if path is not None and path in row]
            if before is not None and ms is not None and any(row[path] != before.get(path) for path in told):
                yield LapTold(source_id, ms)
            return
        laps = self._laps_of(row)
        known = self._counted.get(source_id)
        if laps is None or laps == known:
            return
        self._counted[source_id] = laps
        yield LapsShown(source_id, laps)
        if laps == 1 if known is None else laps > known:
            yield LapTold(source_id, ms, laps)

    def _introduced(self, source_id: str, row: Row) -> Iterator[CarEvent]:
        """A car that was not met before: with a number, where the feed has none, its identity."""
        if self._map.path_of(Meaning.NUMBER) is None:
            yield Plated(source_id, source_id, None)
        yield from self._cells(source_id, row, {})

    def _cells(self, source_id: str, row: Row, before: Row) -> Iterator[CarEvent]:
        """What the fields of a row that have changed tell."""
        for path, text in row.items():
            one = self._by_path.get(path)
            read = READERS.get(one.meaning) if one is not None else None
            if one is not None and read is not None and text != before.get(path):
                yield read(source_id, text, one)
        if any(path in row and row[path] != before.get(path) for path in self._halves):
            told = {**before, **row}
            yield DriverNamed(source_id, " ".join(filter(None, (told.get(path, "") for path in self._halves))))

    def _laps_of(self, row: Row) -> int | None:
        return count(row.get(self._laps, "")) if self._laps is not None else None

    def _layout(self) -> Layout:
        """The map's own layout, or another one with the fields that were met since."""
        fields = dict.fromkeys(name for one in self._map.fields if (name := FIELDS.get(one.meaning)))
        columns = [
            ColumnSeen(
                one.path, "", one.heading or one.path, FIELDS.get(one.meaning, ""), one.meaning is not Meaning.TEXT
            )
            for one in self._map.fields
        ]
        fresh = [ColumnSeen(path, "", path, "", is_known=False) for path in self._unheard]
        fingerprint = self._map.fingerprint + "".join(f"+{path}" for path in self._unheard)
        return Layout(tuple(fields), fingerprint[:_LONGEST_SAMPLE], (), tuple(self._unheard), (*columns, *fresh))
