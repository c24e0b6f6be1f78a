"""What a recording of the official list's race is like, and what of the list it tells."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from core.timing.recordings import RecordedFrame
from core.timing.simulate import PitLaps
from tests.conformance.official_venue import Venue

STARTED_AT = datetime(2026, 5, 2, 13, tzinfo=UTC)
HOUR_MS = 3_600_000
RACE_MS = 24 * HOUR_MS


class Window(NamedTuple):
    """From when to when somebody listened, in race time."""

    since_ms: int
    until_ms: int
    has_table: bool = True
    slept: bool = False
    """Whether the recorder's clock stood still before."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A venue, and what became of its recording."""

    venue: Venue
    pit_laps: PitLaps
    windows: tuple[Window, ...]
    seed: int = 1
    reconnect_every_ms: int | None = 47 * 60_000
    """A table is sent again so often."""
    layout_changes_ms: int | None = None
    late_entry_ms: int | None = None
    """When the last team gets its row."""
    corrected: int = 0
    """So many lap times are corrected by officials while they stand in the table; the list has them corrected."""
    given: int = 0
    """So many teams are given a lap that no line saw, which the list leaves empty."""
    stalls: bool = False
    """Whether the recorder stamps frames up to a second late."""
    hidden_ms: int | None = None
    """When the venue takes its page off for some seconds."""


class Told(NamedTuple):
    """A lap of the list that was told whole."""

    source_id: str
    number: int
    ms: int
    driver: str
    is_pit: bool


class ToldStop(NamedTuple):
    """A stop whose end was told; `is_whole` when its beginning was told too."""

    source_id: str
    out_at: datetime
    ms: int
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recording of the list's race; what of the list it holds for sure, and what it may tell beside that."""

    frames: tuple[RecordedFrame, ...]
    laps: tuple[Told, ...]
    stops: tuple[ToldStop, ...]
    allowed: dict[str, list[tuple[int, int]]]
    """Laps that may be told, by car: number and time, in order."""
    lines: int


def recording_lines(recorded: Recorded) -> Iterator[str]:
    """As a file of JSON lines with a relative clock."""
    start = recorded.frames[0].at
    yield json.dumps({"v": 1, "circuit_url": "", "ws_port": 0, "name": "24 h", "started_at": start.isoformat()})
    for frame in recorded.frames:
        yield json.dumps({"t": (frame.at - start).total_seconds(), "msg": frame.text})
