"""Rows of the analysis page: values in, words out."""

from collections.abc import Iterable

from core.timing.analysis import Rated
from core.timing.analysis_debt import Adjusted
from core.timing.analysis_ideal import IdealLap
from core.timing.analysis_karts import KartQuality
from core.timing.analysis_plan import Neighbour, StopPlan
from core.timing.pace import Confidence
from portal.format import UNKNOWN, lap_time, words
from portal.race_analysis import Judged
from portal.tables import Row

_NEAR_MS = 15_000


def rated_rows(race: Judged, rated: Iterable[Rated]) -> list[Row]:
    """Fastest first; the confidence says how far to trust the order."""
    return [
        {
            "": at,
            "Kart": race.number(one.source_id),
            "Who": one.driver or race.name(one.source_id),
            "Pace": lap_time(one.pace.pace_ms),
            "Behind": _signed(one.behind_ms) if one.behind_ms else "",
            "± 95 %": _seconds(one.pace.margin_ms),
            "Spread": _seconds(one.pace.spread_ms),
            "Best": lap_time(one.pace.best_ms),
            "Median driven": lap_time(one.pace.median_ms),
            "Laps": one.pace.laps,
            "Confidence": _confidence(one.pace.confidence),
        }
        for at, one in enumerate(rated, start=1)
    ]


def kart_rows(karts: Iterable[KartQuality]) -> list[Row]:
    return [
        {
            "Kart": one.number,
            "Against the mean": UNKNOWN if one.offset_ms is None else _signed(one.offset_ms),
            "± 95 %": UNKNOWN if one.margin_ms is None else _seconds(one.margin_ms),
            "Drivers": one.drivers,
            "Laps": one.laps,
            "Confidence": "cannot be told from its drivers" if one.confidence is None else _confidence(one.confidence),
        }
        for one in karts
    ]


def adjusted_rows(race: Judged, order: Iterable[Adjusted]) -> list[Row]:
    """With the place on the track beside the adjusted one."""
    places = {one.source_id: at for at, one in enumerate(race.order, start=1)}
    return [
        {
            "Pos": one.position,
            "On track": places[one.source_id],
            "Kart": race.number(one.source_id),
            "Team": race.name(one.source_id),
            "Laps": one.laps,
            "Stops": one.stops,
            "Owed": one.owed or "",
            "Debt": _signed(one.debt_ms) if one.debt_ms else "",
            "Gap on track": _signed(one.gap_ms) if one.gap_ms else "",
            "Adjusted gap": _signed(one.adjusted_gap_ms) if one.adjusted_gap_ms else "",
        }
        for one in order
    ]


def ideal_rows(race: Judged, ideals: Iterable[IdealLap]) -> list[Row]:
    return [
        {
            "Kart": race.number(one.source_id),
            "Team": race.name(one.source_id),
            "Ideal lap": lap_time(one.ideal_ms),
            "Best lap": lap_time(one.best_ms),
            "Left": _seconds(one.left_ms),
            "Sectors": "  ".join(lap_time(ms) for ms in one.sectors_ms),
        }
        for one in ideals
    ]


def plan_words(plan: StopPlan | None) -> str:
    """When the next stop has to come, and where stints of equal length would put all of them."""
    if plan is None:
        return "The feed shows no time that is left, so there is nothing to plan."
    if not plan.possible:
        return "The rules can no longer be kept: the stint or the time that is left is too short."
    if plan.window is None:
        return "No more stops are needed."
    opens = f"opens in {_clock(plan.window[0])}" if plan.window[0] else "is open"
    planned = ", ".join(f"in {_clock(one.in_ms)} (stint {_clock(one.stint_ms)})" for one in plan.planned)
    return f"The window {opens} and closes in {_clock(plan.window[1])}. Equal stints: {planned}."


def traffic_words(race: Judged, neighbours: Iterable[Neighbour]) -> str:
    """Who would be within a quarter of a minute after a stop now."""
    near = sorted((one for one in neighbours if abs(one.offset_ms) <= _NEAR_MS), key=lambda one: one.offset_ms)
    if not near:
        return "Out into clear air: nobody within 15 s."
    ahead = [f"{race.number(one.source_id)} ({-one.offset_ms / 1000:.1f} s)" for one in near if one.offset_ms < 0]
    behind = [f"{race.number(one.source_id)} ({one.offset_ms / 1000:.1f} s)" for one in near if one.offset_ms >= 0]
    return f"Ahead: {', '.join(ahead) or 'nobody'}. Behind: {', '.join(behind) or 'nobody'}."


def _signed(ms: int) -> str:
    return f"{'+' if ms >= 0 else '−'}{lap_time(abs(ms))}"


def _seconds(ms: int) -> str:
    return f"{ms / 1000:.3f}"


def _clock(ms: int) -> str:
    """`9:01`, `1:05:00`."""
    minutes, seconds = divmod(ms // 1000, 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}" if minutes >= 60 else f"{minutes}:{seconds:02d}"


def _confidence(confidence: Confidence) -> str:
    return words(confidence)
