"""A ruleset that measures everything, and races in a few words: seconds since noon, one kart unless more are named."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from core.penalties.catalogue import Catalogue, read_catalogue
from core.sessions.model import Phase
from core.timing.model import Flag, Lap, LapKind, Provenance, Stop
from core.timing.proposals.bands import Bands
from core.timing.proposals.karts import Visit
from core.timing.proposals.model import Kart, Proposal
from core.timing.proposals.scene import Scene, Search

NOON = datetime(2026, 3, 7, 12, 0, tzinfo=UTC)
RULES = """
id: measured
version: 1
limits: {pit_lane_closed_last_s: 600, driver_share_percent: 70, jump_start_s: 30}
codes:
  PIT:   {label: Pit time, value: seconds, measured: pit_time}
  STINT: {label: Stint length, value: seconds, measured: stint}
  DRIVE: {label: Driving time, value: seconds, measured: driving_time}
  STOPS: {label: Number of stops, value: stops, measured: stops}
  SHARE: {label: Share of laps, value: laps, measured: share}
  PLC:   {label: Pit lane closed, value: seconds, measured: pit_closed}
  JS:    {label: Jump start, value: seconds, measured: jump_start}
penalties:
  sg10: {label: 10 s stop & go, type: stop_go, seconds: 10, serve: {within_crossings: 3}, unserved: {do: lap_1}}
  lap_1: {label: One lap, type: lap, laps: 1}
measures:
  - {id: pit_min, match: {code: PIT}, bands: [{up_to: 119.999, do: sg10}, {over: 119.999, do: none}]}
  - id: stint_range
    match: {code: STINT}
    bands: [{up_to: 599.999, do: sg10}, {over: 599.999, up_to: 2280, do: none}, {over: 2280, do: sg10}]
  - {id: drive_min, match: {code: DRIVE, drivers: 2}, bands: [{up_to: 1799.999, do: lap_1}, {over: 1799.999, do: none}]}
  - {id: stops_min, match: {code: STOPS}, bands: [{up_to: 1, do: lap_1}, {over: 1, do: none}]}
  - {id: share, match: {code: SHARE}, bands: [{up_to: 0, do: none}, {over: 0, do: lap_1}]}
"""
CATALOGUE = read_catalogue(RULES, "test")
KART = Kart("r42", "42", "Pro", ("Driver 42A", "Driver 42B"), people=("person 1", "person 2"))


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def laps(*ends: float, driver: str | None = None, source_id: str = "r42", first: int = 1) -> list[Lap]:
    """Laps that ended at these seconds; the first one began 60 s before."""
    begins = [ends[0] - 60, *ends]
    return [
        Lap(source_id, source_id[1:], number, round((end - begin) * 1000), LapKind.LAP, at(end), driver)
        for number, (begin, end) in enumerate(zip(begins, ends, strict=False), start=first)
    ]


def flagged(lap: Lap) -> Lap:
    return Lap(lap.source_id, lap.number, lap.lap, lap.lap_ms, lap.kind, lap.at, lap.driver, flag=Flag.CHEQUERED)


def stop(in_s: float | None, out_s: float | None, *, measured: bool = True, source_id: str = "r42") -> Stop:
    known = measured and in_s is not None and out_s is not None
    return Stop(
        source_id,
        None if in_s is None else at(in_s),
        None if out_s is None else at(out_s),
        round((out_s - in_s) * 1000) if known and in_s is not None and out_s is not None else None,
        provenance=Provenance.FEED,
    )


def scene(
    driven: Iterable[Lap] = (),
    stops: Iterable[Stop] = (),
    *,
    now: float = 10_000,
    ended: float | None = None,
    left: float | None = None,
    green: float | None = None,
    served: Mapping[str, tuple[Visit, ...]] | None = None,
    kart: Kart = KART,
    catalogue: Catalogue = CATALOGUE,
) -> Scene:
    return Scene(
        bands=Bands(catalogue, Phase.RACE),
        karts={kart.source_id: kart},
        laps=tuple(driven),
        stops=tuple(stops),
        began_at=NOON,
        now=at(now),
        mark="feed",
        ended_at=None if ended is None else at(ended),
        remaining_ms=None if left is None else round(left * 1000),
        green_at=None if green is None else at(green),
        served=served or {},
    )


def found(search: Search, looked_at: Scene) -> list[Proposal]:
    return list(search(looked_at))


def values(proposals: Iterable[Proposal]) -> list[str]:
    return [str(one.value) for one in proposals]
