"""A small race of invented entries: who crosses the line when, and what the laps are. The same seed, the same race."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import NamedTuple

STARTED_AT = datetime(2026, 5, 2, 10, tzinfo=UTC)


class Lap(NamedTuple):
    """One lap that was driven."""

    source_id: str
    lap: int
    lap_ms: int


class Frame(NamedTuple):
    at: datetime
    text: str


@dataclass(frozen=True)
class Feed:
    """What a server sends, and what a listener who hears all of it knows afterwards."""

    frames: tuple[Frame, ...]
    laps: tuple[Lap, ...]
    positions: dict[str, int]


class Crossing(NamedTuple):
    at_ms: int
    """Since green."""
    kart: int
    lap: int
    """0 at the first crossing."""
    lap_ms: int


@dataclass(frozen=True)
class Plan:
    seed: int = 1
    karts: int = 8
    duration_s: int = 300
    lap_ms: int = 20_000


def crossings(plan: Plan) -> list[Crossing]:
    """Every crossing of the line in order; a kart finishes with its first one after the flag."""
    rng = Random(plan.seed)  # noqa: S311 - a race is invented, not guarded
    return sorted(crossing for kart in range(plan.karts) for crossing in _drive(plan, kart, rng))


def _drive(plan: Plan, kart: int, rng: Random) -> Iterator[Crossing]:
    at_ms, lap = 900 + 350 * kart, 0
    yield Crossing(at_ms, kart, 0, 0)
    while at_ms < plan.duration_s * 1000:
        lap_ms = round(plan.lap_ms + 60 * kart + rng.gauss(0, 250))
        at_ms, lap = at_ms + lap_ms, lap + 1
        yield Crossing(at_ms, kart, lap, lap_ms)


@dataclass
class Tally:
    """Where everybody is."""

    karts: int

    def __post_init__(self) -> None:
        self.laps = [0] * self.karts
        self.total_ms = [0] * self.karts
        self.last_ms = [0] * self.karts
        self.best_ms: list[int | None] = [None] * self.karts
        self.best_lap = [0] * self.karts

    def cross(self, crossing: Crossing) -> None:
        kart = crossing.kart
        self.laps[kart], self.total_ms[kart], self.last_ms[kart] = crossing.lap, crossing.at_ms, crossing.lap_ms
        best = self.best_ms[kart]
        if crossing.lap_ms and (best is None or crossing.lap_ms < best):
            self.best_ms[kart], self.best_lap[kart] = crossing.lap_ms, crossing.lap

    def order(self) -> list[int]:
        return sorted(range(self.karts), key=lambda kart: (-self.laps[kart], self.total_ms[kart] or kart + 1, kart))
