"""The venue's own list of a real 24 h race, and what must have happened on the track for it to read like that.

The list tells every lap, every stop and who drove until then; so every passing of the line has a moment in race time.
At its venue the way into the pits cancels a lap and the way out closes one that lasts as long as the stop. Other
venues let the lap contain the stop: for those the same race is counted anew, from passing to passing.

Names of people and teams are not taken over: a team is its number, a driver the venue's number of him.
"""

import re
import tarfile
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from typing import NamedTuple

from core.timing.simulate import PitLaps
from tests.conformance.data import folder

ARCHIVE = folder() / "timing" / "apex_http" / "apex_timing_viewer_laps_45teams.tar.gz"

_LAP = re.compile(r"L(\d+)#\|\|\|[a-z]?(\d*)")
_STOP = re.compile(r"P\d+#(.*)")
_OUT_TO_LINE_MS = 6000
_SHARE_OF_IN_LAP = 0.51
"""Of the untold time before the first stop: the rest was the first lap, which the list leaves empty."""


class What(Enum):
    FIRST = auto()
    """The first passing: a lap without a time."""
    LAP = auto()
    IN = auto()
    OUT = auto()


class Moment(NamedTuple):
    at_ms: int
    source_id: str
    what: What
    ms: int = 0
    """Of a lap; of the way out where it closes one."""
    is_last: bool = False


class OfficialLap(NamedTuple):
    number: int
    ms: int
    at_ms: int
    driver: str


class OfficialStop(NamedTuple):
    """`lap` counts the laps done on the way in."""

    lap: int
    in_ms: int
    out_ms: int
    driver: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One team; its last stop in the list is the finish."""

    source_id: str
    number: str
    moments: tuple[Moment, ...]
    laps: tuple[OfficialLap, ...]
    stops: tuple[OfficialStop, ...]
    last_driver: str


@cache
def entries(pit_laps: PitLaps) -> tuple[Entry, ...]:
    """Every team of the list, at a venue that counts laps with stops like that."""
    with tarfile.open(ARCHIVE) as archive:
        files = [(member.name, archive.extractfile(member)) for member in archive if member.name.endswith(".laps")]
        texts = sorted((name.rpartition("D")[2][:-5], file.read().decode()) for name, file in files if file is not None)
    return tuple(_entry(place, row, text, pit_laps) for place, (row, text) in enumerate(texts, start=1))


def _entry(place: int, row: str, text: str, pit_laps: PitLaps) -> Entry:
    times = {int(number): int(ms) for number, ms in _LAP.findall(text) if ms}
    fields = [[int(field or 0) for field in stop.split("|")] for stop in reversed(_STOP.findall(text))]
    stops = [OfficialStop(stop[1], stop[2], stop[3], f"Driver {stop[7]}") for stop in fields]
    moments = tuple(_moments(f"r{row}", times, stops, pit_laps))
    laps = tuple(_laps(moments, stops))
    return Entry(f"r{row}", str(place), moments, laps, tuple(stops[:-1]), stops[-1].driver)


def _moments(row: str, times: dict[int, int], stops: list[OfficialStop], pit_laps: PitLaps) -> Iterator[Moment]:
    untold_ms = stops[0].in_ms - sum(times[lap] for lap in range(2, stops[0].lap + 1))
    line_ms, done = round(untold_ms * (1 - _SHARE_OF_IN_LAP)), 1
    yield Moment(line_ms, row, What.FIRST)
    at_ms = line_ms
    for stop in stops:
        for lap in range(done + 1, stop.lap + 1):
            at_ms += times[lap]
            yield Moment(at_ms, row, What.LAP, at_ms - line_ms, not stop.out_ms and lap == stop.lap)
            line_ms = at_ms
        done, at_ms = stop.lap + 1, stop.out_ms
        if stop.out_ms:
            line_ms = yield from _stop(row, stop, line_ms, pit_laps)


def _stop(row: str, stop: OfficialStop, line_ms: int, pit_laps: PitLaps) -> Generator[Moment, None, int]:
    """In and out; returns when the next lap begins."""
    yield Moment(stop.in_ms, row, What.IN)
    if pit_laps is PitLaps.ARE_STOPS:
        yield Moment(stop.out_ms, row, What.OUT, stop.out_ms - stop.in_ms)
        return stop.out_ms
    yield Moment(stop.out_ms, row, What.OUT)
    at_ms = stop.out_ms + _OUT_TO_LINE_MS
    yield Moment(at_ms, row, What.LAP, at_ms - line_ms)
    return at_ms


def _laps(moments: tuple[Moment, ...], stops: list[OfficialStop]) -> Iterator[OfficialLap]:
    number, stop = 0, 0
    for moment in moments:
        number += moment.what is What.FIRST or moment.ms > 0
        stop += moment.what is What.OUT
        if moment.ms:
            yield OfficialLap(number, moment.ms, moment.at_ms, stops[stop].driver)
