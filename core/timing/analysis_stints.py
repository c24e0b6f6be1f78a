"""Stints: what one driver drove from the way out of the pits to the next stop.

A feed often shows the new driver's name only after the first passing; a name that changes on the first lap of a stint
therefore belongs to all of it.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.timing.model import Lap, LapKind, Stop
from core.timing.pace import touched_by_stops
from core.timing.robust import median


@dataclass(frozen=True, slots=True)
class Driven:
    """One stint; times are of the laps in it without those with a piece of a stop."""

    source_id: str
    number: str
    ordinal: int
    """Among the car's stints, from 1."""
    driver: str | None
    began_at: datetime
    ended_at: datetime
    """When its last lap was completed."""
    first_lap: int
    last_lap: int
    laps: int
    best_ms: int | None
    median_ms: int | None
    driven_ms: int
    """From the way out of the pits, or the start, to the next way in; of the running stint until its last lap."""


@dataclass(frozen=True, slots=True)
class Driver:
    """What one driver of a car has driven altogether."""

    source_id: str
    number: str
    driver: str
    stints: int
    laps: int
    driven_ms: int


def drivers_of(stints: Iterable[Driven]) -> tuple[Driver, ...]:
    """Car by car, in the order in which they drove first; stints of nobody known are left out."""
    own: dict[tuple[str, str], list[Driven]] = defaultdict(list)
    for one in stints:
        if one.driver is not None:
            own[one.source_id, one.driver].append(one)
    return tuple(
        Driver(
            source_id,
            driven[-1].number,
            driver,
            stints=len(driven),
            laps=sum(one.laps for one in driven),
            driven_ms=sum(one.driven_ms for one in driven),
        )
        for (source_id, driver), driven in own.items()
    )


def stints_driven(laps: Iterable[Lap], stops: Sequence[Stop]) -> tuple[Driven, ...]:
    """Car by car in the order of the stints."""
    outs: dict[str, list[datetime]] = defaultdict(list)
    for stop in stops:
        if stop.out_at is not None:
            outs[stop.source_id].append(stop.out_at)
    own: dict[str, list[Lap]] = defaultdict(list)
    for lap in laps:
        own[lap.source_id].append(lap)
    stints: list[Driven] = []
    for source_id, driven in own.items():
        pieces = _pieces(sorted(driven, key=_order), sorted(outs[source_id]))
        nexts = [*(piece[0].at for piece in pieces[1:]), None]
        for ordinal, (piece, next_at) in enumerate(zip(pieces, nexts, strict=True), start=1):
            stints.append(_stint(ordinal, piece, next_at, outs[source_id], stops))
    return tuple(stints)


def _order(lap: Lap) -> int:
    return lap.lap


def _pieces(laps: Sequence[Lap], outs: Sequence[datetime]) -> list[list[Lap]]:
    pieces: list[list[Lap]] = []
    for lap in laps:
        stopped = bool(pieces) and bisect_right(outs, lap.at) > bisect_right(outs, pieces[-1][-1].at)
        if not pieces or stopped or _swapped(pieces[-1], lap):
            pieces.append([lap])
        else:
            pieces[-1].append(lap)
    return pieces


def _swapped(piece: Sequence[Lap], lap: Lap) -> bool:
    before = piece[-1].driver
    return lap.driver is not None and before is not None and lap.driver != before and len(piece) > 1


def _stint(
    ordinal: int, laps: Sequence[Lap], next_at: datetime | None, outs: Sequence[datetime], stops: Sequence[Stop]
) -> Driven:
    first, last = laps[0], laps[-1]
    lap_began_at = first.at - timedelta(milliseconds=first.lap_ms or 0)
    began_at = max((out for out in outs if lap_began_at < out <= first.at), default=lap_began_at)
    own = [stop for stop in stops if stop.source_id == first.source_id]
    ended_at = _driven_until(began_at, last, next_at, own)
    touched = touched_by_stops(laps, own)
    times = [
        lap.lap_ms for lap, by_stop in zip(laps, touched, strict=True)
        if lap.lap_ms and lap.kind is LapKind.LAP and not by_stop
    ]  # fmt: skip
    return Driven(
        source_id=first.source_id,
        number=last.number,
        ordinal=ordinal,
        driver=last.driver,
        began_at=began_at,
        ended_at=last.at,
        first_lap=first.lap,
        last_lap=last.lap,
        laps=len(laps),
        best_ms=min(times, default=None),
        median_ms=round(median(times)) if times else None,
        driven_ms=round((ended_at - began_at) / timedelta(milliseconds=1)),
    )


def _driven_until(began_at: datetime, last: Lap, next_at: datetime | None, stops: Iterable[Stop]) -> datetime:
    """The way into the pits behind the beginning, unless a driver changed before it without one."""
    in_at = min((stop.in_at for stop in stops if stop.in_at is not None and stop.in_at > began_at), default=last.at)
    return last.at if next_at is not None and next_at <= in_at else in_at
