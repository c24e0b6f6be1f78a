"""States of Timing71 as events: whole ones and differences, of which every car's cells are told when they change.

A state feed has no passings: a lap is told when a car's count of laps grows. Flags that are no flag of ours (safety
car, full-course yellow) are shown as yellow.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime

from core.timing import events as said
from core.timing.events import CarEvent, Event, Layout
from core.timing.model import ClockKind, Flag, Rank, SessionKind
from core.timing.sources.clock_told import ClockTold
from core.timing.sources.plain import mended, one_line
from core.timing.timing71 import Json, State, patched

_LONGEST = 200
_RANKS = {"sb": Rank.OVERALL, "pb": Rank.PERSONAL}
_FLAGS = {"green": Flag.GREEN, "red": Flag.RED, "chequered": Flag.CHEQUERED, "none": None, "white": Flag.GREEN}
_ROADS = {"RUN": said.Road.RUNNING, "PIT": said.Road.IN, "OUT": said.Road.OUT, "FIN": said.Road.FINISHED}
_ROADS |= {"STOP": said.Road.STOPPED, "RET": said.Road.STOPPED}
_FIELDS = {
    "Num": "number", "Class": "category", "Team": "team", "Driver": "driver", "Laps": "laps", "Gap": "gap",
    "Int": "interval", "Last": "last", "Best": "best", "Pits": "pits", "State": "status",
}  # fmt: skip


class Timing71:
    """The source for Timing71; see `core.timing.sources`."""

    def __init__(self) -> None:
        self._state: State = {}
        self._titles: list[str] = []
        self._name = ("", "")
        self._told: dict[str, tuple[CarEvent, ...]] = {}
        self._laps: dict[str, tuple[int | None, tuple[int | None, Rank]]] = {}
        self._flag: Flag | None = None
        self._clock = ClockTold()

    def feed(self, frame: str, at: datetime) -> list[Event]:
        """The events of one state or difference. Never raises."""
        text = mended(frame).strip()
        if not text:
            return [said.KeepAlive(at)]
        change = _object(text)
        if change is None or not {"cars", "session", "messages"} <= change.keys():
            return [said.Heard(at), said.Junk(text[:_LONGEST])]
        manifest = change.get("manifest")
        if isinstance(manifest, dict):
            self._take_manifest(manifest)
        self._state = patched(self._state, change) if isinstance(change["session"], list) else change
        return [said.Heard(at), *self._tell(at)]

    def _take_manifest(self, manifest: Mapping[str, Json]) -> None:
        spec = manifest.get("colSpec")
        columns = spec if isinstance(spec, list) else []
        self._titles = [str(one[0]) if isinstance(one, list) and one else "" for one in columns]
        self._name = (_words(manifest.get("name")), _words(manifest.get("description")))

    def _tell(self, at: datetime) -> list[Event]:
        cars = self._cars()
        rows = {name: tuple(_cells(name, place, cells)) for place, (name, cells) in enumerate(cars.items(), 1)}
        if not set(rows) <= set(self._told):
            fields = tuple(dict.fromkeys(("position", *(_FIELDS[one] for one in self._titles if one in _FIELDS))))
            layout = Layout(fields, "timing71")
            first = [(name, (*row, *_last(name, cars[name]))) for name, row in rows.items()]
            events: list[Event] = [said.Snapshot(SessionKind.RACE, self._name, "", None, layout, tuple(first))]
        else:
            events = [event for name, row in rows.items() for event in self._changed(name, row, cars[name])]
            if len(rows) < len(self._told):
                events.append(said.Listed(tuple(rows)))
        self._told = rows
        self._laps = {name: (_whole(cells.get("Laps")), _time(cells.get("Last"))) for name, cells in cars.items()}
        return [*events, *self._tell_session(at)]

    def _changed(self, name: str, row: tuple[CarEvent, ...], cells: Mapping[str, Json]) -> list[Event]:
        before = self._told.get(name, ())
        changed: list[Event] = [
            event for event in row if not any(type(one) is type(event) and one == event for one in before)
        ]
        if said.RoadShown(name, said.Road.IN) in before and said.RoadShown(name, said.Road.RUNNING) in changed:
            changed.append(said.RoadShown(name, said.Road.OUT))
        lap = self._lap(name, cells)
        return changed if lap is None else [lap, *changed]

    def _lap(self, name: str, cells: Mapping[str, Json]) -> said.LapTold | None:
        """A count of laps that grew is a lap; a time that comes later is that of the lap before."""
        laps, last = _whole(cells.get("Laps")), _time(cells.get("Last"))
        had, had_last = self._laps.get(name, (None, None))
        if had is None and name in self._laps and laps == 1:
            had = 0
        if laps is None or had is None or (laps <= had and last == had_last):
            return None
        return said.LapTold(name, last[0], laps, rank=last[1], corrects=laps <= had)

    def _tell_session(self, at: datetime) -> list[Event]:
        session = self._state.get("session")
        known = session if isinstance(session, dict) else {}
        events: list[Event] = []
        flag = _FLAGS.get(str(known.get("flagState", "none")), Flag.YELLOW)
        if flag is not self._flag:
            self._flag = flag
            events.append(said.FlagShown(flag))
        clock = _clock(known)
        if clock is not None and self._clock.is_news(clock, at):
            events.append(clock)
        return events

    def _cars(self) -> dict[str, dict[str, Json]]:
        """Cells by title, by car number; a row without a number is nobody's."""
        rows = self._state.get("cars")
        cars: dict[str, dict[str, Json]] = {}
        for row in rows if isinstance(rows, list) else ():
            cells = dict(zip(self._titles, row, strict=False)) if isinstance(row, list) else {}
            if name := _words(cells.get("Num")):
                cars[name] = cells
        return cars


