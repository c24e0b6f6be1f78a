"""What the pit lane tells: stops that were too short, stops that are missing at the end, stops while it was closed."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from core.timing.model import Stop
from core.timing.proposals.model import Kart, Proposal
from core.timing.proposals.scene import Scene, moment, seconds, stop_evidence

CLOSED_LAST_S = "pit_lane_closed_last_s"
"""The limit that says for how long before the end the pit lane is closed."""

_Seen = tuple[str, Kart, int, Stop]


def pit_times(scene: Scene) -> Iterator[Proposal]:
    """Every finished stop whose time in the pit lane the bands punish."""
    for code, kart, ordinal, stop in _stops(scene, "pit_time"):
        if stop.out_at is None or stop.duration_ms is None:
            continue
        value = seconds(stop.duration_ms)
        if scene.bands.punish(code, kart, value):
            yield Proposal(
                kind="pit_time",
                subject=kart.source_id,
                kart=kart.number,
                at=stop.out_at,
                text=f"Stop {ordinal}: {value} s in the pit lane.",
                evidence=stop_evidence(stop, ordinal),
                code=code,
                value=value,
                lap=stop.lap,
            )


def stop_counts(scene: Scene) -> Iterator[Proposal]:
    """At the end, the stops of everybody who drove."""
    if not scene.over or scene.ended_at is None:
        return
    for code, kart in scene.each("stops"):
        stops = scene.visits(kart.source_id)
        if scene.driven(kart.source_id) and scene.bands.punish(code, kart, len(stops)):
            made = [(f"pit in {at}", moment(stop.in_at or stop.out_at)) for at, stop in enumerate(stops, start=1)]
            yield Proposal(
                kind="stops",
                subject=kart.source_id,
                kart=kart.number,
                at=scene.ended_at,
                text=f"{len(stops)} stops until the end.",
                evidence=(("stops", str(len(stops))), *made, ("end", moment(scene.ended_at))),
                code=code,
                value=len(stops),
                mark=scene.mark,
            )


def closed_lane(scene: Scene) -> Iterator[Proposal]:
    """Stops that began in the last part of the race, while the pit lane was closed."""
    closed_s, ends_at = scene.bands.limit(CLOSED_LAST_S), scene.ends_at
    if closed_s is None or ends_at is None:
        return
    for code, kart, ordinal, stop in _stops(scene, "pit_closed"):
        left = None if stop.in_at is None else seconds((ends_at - stop.in_at) // timedelta(milliseconds=1))
        if stop.in_at is not None and left is not None and _is_closed(scene, code, kart, left):
            yield Proposal(
                kind="pit_closed",
                subject=kart.source_id,
                kart=kart.number,
                at=stop.in_at,
                text=f"Came in {left} s before the end; the pit lane is closed for the last {closed_s} s.",
                evidence=(*stop_evidence(stop, ordinal), ("end", moment(ends_at))),
                code=code,
                value=left,
                lap=stop.lap,
            )


def _stops(scene: Scene, measured: str) -> Iterator[_Seen]:
    for code, kart in scene.each(measured):
        for ordinal, stop in enumerate(scene.visits(kart.source_id), start=1):
            yield code, kart, ordinal, stop


def _is_closed(scene: Scene, code: str, kart: Kart, left_s: Decimal) -> bool:
    """By the limit, and by the bands where the ruleset has some for it; coming in as it closes is legal."""
    closed_s = scene.bands.limit(CLOSED_LAST_S)
    if closed_s is None or not 0 <= left_s < closed_s:
        return False
    return scene.bands.punish(code, kart, left_s) or not scene.bands.is_measured(code, kart)
