"""Layouts of tables: what was seen of a circuit's feed, and what changed from one to the next, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from core.timing.events import ColumnSeen


@dataclass(frozen=True, slots=True)
class LayoutSeen:
    """A layout as a circuit's feed has shown it."""

    fingerprint: str
    columns: tuple[ColumnSeen, ...]
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class LayoutNotice:
    """The feed has begun to send another layout."""

    at: datetime
    before: str
    """Fingerprint of the layout it was; "" for a circuit's first."""
    after: str
    changes: tuple[str, ...]


class _Place(NamedTuple):
    """Where a column stands."""

    place: int
    column: ColumnSeen


def changes(before: Sequence[ColumnSeen], after: Sequence[ColumnSeen]) -> tuple[str, ...]:
    """What a person must know: columns added, removed, moved, renamed; what nobody knows is named as such."""
    old, new = _places(before), _places(after)
    pairs = _pairs(old, new)
    gone = [one for one in old if one not in pairs]
    fresh = [one for one in new if one not in pairs.values()]
    renamed = [(one, other) for one, other in pairs.items() if one.column.heading != other.column.heading]
    return (
        *(f"{_named(one)} was added as column {one.place}{_unknown(one.column)}." for one in fresh),
        *(f"{_named(one)} was removed." for one in gone),
        *(f"{_named(one)} is now called {_named(other)}." for one, other in renamed),
        *(f"{_named(other)} moved from column {one.place} to {other.place}." for one, other in _moved(pairs)),
    )


def _places(columns: Sequence[ColumnSeen]) -> list[_Place]:
    return [_Place(place, column) for place, column in enumerate(columns, start=1)]


def _pairs(old: list[_Place], new: list[_Place]) -> dict[_Place, _Place]:
    """The same column before and after: by type and heading, else by type alone, else by its own name and place."""
    found: dict[_Place, _Place] = {}
    for is_same in (_alike, _typed_alike, _placed_alike):
        for one in old:
            taken = set(found.values())
            other = next((each for each in new if each not in taken and is_same(one, each)), None)
            if one not in found and other is not None:
                found[one] = other
    return dict(sorted(found.items()))


def _alike(one: _Place, other: _Place) -> bool:
    return (one.column.type, one.column.heading) == (other.column.type, other.column.heading)


def _typed_alike(one: _Place, other: _Place) -> bool:
    return bool(one.column.type) and one.column.type == other.column.type


def _placed_alike(one: _Place, other: _Place) -> bool:
    untyped = not one.column.type and not other.column.type
    return untyped and (one.place, one.column.id) == (other.place, other.column.id)


def _moved(pairs: dict[_Place, _Place]) -> list[tuple[_Place, _Place]]:
    """Columns out of the longest run that kept its order, so that one added in front moves nobody."""
    kept = _longest_rise([other.place for other in pairs.values()])
    return [(one, other) for one, other in pairs.items() if other.place not in kept]


def _longest_rise(places: list[int]) -> set[int]:
    best: list[list[int]] = []
    for place in places:
        before: list[int] = max((run for run in best if run[-1] < place), key=len, default=[])
        best.append([*before, place])
    longest: list[int] = max(best, key=len, default=[])
    return set(longest)


def _named(one: _Place) -> str:
    column = one.column
    words = f"“{column.heading}”" if column.heading else "a column without a heading"
    return f"{words} ({column.type})" if column.type else words


def _unknown(column: ColumnSeen) -> str:
    return "" if column.is_known else "; nobody knows what it means"
