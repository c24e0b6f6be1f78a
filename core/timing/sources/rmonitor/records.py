"""What each record does to the table. One short function a record, found by its command.

A reader returns whether it could read the record. On the hot path, where the table admits nobody, one about a car that
is not known refuses, and the line comes again the slow way, where quotes are minded.
"""

from collections.abc import Callable

from core.timing import events as said
from core.timing.events import Event
from core.timing.model import Provenance, SessionKind
from core.timing.sources.rmonitor.entries import Entry
from core.timing.sources.rmonitor.fields import text
from core.timing.sources.rmonitor.passings import passed
from core.timing.sources.rmonitor.relay import past_lap
from core.timing.sources.rmonitor.runs import NO_RUN
from core.timing.sources.rmonitor.table import Table
from core.timing.sources.rmonitor.texts import lap_ms, number, time_ms

_IN_LANE = frozenset(("PIP", "SFP"))
"""Timelines only a car in the pit lane crosses: the way in, and start/finish beside the track."""

_ON_TRACK = frozenset(("POP", "SFT"))
"""The way out, and start/finish on the track. The laps themselves come as `$J`."""

_MOST_CLASSES = 200


def passing(table: Table, parts: list[str], events: list[Event]) -> bool:
    """`$J`: regNo, lap time, total time."""
    _, key, lap_time, total = parts
    entry, total_ms = table.find(key, events), time_ms(total)
    if entry is None or total_ms is None:
        return False
    lap = passed(entry, lap_ms(lap_time), total_ms)
    if lap is not None:
        table.tell(entry, lap, events)
    elif entry.passing is not None:
        table.waiting.add(key)
    if table.is_over and not entry.has_finished:
        entry.has_finished = True
        events.append(said.RoadShown(entry.source_id, said.Road.FINISHED))
    return True


def standing(table: Table, parts: list[str], events: list[Event]) -> bool:
    """`$G`: position, regNo, laps, total. One without laps of a car that has some is what comes before the true one."""
    _, place, key, laps, total = parts
    entry = table.entries.get(key) or table.find(key, events)
    if entry is None:
        return False
    if place == entry.race_place and total == entry.total_text and laps == entry.laps_text:
        return True
    if time_ms(total) is None:
        return False
    total_ms = lap_ms(total) or 0
    if table.stale:
        table.stale.discard(key)
        table.sweep(events)
    if total_ms or not entry.total_ms:
        _stand(table, entry, parts, events)
    return True


def _stand(table: Table, entry: Entry, parts: list[str], events: list[Event]) -> None:
    """A standing that is another than before."""
    _, place, key, laps, total = parts
    if total != entry.total_text or laps != entry.laps_text:
        entry.total_text, entry.laps_text = total, laps
        table.stand(entry, key, (number(laps), lap_ms(total) or 0), events)
    is_moved, entry.race_place = place != entry.race_place, place
    if table.runs.kind is SessionKind.RACE:
        if is_moved:
            table.place(entry, events)
        table.measure(entry, events)


def best(table: Table, parts: list[str], events: list[Event]) -> bool:
    """`$H`: position, regNo, the number of the best lap (not of laps done), best time."""
    _, place, key, _, time = parts
    entry = table.entries.get(key) or table.find(key, events)
    if entry is None:
        return False
    if time != entry.best_text:
        entry.best_text = time
        table.rate(entry, lap_ms(time), events)
    if place != entry.best_place:
        entry.best_place = place
        if table.runs.kind is SessionKind.BEST_TIME:
            table.place(entry, events)
    return True


def name(table: Table, parts: list[str], events: list[Event]) -> bool:
    """`$A`: regNo, number, transponder, first, last, nationality, class."""
    key = parts[1]
    if key not in table.entries and not table.admits:
        return False
    if table.runs.begins_with_entry():
        table.begin(events)
    entry = table.find(key, events)
    if entry is None:
        return False
    table.stale.discard(key)
    if table.listed is not None:
        table.listed.add(key)
    if entry.names != parts:
        entry.names = parts
        table.present(entry, key, events)
    return True


