"""One field of a generated parser as an event, by its meaning. None of the readers raises, whatever the text."""

from collections.abc import Callable
from typing import TypeAlias

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
    PitsShown,
    Plated,
    Positioned,
    Road,
    RoadShown,
    SectorTime,
    TeamNamed,
)
from core.timing.mapping import FieldMap, Meaning
from core.timing.mapping_values import count, gap, road, time_ms
from core.timing.model import Rank

Reader: TypeAlias = Callable[[str, str, FieldMap], CarEvent]
"""Takes the source id, the text and the field."""

_SECTORS = (Meaning.SECTOR_1, Meaning.SECTOR_2, Meaning.SECTOR_3)

_YES = frozenset(("true", "1", "yes", "y"))

FIELDS = {
    Meaning.POSITION: "position",
    Meaning.NUMBER: "number",
    Meaning.TEAM: "team",
    Meaning.DRIVER: "driver",
    Meaning.FIRST_NAME: "driver",
    Meaning.LAST_NAME: "driver",
    Meaning.CATEGORY: "category",
    Meaning.NATION: "nation",
    Meaning.LAPS: "laps",
    Meaning.LAST: "last",
    Meaning.BEST: "best",
    **dict.fromkeys(_SECTORS, "sectors"),
    Meaning.GAP: "gap",
    Meaning.INTERVAL: "interval",
    Meaning.PITS: "pits",
    Meaning.STATUS: "status",
    Meaning.PENALTY: "feed_penalty",
    Meaning.TEXT: "more",
}
"""The `Car` field that a meaning fills."""


def _position(source_id: str, text: str, _one: FieldMap) -> Positioned:
    return Positioned(source_id, count(text) or None)


def _number(source_id: str, text: str, _one: FieldMap) -> Plated:
    return Plated(source_id, text, None)


def _team(source_id: str, text: str, _one: FieldMap) -> TeamNamed:
    return TeamNamed(source_id, text)


def _driver(source_id: str, text: str, _one: FieldMap) -> DriverNamed:
    return DriverNamed(source_id, text)


def _category(source_id: str, text: str, _one: FieldMap) -> Categorised:
    return Categorised(source_id, text)


def _nation(source_id: str, text: str, _one: FieldMap) -> NationShown:
    return NationShown(source_id, text)


def _laps(source_id: str, text: str, _one: FieldMap) -> LapsShown:
    return LapsShown(source_id, count(text))


def _last(source_id: str, text: str, one: FieldMap) -> LastLap:
    return LastLap(source_id, time_ms(text, one.notation), Rank.NORMAL)


def _best(source_id: str, text: str, one: FieldMap) -> BestLap:
    return BestLap(source_id, time_ms(text, one.notation), Rank.NORMAL)


def _sector(source_id: str, text: str, one: FieldMap) -> SectorTime:
    return SectorTime(source_id, _SECTORS.index(one.meaning), time_ms(text, one.notation), Rank.NORMAL)


def _gap(source_id: str, text: str, one: FieldMap) -> GapShown:
    return GapShown(source_id, *gap(text, one.notation))


def _interval(source_id: str, text: str, one: FieldMap) -> IntervalShown:
    return IntervalShown(source_id, *gap(text, one.notation))


def _pits(source_id: str, text: str, _one: FieldMap) -> PitsShown:
    return PitsShown(source_id, count(text))


def _status(source_id: str, text: str, one: FieldMap) -> RoadShown:
    """Where the car is; a field such as `inPit` tells it with yes and no."""
    is_in = text.lower() in _YES and "pit" in (one.heading or one.path).lower()
    return RoadShown(source_id, Road.IN if is_in else road(text))


def _penalty(source_id: str, text: str, _one: FieldMap) -> PenaltyShown:
    return PenaltyShown(source_id, text)


def _extra(source_id: str, text: str, one: FieldMap) -> Extra:
    return Extra(source_id, one.heading or one.path, text)


READERS: dict[Meaning, Reader] = {
    Meaning.POSITION: _position,
    Meaning.NUMBER: _number,
    Meaning.TEAM: _team,
    Meaning.DRIVER: _driver,
    Meaning.CATEGORY: _category,
    Meaning.NATION: _nation,
    Meaning.LAPS: _laps,
    Meaning.LAST: _last,
    Meaning.BEST: _best,
    **dict.fromkeys(_SECTORS, _sector),
    Meaning.GAP: _gap,
    Meaning.INTERVAL: _interval,
    Meaning.PITS: _pits,
    Meaning.STATUS: _status,
    Meaning.PENALTY: _penalty,
    Meaning.TEXT: _extra,
}
"""Meanings without a reader say nothing by themselves: identity, total time, what is left out; names in two halves."""
