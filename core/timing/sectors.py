"""The sectors of the lap that is being driven, from cells that also show other laps.

A cell belongs to the running lap when its time changed since the lap began, or when the line that ends the sector was
passed. The same time in another colour is the old one; a cell that is cleared, as most are when the next lap's first
sector ends, takes nothing away from a lap that is told. Where pieces are missing because a table was sent anew, the
cells count as they stand if they add up to the lap.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from core.timing.cars import CarState
from core.timing.model import Lap, Rank, TimedValue

_LATE = timedelta(seconds=1)
"""So much later than the lap its last sector may come."""

_ROUNDED_MS = 10
"""Some venues show hundredths."""


def show_sector(car: CarState, sector: int, ms: int | None, rank: Rank) -> bool:
    """The cell changed; whether to a time that is not the one it showed."""
    while len(car.sectors) <= sector:
        car.sectors.append(None)
        car.splits.append(None)
    before = car.sectors[sector]
    car.sectors[sector] = None if ms is None else TimedValue(ms, rank)
    return ms is not None and (before is None or before.ms != ms)


def end_sector(car: CarState, sector: int) -> None:
    """The line that ends it was passed: the cell tells of this lap, also when it shows what it showed before."""
    if sector < len(car.sectors):
        cell = car.sectors[sector]
        car.splits[sector] = None if cell is None else cell.ms


def take_sectors(car: CarState) -> tuple[int | None, ...]:
    """The sectors of the lap that is completed now; nothing of them belongs to the next one."""
    splits = car.splits
    if not splits:
        return ()
    forget_sectors(car)
    if None in splits:
        cells = [None if cell is None else cell.ms for cell in car.sectors]
        splits = cells if _make_up(cells, car.last_ms) else splits
    return tuple(splits) if any(splits) else ()


def forget_sectors(car: CarState) -> None:
    """What was driven so far is of no lap that will be told."""
    car.splits = [None] * len(car.splits)


def late_sector(car: CarState, sector: int, ms: int, now: datetime) -> Lap | None:
    """The lap that was completed a moment ago, with its last sector, if this is it."""
    lap = car.latest
    if lap is None or sector != len(lap.sectors_ms) - 1 or lap.sectors_ms[sector] is not None or now - lap.at > _LATE:
        return None
    return replace(lap, sectors_ms=(*lap.sectors_ms[:sector], ms))


def _make_up(cells: list[int | None], lap_ms: int | None) -> bool:
    known = [ms for ms in cells if ms is not None]
    return lap_ms is not None and len(known) == len(cells) and abs(sum(known) - lap_ms) <= _ROUNDED_MS * len(cells)
