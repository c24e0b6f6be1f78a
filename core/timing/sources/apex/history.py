"""What request.php tells of the past: laps, stops and drivers of a competitor, as events of provenance `BACK_FILLED`.

```
D44387.L1224#s1|s2|s3|lap          newest first; a letter before the lap: b with a stop, g own best, p best of all
D44387.P27#27|1177|in|out|ms|stint ms|stint laps|driver id|driver's total ms      race time; no out while it is in
D44387.INF#<driver id num name …><inf …/><driver id num name current="1"/>…</driver>
```

The events of a reply come in the order in which they explain each other: names, stops (which say who drove until
then), laps; stops and laps oldest first, so that each can be dated from the one before it.
"""

import re
from collections.abc import Iterator

from core.timing.events import DriverNamed, Event, LapTold, StopTold, Unread
from core.timing.model import LapKind, Provenance
from core.timing.sources.apex.markup import attribute, plain

_LINE = re.compile(r"D(\d{1,18})\.(L|P|INF|BL|BS|B)(\d{0,6})#(.*)", re.ASCII | re.DOTALL)
_LAP = re.compile(r"[a-z]?(\d{1,9})", re.ASCII)
_NUMBER = re.compile(r"\d{1,10}", re.ASCII)

_LAP_FIELDS, _STOP_FIELDS = 4, 8
_LONGEST_SAMPLE = 200
_MOST_NAMES = 5000


class History:
    """The reader of replies; it remembers the drivers' names, which a later reply may refer to."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def read(self, text: str) -> list[Event]:
        """The events of one reply. Never raises: what it cannot read comes out as `Unread`."""
        lines = [line for line in text.split("\n") if line and not line.isspace()]
        parsed = [(line, _LINE.fullmatch(line.rstrip("\r"))) for line in lines]
        events: list[Event] = [Unread(line[:_LONGEST_SAMPLE], "no line of history") for line, m in parsed if not m]
        found = [(f"r{match[1]}", match[2], match[3], match[4]) for _, match in parsed if match]
        events += [
            event for source_id, kind, _, rest in found if kind == "INF" for event in self._team(source_id, rest)
        ]
        stops = [
            stop for source_id, kind, _, rest in reversed(found) if kind == "P" for stop in self._stop(source_id, rest)
        ]
        laps_with_stop = {(stop.source_id, stop.lap + 1) for stop in stops if stop.lap is not None and stop.duration_ms}
        events += stops
        for source_id, kind, number, rest in reversed(found):
            if kind == "L":
                events += _lap(source_id, number, rest, laps_with_stop)
        return events

    def _team(self, source_id: str, html: str) -> Iterator[DriverNamed]:
        """The first driver element is the team itself."""
        for tag in html.split("<driver")[2:]:
            name = plain(attribute(tag.partition(">")[0], "name"))
            driver_id = attribute(tag, "id")
            if len(self._names) < _MOST_NAMES:
                self._names[driver_id] = name
            if attribute(tag.partition(">")[0], "current") == "1" and name:
                yield DriverNamed(source_id, name)

    def _stop(self, source_id: str, rest: str) -> Iterator[StopTold]:
        fields = rest.split("|")
        if len(fields) < _STOP_FIELDS:
            return
        ordinal, lap, in_ms, out_ms, duration_ms = (_number(field) for field in fields[:5])
        if ordinal is not None:
            driver = self._names.get(fields[7])
            yield StopTold(source_id, ordinal, lap, in_ms, out_ms, duration_ms, driver)


def _lap(source_id: str, number: str, rest: str, laps_with_stop: set[tuple[str, int]]) -> Iterator[LapTold]:
    """None of a lap without a time, such as the first."""
    fields, lap = rest.split("|"), _number(number)
    match = _LAP.fullmatch(fields[-1]) if len(fields) == _LAP_FIELDS else None
    if match is None or lap is None:
        return
    is_pit = fields[-1].startswith("b") or (source_id, lap) in laps_with_stop
    kind = LapKind.PIT if is_pit else LapKind.LAP
    sectors = tuple(map(_number, fields[:-1]))
    sectors_ms = sectors if any(sectors) else ()
    yield LapTold(source_id, int(match[1]), lap, kind=kind, provenance=Provenance.BACK_FILLED, sectors_ms=sectors_ms)


def _number(text: str) -> int | None:
    return int(text) if _NUMBER.fullmatch(text) else None
