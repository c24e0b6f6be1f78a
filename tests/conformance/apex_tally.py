"""What the Apex recordings hold, counted in one pass through the reader."""

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

from core.timing import events as said
from core.timing.events import Event
from core.timing.model import Flag
from core.timing.recordings import RecordedFrame, read_recording
from core.timing.sources.apex import Apex
from core.timing.sources.apex.texts import colour, plate_colour


@dataclass
class Tally:
    """Counts of one recording; see the names of the tests for what they mean."""

    counts: Counter[str] = field(default_factory=Counter)
    layouts: set[tuple[str, ...]] = field(default_factory=set)
    widest: int = 0
    keep_alive_gaps: list[float] = field(default_factory=list)
    countdown_gaps: list[float] = field(default_factory=list)
    prediction_errors: list[int] = field(default_factory=list)


@cache
def tally(path: Path) -> Tally:
    recording = read_recording(path)
    counter = _Counter(has_ends=recording.container != "blocks")
    for frame in recording:
        counter.count(frame)
    return counter.tally


def share(values: list[float], part: float) -> float:
    """The value below which that part of the values lies."""
    return sorted(values)[int(len(values) * part)]


class _Counter:
    """Args: has_ends: whether the white space at the ends of a frame was received, not added by the recorder."""

    def __init__(self, *, has_ends: bool) -> None:
        self.tally = Tally()
        self._has_ends = has_ends
        self._source = Apex()
        self._last: dict[str, int] = {}
        self._named: dict[str, type[Event]] = {}
        self._in: set[str] = set()
        self._has_table = False
        self._alive_at: datetime | None = None
        self._countdown_at: datetime | None = None

    def count(self, frame: RecordedFrame) -> None:
        counts = self.tally.counts
        counts["frames"] += 1
        counts["bytes"] += len((frame.text if self._has_ends else frame.text.strip()).encode("utf-8", "replace"))
        for line in frame.text.split("\n"):
            self._count_line(line)
        events = self._source.feed(frame.text, frame.at)
        self._count_silence(events[0], frame.at)
        passed = {event.source_id for event in events if isinstance(event, said.Crossed)}
        for event in events:
            counts[type(event).__name__] += 1
            self._count_event(event, passed, frame.at)
        self._count_predictions(frame.text, events)

    def _count_line(self, line: str) -> None:
        if not line.strip():
            return
        self.tally.counts["lines"] += 1
        fields = line.split("|", 3)
        if fields[0] == "init":
            self.tally.counts[f"init {fields[1]}"] += 1
        if len(fields) > 1 and fields[1] == "*" and fields[0].startswith("r"):
            self.tally.counts["empty passings"] += not fields[2]
            self.tally.counts["passings with a sector"] += len(fields) > 3 and bool(fields[3])
        if fields[0] == "css" and fields[1].startswith("notc"):
            self.tally.counts["BGR"] += 1
            self.tally.counts["BGR agrees"] += colour(fields[2]) == plate_colour(fields[1])

    def _count_silence(self, event: Event, at: datetime) -> None:
        if self._alive_at is not None and isinstance(event, said.KeepAlive):
            self.tally.keep_alive_gaps.append((at - self._alive_at).total_seconds())
        self._alive_at = at

    def _count_event(self, event: Event, passed: set[str], at: datetime) -> None:
        match event:
            case said.Snapshot():
                self._count_table(event)
            case said.SectorCrossed(_, sector):
                self.tally.counts[f"*i{sector + 1}"] += 1
            case said.FlagShown(Flag() as flag):
                self.tally.counts[flag.value] += 1
            case said.PitIn(source_id):
                self._in.add(source_id)
            case said.PitOut(source_id):
                self._in.discard(source_id)
            case said.ClockShown(_, int()):
                self._count_countdown(at)
            case _ if self._has_table:
                self._count_cell(event, passed)

    def _count_cell(self, event: Event, passed: set[str]) -> None:
        match event:
            case said.LastLap(source_id, int(ms)):
                self._count_last_lap(source_id, ms, passed=source_id in passed)
            case said.TeamNamed() | said.DriverNamed():
                self.tally.counts["flips"] += self._named.get(event.source_id, type(event)) is not type(event)
                self._named[event.source_id] = type(event)
            case said.PitClock(source_id):
                self.tally.counts["pit clocks"] += 1
                self.tally.counts["pit clocks after *in"] += source_id in self._in

    def _count_table(self, snapshot: said.Snapshot) -> None:
        self._last.clear()
        if not snapshot.layout.types:
            return
        self._has_table = True
        counts, types = self.tally.counts, snapshot.layout.types
        counts["grids"] += 1
        counts["header cells"] += len(types)
        counts["rows"] += len(snapshot.rows)
        counts["unmapped"] += len(snapshot.layout.unmapped)
        self.tally.layouts.add(types)
        self.tally.widest = max(self.tally.widest, len(types))

    def _count_last_lap(self, source_id: str, ms: int, *, passed: bool) -> None:
        is_same = self._last.get(source_id) == ms
        kind = "with its passing" if passed else "recoloured" if is_same else "alone"
        self.tally.counts[f"last laps {kind}"] += 1
        self._last[source_id] = ms

    def _count_countdown(self, at: datetime) -> None:
        if self._countdown_at is not None:
            self.tally.countdown_gaps.append((at - self._countdown_at).total_seconds())
        self._countdown_at = at

    def _count_predictions(self, text: str, events: list[Event]) -> None:
        """Every lap time beside the prediction of its frame."""
        predicted = {}
        for line in text.split("\n") if self._has_table else ():
            row, passing, rest = line.partition("|*|")
            if passing and rest.partition("|")[0].isdigit():
                predicted[row] = int(rest.partition("|")[0])
        times = [event for event in events if isinstance(event, said.LastLap) and event.source_id in predicted]
        self.tally.prediction_errors += [
            abs(predicted[time.source_id] - time.ms) for time in times if time.ms is not None
        ]


def below(values: list[int], limit: int) -> float:
    """The part of the values that is smaller."""
    return bisect_left(sorted(values), limit) / len(values)
