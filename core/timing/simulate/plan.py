"""What a simulated race is like."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum


class Signals(StrEnum):
    """How a venue tells that a kart is in the pits; every one of these was seen at real venues."""

    ALL = "all"
    OUT = "out"
    IN = "in"
    ICONS = "icons"
    CLOCK = "clock"


class PitLaps(StrEnum):
    """What becomes of the lap with a stop."""

    CONTAIN = "contain"
    """The pit lane lies between two passings: one long lap that contains the stop."""
    ARE_STOPS = "are stops"
    """The way in cancels the lap, the way out closes one that lasts as long as the stop."""


@dataclass(frozen=True, slots=True)
class Away:
    """The link was away, in seconds since the recording began. Its machine may have slept: its clock shows nothing."""

    since_s: int
    until_s: int
    slept: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A race; times in seconds since the recording began."""

    seed: int = 1
    karts: int = 24
    duration_s: int = 1500
    """Of the race itself, green to chequered."""
    stint_s: int = 420
    lap_ms: int = 62_000
    signals: Signals = Signals.ALL
    pit_laps: PitLaps = PitLaps.CONTAIN
    counts_laps: bool = True
    """Whether the table has a column of laps done."""
    times_sectors: bool = False
    """Whether there are lines between, so that the table has three sectors."""
    hole: tuple[int, int] | None = None
    """From when to when the link was away."""
    away: tuple[Away, ...] = ()
    """More such holes, in order."""
    late_entry_s: int | None = None
    """When the last kart joins: until then the table has no row for it."""
    started_at: datetime = datetime(2026, 5, 2, 10, tzinfo=UTC)
    title: str = "Test endurance"

    @property
    def green_s(self) -> int:
        """When the race starts: long enough after the recording for a keep-alive."""
        return 75

    @property
    def chequered_s(self) -> int:
        return self.green_s + self.duration_s
