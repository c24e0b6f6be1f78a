"""One cell of an Apex table as an event. Each reader takes (source id, CSS class, text, what its column needs).

The class of a cell is half of its meaning: `to` in the on-track column is the pit clock, `drteam` in the name column
is the driver while `dr` is the team, a purple lap is `tb`. What a column needs beside that (the index of a sector,
the heading of a custom column, the style rules) travels with the cell, so that reading one needs no look-up.

A reader returns None for decoration. None of them raises, whatever the text, and none lets HTML through: Apex's own
client sets cells as HTML, so text is taken as what a browser would show.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeAlias

from core.timing.events import (
    BestLap,
    CarEvent,
    Categorised,
    DriverNamed,
    Extra,
    GapShown,
    IntervalShown,
    LapsShown,
    LastLap,
    NationShown,
    PenaltyShown,
    PitClock,
    PitsShown,
    Plated,
    Positioned,
    Road,
    RoadShown,
    SectorTime,
    TeamNamed,
    TrackClock,
)
from core.timing.model import Rank
from core.timing.sources.apex.markup import plain
from core.timing.sources.apex.texts import RANKS, gap, hours_minutes_ms, number, plate_colour, time_ms

Reader: TypeAlias = Callable[[str, str, str, Any], CarEvent | None]
"""The last argument differs from reader to reader; `Column.needs` pairs them."""

_ROADS = {
    "si": Road.IN,
    "so": Road.OUT,
    "ss": Road.STOPPED,
    "sf": Road.FINISHED,
    "sr": Road.RUNNING,
    "su": Road.RUNNING,
    "sd": Road.RUNNING,
}


def read_nothing(source_id: str, _css: str, _text: str, _needs: object) -> None:
    """Decoration: the bar of a group."""


def read_status(source_id: str, css: str, _text: str, _needs: object) -> RoadShown | None:
    road = _ROADS.get(css)
    return None if road is None else RoadShown(source_id, road)


def read_position(source_id: str, _css: str, text: str, _needs: object) -> Positioned:
    return Positioned(source_id, number(text))


def read_plate(source_id: str, css: str, text: str, rules: dict[str, str]) -> Plated:
    """The number and its colour, by the feed's style rule, else by the number in the class itself."""
    return Plated(source_id, plain(text), rules.get(css) or plate_colour(css))


def read_name(source_id: str, css: str, text: str, _needs: object) -> TeamNamed | DriverNamed:
    """Team and driver take turns in this cell every few seconds; the class tells which one it is."""
    if css.startswith("drteam"):
        return DriverNamed(source_id, *_driver(text))
    return TeamNamed(source_id, plain(text))


def read_driver(source_id: str, _css: str, text: str, _needs: object) -> DriverNamed:
    """A column that somebody has said to name drivers, whatever its class."""
    return DriverNamed(source_id, *_driver(text))


def read_first_name(source_id: str, _css: str, text: str, names: dict[str, tuple[str, str]]) -> DriverNamed:
    return _full_name(source_id, (plain(text), names.get(source_id, ("", ""))[1]), names)


def read_last_name(source_id: str, _css: str, text: str, names: dict[str, tuple[str, str]]) -> DriverNamed:
    return _full_name(source_id, (names.get(source_id, ("", ""))[0], plain(text)), names)


def read_last_lap(source_id: str, css: str, text: str, _needs: object) -> LastLap:
    return LastLap(source_id, time_ms(text), RANKS.get(css, Rank.NORMAL))


def read_best_lap(source_id: str, css: str, text: str, _needs: object) -> BestLap:
    return BestLap(source_id, time_ms(text), RANKS.get(css, Rank.NORMAL))


def read_sector(source_id: str, css: str, text: str, sector: int) -> SectorTime:
    return SectorTime(source_id, sector, time_ms(text), RANKS.get(css, Rank.NORMAL))


def read_gap(source_id: str, _css: str, text: str, _needs: object) -> GapShown:
    return GapShown(source_id, *gap(text))


def read_interval(source_id: str, _css: str, text: str, _needs: object) -> IntervalShown:
    ms, laps, _ = gap(text)
    return IntervalShown(source_id, ms, laps)


def read_laps(source_id: str, _css: str, text: str, _needs: object) -> LapsShown:
    return LapsShown(source_id, number(text))


def read_pits(source_id: str, _css: str, text: str, _needs: object) -> PitsShown:
    return PitsShown(source_id, number(text))


def read_on_track(source_id: str, css: str, text: str, _needs: object) -> PitClock | TrackClock:
    """With class `to` the clock of the running stop, else the time on track as `h:mm`."""
    if css == "to":
        return PitClock(source_id, time_ms(text))
    return TrackClock(source_id, hours_minutes_ms(text))


def read_category(source_id: str, _css: str, text: str, _needs: object) -> Categorised:
    return Categorised(source_id, plain(text))


def read_nation(source_id: str, css: str, text: str, _needs: object) -> NationShown:
    """The text, or the country code that stands in the class (`ESP nat`)."""
    return NationShown(source_id, plain(text) or css.partition(" ")[0].replace("nat", ""))


def read_penalty(source_id: str, _css: str, text: str, _needs: object) -> PenaltyShown:
    return PenaltyShown(source_id, plain(text))


def read_extra(source_id: str, _css: str, text: str, heading: str) -> Extra:
    return Extra(source_id, heading, plain(text))


@lru_cache(2048)
def _driver(text: str) -> tuple[str, int | None]:
    """Name and driving time of `NAME [h:mm]`; the same texts come every few seconds."""
    text = plain(text)
    name, bracket, driven = text.rpartition(" [")
    if not bracket or not driven.endswith("]"):
        return text, None
    return name.rstrip(), hours_minutes_ms(driven[:-1])


def _full_name(source_id: str, parts: tuple[str, str], names: dict[str, tuple[str, str]]) -> DriverNamed:
    names[source_id] = parts
    return DriverNamed(source_id, " ".join(part for part in parts if part))
