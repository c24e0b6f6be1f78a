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


def stints_driven(laps: Iterable[Lap], stops: Sequence[Stop]) -> tuple[Driven, ...]:
    """Car by car in the order of the stints."""
    outs: dict[str, list[datetime]] = defaultdict(list)
    for stop in stops:
        if stop.out_at is not None:
            outs[stop.source_id].append(stop.out_at)
    own: dict[str, list[Lap]] = defaultdict(list)
    for lap in laps:
        own[lap.source_id].append(lap)
    return tuple(
        _stint(ordinal, piece, outs[source_id], stops)
        for source_id, driven in own.items()
        for ordinal, piece in enumerate(_pieces(sorted(driven, key=_order), sorted(outs[source_id])), start=1)
    )


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


def _stint(ordinal: int, laps: Sequence[Lap], outs: Sequence[datetime], stops: Sequence[Stop]) -> Driven:
    first, last = laps[0], laps[-1]
    lap_began_at = first.at - timedelta(milliseconds=first.lap_ms or 0)
    began_at = max((out for out in outs if lap_began_at < out <= first.at), default=lap_began_at)
    own = [stop for stop in stops if stop.source_id == first.source_id]
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
    )
