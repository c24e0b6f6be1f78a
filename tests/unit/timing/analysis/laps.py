"""Laps of invented races: who drives how fast in which kart is given, so that an analysis can be held against it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random

from core.timing.model import Lap, LapKind, Stop

NOON = datetime(2026, 5, 2, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def lap(number: int, seconds: float, ms: int | None, source_id: str = "r1", **more: object) -> Lap:
    """A lap completed so many seconds after noon."""
    plain = Lap(source_id, source_id.removeprefix("r"), number, ms, LapKind.LAP, at(seconds))
    values = {name: getattr(plain, name) for name in Lap.__slots__} | more
    return Lap(**values)


def stint(
    source_id: str, driver: str, kart: str, times_ms: Iterator[float], *, first: int, began_s: float, laps: int
) -> Iterator[Lap]:
    """Laps in a row of one driver in one kart."""
    now_s = began_s
    for number in range(first, first + laps):
        ms = round(next(times_ms))
        now_s += ms / 1000
        yield Lap(source_id, kart, number, ms, LapKind.LAP, at(now_s), driver)


def chance(seed: int) -> Random:
    """The same draw every time."""
    return Random(seed)  # noqa: S311 - a race is invented, not guarded


def noisy(draw: Random, pace_ms: float, noise_ms: float = 250) -> Iterator[float]:
    """Times around a pace; one lap in twenty meets traffic."""
    while True:
        traffic = draw.uniform(500, 4_000) if draw.random() < 0.05 else 0
        yield draw.gauss(pace_ms, noise_ms) + traffic


def through(track: Callable[[float], float], laps: Iterator[Lap]) -> Iterator[Lap]:
    """The same laps on a track whose state changes: each takes `track(seconds since noon)` times as long."""
    lost_s = 0.0
    for one in laps:
        assert one.lap_ms is not None
        factor = track((one.at - NOON).total_seconds())
        lost_s += one.lap_ms / 1000 * (factor - 1)
        moved = one.at + timedelta(seconds=lost_s)
        yield Lap(one.source_id, one.number, one.lap, round(one.lap_ms * factor), one.kind, moved, one.driver)


def wet(seconds: float) -> float:
    """Dry, an hour of rain, then a track that dries: a fifth slower at the worst."""
    return (
        1.2
        if 3_600 <= seconds < 7_200
        else 1.0 + max(0.0, 0.1 - max(0.0, seconds - 7_200) / 20_000) * (seconds >= 7_200)
    )


def stop(source_id: str, in_s: float, out_s: float | None, lap_number: int | None = None) -> Stop:
    duration = None if out_s is None else round((out_s - in_s) * 1000)
    return Stop(source_id, at(in_s), None if out_s is None else at(out_s), duration, lap_number)
