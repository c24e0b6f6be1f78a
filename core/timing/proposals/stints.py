"""Stints that were too long or too short: from the way out of the pits, or the start, to the next way in.

A stint is what lies between two stops, whoever drove: the name of a driver may be typed long after the change. One that
is still on is nothing to judge, and one beside a stop of which nobody saw an end cannot be measured.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.timing.model import Lap, Stop
from core.timing.proposals.model import Kart, Proposal
from core.timing.proposals.scene import Scene, moment, seconds


@dataclass(frozen=True, slots=True)
class _Stint:
    ordinal: int
    began_at: datetime
    ended_at: datetime
    ended_by: str


def stint_lengths(scene: Scene) -> Iterator[Proposal]:
    """Every finished stint whose length the bands punish."""
    for code, kart in scene.each("stint"):
        for stint in _stints(scene, kart):
            value = seconds((stint.ended_at - stint.began_at) // timedelta(milliseconds=1))
            if scene.bands.punish(code, kart, value):
                yield Proposal(
                    kind="stint",
                    subject=kart.source_id,
                    kart=kart.number,
                    at=stint.ended_at,
                    text=f"Stint {stint.ordinal}: {value} s.",
                    evidence=(
                        ("stint", str(stint.ordinal)),
                        ("from", moment(stint.began_at)),
                        (stint.ended_by, moment(stint.ended_at)),
                        ("driven", f"{value} s (computed)"),
                    ),
                    code=code,
                    value=value,
                )


def _stints(scene: Scene, kart: Kart) -> Iterator[_Stint]:
    laps, stops = scene.driven(kart.source_id), scene.visits(kart.source_id)
    began_at = _start(laps, stops)
    for ordinal, stop in enumerate(stops, start=1):
        if began_at is not None and stop.in_at is not None:
            yield _Stint(ordinal, began_at, stop.in_at, "pit in")
        began_at = stop.out_at
    if scene.over and began_at is not None and laps and laps[-1].at > began_at:
        yield _Stint(len(stops) + 1, began_at, laps[-1].at, "finish")


def _start(laps: Sequence[Lap], stops: Sequence[Stop]) -> datetime | None:
    """When the first stint began: with the first lap, if that was driven before the first stop."""
    first = next((lap for lap in laps if lap.lap_ms), None)
    if first is None or first.lap_ms is None or first.lap > 1:
        return None
    began_at = first.at - timedelta(milliseconds=first.lap_ms)
    return began_at if not stops or stops[0].in_at is None or began_at < stops[0].in_at else None