def _cells(name: str, place: int, cells: Mapping[str, Json]) -> list[CarEvent]:
    """What stands in the row, but for the last lap."""
    known: list[CarEvent] = [said.Positioned(name, place), said.Plated(name, name, None)]
    return known + [make(name, cells[title]) for title, make in _MAKE.items() if title in cells]


def _last(name: str, cells: Mapping[str, Json]) -> list[CarEvent]:
    return [said.LastLap(name, *_time(cells["Last"]))] if "Last" in cells else []


def _road(name: str, cell: Json) -> CarEvent:
    return said.RoadShown(name, _ROADS.get(_words(cell).upper(), said.Road.RUNNING))


_MAKE: dict[str, Callable[[str, Json], CarEvent]] = {
    "State": _road,
    "Class": lambda name, cell: said.Categorised(name, _words(cell)),
    "Team": lambda name, cell: said.TeamNamed(name, _words(cell)),
    "Driver": lambda name, cell: said.DriverNamed(name, _words(cell)),
    "Laps": lambda name, cell: said.LapsShown(name, _whole(cell)),
    "Gap": lambda name, cell: said.GapShown(name, *_gap(cell)),
    "Int": lambda name, cell: said.IntervalShown(name, *_gap(cell)),
    "Best": lambda name, cell: said.BestLap(name, *_time(cell)),
    "Pits": lambda name, cell: said.PitsShown(name, _whole(cell)),
}


def _time(cell: Json) -> tuple[int | None, Rank]:
    """`[seconds, "pb"]`, or seconds alone."""
    value, rank = (cell[0], cell[1] if len(cell) > 1 else "") if isinstance(cell, list) and cell else (cell, "")
    return _ms(value), _RANKS.get(str(rank), Rank.NORMAL)


def _gap(cell: Json) -> tuple[int | None, int | None]:
    """Seconds, or laps in words."""
    value = cell[0] if isinstance(cell, list) and cell else cell
    first, _, rest = str(value).partition(" ")
    if rest.lower().startswith("lap") and first.isdecimal():
        return None, int(first)
    return _ms(value), None


def _ms(value: Json) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 10**6:
        return None
    return round(value * 1000)


def _whole(value: Json) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.isascii() and value.isdecimal():
        return int(value[:9])
    return int(value) if isinstance(value, int | float) and 0 <= value < 10**6 else None


def _words(value: Json) -> str:
    return one_line(str(value), _LONGEST) if isinstance(value, str | int | float) else ""


def _clock(session: Mapping[str, Json]) -> said.ClockShown | None:
    remain, elapsed = _ms(session.get("timeRemain")), _ms(session.get("timeElapsed"))
    if remain is not None:
        return said.ClockShown(ClockKind.COUNTDOWN, remain, None)
    return None if elapsed is None else said.ClockShown(ClockKind.COUNT_UP, elapsed, None)


def _object(text: str) -> dict[str, Json] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
