"""A simulated race, told frame by frame; see the package for what it holds and what it is good for."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

from core.timing.model import Lap, Stop
from core.timing.recordings import RecordedFrame
from core.timing.simulate.driving import drive, entries
from core.timing.simulate.plan import Plan
from core.timing.simulate.telling import Telling


@dataclass(frozen=True, slots=True)
class Race:
    """A recording and what truly happened: the laps that a listener can know of, and every stop."""

    plan: Plan
    frames: tuple[RecordedFrame, ...]
    laps: tuple[Lap, ...]
    stops: tuple[Stop, ...]
    half_told_stops: int
    """Stops of which the link missed an end; they are not in `stops`."""
    official_laps: tuple[Lap, ...]
    """The venue's list: every lap, also those that nobody listened to."""
    official_stops: tuple[Stop, ...]
    """The same of stops; those of karts still in at the end have no way out."""
    driven_ms: Mapping[tuple[str, str], int]
    """How long each driver drove, by source id and name."""
    junk: int
    grids: int


def simulate(plan: Plan) -> Race:
    """Drive a race and record how its server tells it. The same plan gives the same race."""
    rng = Random(plan.seed)  # noqa: S311 - a race is invented, not guarded
    karts = entries(plan, rng)
    telling = Telling(plan, karts, rng)
    frames = tuple(telling.run(drive(plan, karts, rng)))
    return Race(
        plan=plan,
        frames=frames,
        laps=tuple(telling.laps),
        stops=tuple(telling.stops),
        half_told_stops=telling.half_told_stops,
        official_laps=tuple(telling.official_laps),
        official_stops=tuple(telling.official_stops),
        driven_ms=dict(telling.driven_ms),
        junk=telling.junk,
        grids=telling.grids,
    )


def recording_lines(race: Race) -> Iterator[str]:
    """The race as a recording: JSON lines with a relative clock."""
    start = race.plan.started_at
    yield json.dumps(
        {"v": 1, "circuit_url": "", "ws_port": 0, "name": race.plan.title, "started_at": start.isoformat()}
    )
    for frame in race.frames:
        yield json.dumps({"t": (frame.at - start).total_seconds(), "msg": frame.text}, ensure_ascii=False)