def competitor(table: Table, parts: list[str], events: list[Event]) -> bool:
    """`$COMP`: regNo, number, class, first, last, nationality, additional."""
    entry = table.find(parts[1], events)
    if entry is not None and entry.beside != parts:
        entry.beside = parts
        table.present(entry, parts[1], events)
    return entry is not None


def run(table: Table, parts: list[str], events: list[Event]) -> bool:
    """`$B`: run number, description."""
    at, before = number(parts[1]), table.runs.title
    if table.runs.begins(at, text(parts[2])):
        table.begin(events)
    elif table.runs.title != before:
        events.append(said.Titled((table.runs.title, "")))
    if at != NO_RUN:
        table.listed = table.listed if table.stale else None
    elif table.listed is None:
        table.listed = set()
    table.decide(events)
    return True


def clearing(table: Table, parts: list[str], _events: list[Event]) -> bool:
    """`$I`: time of day, date. With noughts for a date it clears nothing."""
    table.listed = set()
    if any(digit in parts[2] for digit in "123456789"):
        table.runs.clear()
        table.stale = set(table.entries)
    return True


def group(table: Table, parts: list[str], events: list[Event]) -> bool:
    """`$C`: class number, description."""
    at, words = text(parts[1]), text(parts[2])
    if table.classes.names.get(at) != words and len(table.classes.names) < _MOST_CLASSES:
        table.classes.names[at] = words
        table.name_class(at, events)
    return True


def setting(table: Table, parts: list[str], events: list[Event]) -> bool:
    """`$E`: TRACKNAME or TRACKLENGTH (in a unit nobody names, so it is not used), value."""
    words = text(parts[2])
    if text(parts[1]) == "TRACKNAME" and words != table.track:
        table.track = words
        events.append(said.TrackNamed(words))
    return True


def correction(table: Table, parts: list[str], events: list[Event]) -> bool:
    """`$COR`: regNo, number, laps, total, ± correction: what the photo finish says instead."""
    entry, total_ms = table.find(parts[1], events), time_ms(parts[4])
    if entry is None or total_ms is None:
        return False
    laps = number(parts[3])
    entry.laps, entry.total_ms = laps, total_ms
    entry.laps_text, entry.total_text = parts[3], parts[4]
    if laps is not None:
        events.append(said.LapsShown(entry.source_id, max(laps, 0)))
    table.measure(entry, events)
    return True


def crossing(table: Table, parts: list[str], events: list[Event]) -> bool:
    """`$L`: car number, timeline, its name, date, time, and since 2015 driver and class.

    The loop of the way out also hears cars that pass on the track beside it: only a car in the lane comes out.
    """
    key, line = table.by_number.get(text(parts[1])), text(parts[3]).upper()
    entry = None if key is None else table.entries.get(key)
    if entry is None:
        return True
    was_in = entry.in_lane
    if line in _IN_LANE:
        entry.in_lane = True
    elif line in _ON_TRACK:
        entry.in_lane = False
    if entry.in_lane is not was_in:
        events.append(said.PitIn(entry.source_id) if entry.in_lane else said.PitOut(entry.source_id))
    return True


def order(table: Table, parts: list[str], events: list[Event]) -> bool:
    """`$RMS`: how Race Monitor sorts."""
    table.runs.sort(text(parts[1]))
    table.decide(events)
    return True


def history(table: Table, parts: list[str], events: list[Event]) -> bool:
    """`$RMHL`: a lap of the past, or the one whose passing has just come."""
    lap = past_lap(parts)
    entry = table.find(parts[1], events)
    if lap is None or entry is None:
        return False
    if entry.passing is not None and entry.passing.total_ms == lap.total_ms:
        entry.passing = None
        table.tell(entry, lap._replace(provenance=Provenance.FEED), events)
    elif lap.lap not in entry.known:
        events.append(lap)
    return True


READERS: dict[str, Callable[[Table, list[str], list[Event]], bool]] = {
    "$G": standing,
    "$H": best,
    "$J": passing,
    "$A": name,
    "$COMP": competitor,
    "$B": run,
    "$C": group,
    "$E": setting,
    "$I": clearing,
    "$COR": correction,
    "$L": crossing,
    "$RMS": order,
    "$RMHL": history,
}
