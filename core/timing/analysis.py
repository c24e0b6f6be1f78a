"""What the laps and stops of a session say about teams, drivers and karts, as one frozen value."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.timing.analysis_ideal import IdealLap, ideal_laps
from core.timing.analysis_karts import KartQuality, kart_qualities
from core.timing.model import Lap, Stop
from core.timing.pace import Clean, Field, Pace, clean_laps, field_of, normalised, paces


@dataclass(frozen=True, slots=True)
class Rated:
    """A team or one of its drivers; `behind_ms` is how much slower a lap is than that of the fastest."""

    source_id: str
    number: str
    driver: str | None
    pace: Pace
    behind_ms: int


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything is ordered fastest first."""

    field: Field | None = None
    laps: int = 0
    """Clean laps that it rests on."""
    teams: tuple[Rated, ...] = ()
    drivers: tuple[Rated, ...] = ()
    """Empty where the feed names no drivers."""
    karts: tuple[KartQuality, ...] = ()
    ideals: tuple[IdealLap, ...] = ()


def analyse(laps: Sequence[Lap], stops: Iterable[Stop]) -> Analysis:
    """Judge a session as far as its laps go."""
    driven = clean_laps(laps, stops)
    field = field_of(driven)
    if field is None:
        return Analysis(ideals=ideal_laps(laps))
    clean = normalised(driven, field)
    numbers = {lap.source_id: lap.number for lap in laps}
    return Analysis(
        field=field,
        laps=len(clean),
        teams=_rated(clean, _team, numbers),
        drivers=_rated([lap for lap in clean if lap.driver], _driver, numbers),
        karts=kart_qualities(clean),
        ideals=ideal_laps(laps),
    )


def _rated(
    laps: Sequence[Clean], key: Callable[[Clean], tuple[str, str | None]], numbers: Mapping[str, str]
) -> tuple[Rated, ...]:
    found = sorted(paces(laps, key).items(), key=lambda item: (item[1].pace_ms, item[0][0], item[0][1] or ""))
    best_ms = found[0][1].pace_ms if found else 0
    return tuple(
        Rated(source_id, numbers[source_id], driver, pace, pace.pace_ms - best_ms)
        for (source_id, driver), pace in found
    )


def _team(lap: Clean) -> tuple[str, str | None]:
    return lap.source_id, None


def _driver(lap: Clean) -> tuple[str, str | None]:
    return lap.source_id, lap.driver
