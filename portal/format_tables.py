"""Rows about formats: columns of a layout, what changed, versions, the table that a map makes. Values in, words out."""

from collections.abc import Iterable, Mapping

from core.timing.events import ColumnSeen
from core.timing.layouts import LayoutNotice, LayoutSeen
from core.timing.mapping import Meaning
from core.timing.maps_desk import ColumnVersion, FeedVersion
from core.timing.model import Board
from portal.format import UNKNOWN, day_and_time, lap_time, words
from portal.tables import NameOf, Row

_FOUND = {"": "Decoration", "more": "Kept as text", "last": "Last lap", "best": "Best lap", "feed_penalty": "Penalty"}


def column_rows(layout: LayoutSeen, said: Mapping[str, Meaning]) -> list[Row]:
    return [
        {
            "Column": column.id.upper(),
            "Heading": column.heading or UNKNOWN,
            "Type": column.type or UNKNOWN,
            "Means": found(column),
            "Said by": "a person" if column.id in said else "the feed" if column.is_known else "nobody",
        }
        for column in layout.columns
    ]


def found(column: ColumnSeen) -> str:
    """What a column means as it is read now."""
    if not column.is_known:
        return "Unknown, kept as text"
    return _FOUND.get(column.field) or words(column.field)


def layout_name(layout: LayoutSeen, zone: str) -> str:
    unknown = sum(not column.is_known for column in layout.columns)
    warned = f", {unknown} unknown" if unknown else ""
    shown = day_and_time(layout.last_at, zone)
    return f"{len(layout.columns)} columns{warned}, last shown {shown} ({layout.fingerprint[:6]})"


def notice_rows(notices: Iterable[LayoutNotice], zone: str) -> list[Row]:
    return [
        {
            "Time": day_and_time(one.at, zone),
            "What changed": " ".join(one.changes) or "Only the order of things that look alike.",
            "Layout": f"{one.before[:6]} → {one.after[:6]}",
        }
        for one in notices
    ]


def column_version_rows(versions: Iterable[ColumnVersion], name_of: NameOf, zone: str) -> list[Row]:
    return [
        {
            "Version": one.version,
            "Made": day_and_time(one.made_at, zone),
            "By": name_of(one.made_by),
            "Said": ", ".join(f"{name.upper()}: {words(meaning)}" for name, meaning in one.columns.items())
            or "taken back",
        }
        for one in versions
    ]


def feed_version_rows(versions: Iterable[FeedVersion], name_of: NameOf, zone: str) -> list[Row]:
    return [
        {
            "Version": one.version,
            "Made": day_and_time(one.made_at, zone),
            "By": name_of(one.made_by),
            "Fields": len(one.map.fields),
            "Samples": len(one.samples),
            "Layout": one.map.fingerprint[:6],
        }
        for one in versions
    ]


def board_rows(board: Board) -> list[Row]:
    """The table that a map makes, as a reader of timing knows it."""
    ordered = sorted(board.cars, key=lambda car: (car.position is None, car.position or 0))
    return [
        {
            "Pos": car.position,
            "No": car.number,
            "Name": car.team or car.driver or "",
            "Laps": car.laps,
            "Last": lap_time(car.last.ms if car.last else None),
            "Best": lap_time(car.best.ms if car.best else None),
            "Gap": lap_time(car.gap.ms if car.gap else None),
        }
        for car in ordered
    ]
