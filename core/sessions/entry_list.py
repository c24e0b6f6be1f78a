"""Entries as a list of rows, read and written, and from the numbers a feed shows.

A heading row, then one row a number. Known headings: number, class, team, team id, weight, source id, `field: …`; the
drivers in columns `driver 1`, `driver 1 id`, `driver 2` … or all in one cell, parted by `/` or `;`. What has another
heading is left out. Every row is checked before anything is stored. `entry_files` makes rows of files and back.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import zip_longest
from typing import Protocol
from uuid import UUID

from core.errors import BadInput
from core.sessions.model import Entry, Origin

MOST_ROWS = 10_000
MOST_DRIVERS = 8
MOST_FIELDS = 20
HEAVIEST_KG = 9999
LONGEST_NUMBER = 8
LONGEST_TEXT = 100

Rows = Sequence[Sequence[str]]

_HEADINGS: Mapping[str, str] = {
    **dict.fromkeys(("number", "no", "no.", "nr", "#", "kart", "car"), "number"),
    **dict.fromkeys(("class", "category"), "category"),
    "team": "team",
    "team id": "team_id",
    "source id": "source_id",
    **dict.fromkeys(("weight", "weight kg", "weight (kg)"), "weight_kg"),
}
_DRIVER = re.compile(r"driver ?([1-9][0-9]?)( id)?")
_FIELD = re.compile(r"field: ?(\S.*)")
_WEIGHT = re.compile(r"[0-9]{1,4}([.,][0-9]{1,2})?", re.ASCII)


class Seen(Protocol):
    """A car as a timing board shows it."""

    @property
    def source_id(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def team(self) -> str | None: ...
    @property
    def driver(self) -> str | None: ...
    @property
    def category(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class NamedDriver:
    """By name, by id, or both; the id decides."""

    name: str = ""
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    """An entry as somebody wrote it: its drivers are not found among the people yet, nor its team among the teams."""

    entry: Entry
    drivers: tuple[NamedDriver, ...] = ()


@dataclass
class _Cells:
    """One row, its cells sorted by what they say."""

    texts: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    ids: dict[int, str] = field(default_factory=dict)
    together: list[str] = field(default_factory=list)


def read_rows(rows: Rows) -> tuple[Typed, ...]:
    """The entries of a list.

    Raises:
        BadInput: every row that cannot be taken, with what is wrong.
    """
    headings = [_heading(cell) for cell in rows[0]] if rows else []
    if "number" not in headings:
        raise BadInput("The first row has no heading “number”.", "Name the columns: number, class, team, drivers.")
    if len(rows) > MOST_ROWS:
        raise BadInput(f"The list has more than {MOST_ROWS} rows.", "Import the entries of one race session.")
    problems: list[str] = []
    taken: dict[str, Typed] = {}
    for line, row in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in row):
            problems.extend(f"row {line} {problem}" for problem in _take(_sorted(headings, row), taken))
    if problems:
        raise BadInput(f"Nothing was imported: {'; '.join(problems)}.", "Mend these rows and import the file again.")
    return tuple(taken.values())


def to_rows(entries: Iterable[Entry]) -> list[list[str]]:
    """A heading row and a row an entry; read again they say the same."""
    listed = list(entries)
    drivers = max((len(each.drivers) for each in listed), default=0)
    fields = sorted({name for each in listed for name in each.fields})
    heads = [heading for n in range(1, drivers + 1) for heading in (f"driver {n}", f"driver {n} id")]
    heading = ["number", "class", "team", "team id", *heads, "weight kg", "source id", *(f"field: {f}" for f in fields)]
    return [heading, *(_row(each, drivers, fields) for each in listed)]


def checked(typed: Typed) -> Typed:
    """The same with its texts trimmed.

    Raises:
        BadInput: what does not fit.
    """
    trimmed = _trimmed(typed)
    if problem := next(_mistakes(trimmed), None):
        raise BadInput(f"The entry {problem}.", "Change it and save again.")
    return trimmed


def typed(entry: Entry) -> Typed:
    """An entry that names its drivers, by id too where it has them."""
    return Typed(
        entry, tuple(NamedDriver(name or "", each) for name, each in zip_longest(entry.drivers, entry.driver_ids))
    )


def kilograms(text: str | None) -> Decimal | None:
    """A weight as people type it, with a point or a comma; None for an empty one.

    Raises:
        BadInput: it is no number of kilograms.
    """
    weight = _kilograms((text or "").strip())
    if text and text.strip() and weight is None:
        raise BadInput(f"“{text[:40]}” is no number of kilograms.", "Type one such as 182.5.")
    return weight


def proposed(cars: Iterable[Seen], entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The numbers on the board without an entry, for a person to confirm."""
    known = {entry.number for entry in entries}
    fresh: dict[str, Entry] = {}
    for car in cars:
        each = _trimmed(typed(_of_board(car)))
        if each.entry.number not in known and not any(_mistakes(each)):
            fresh.setdefault(each.entry.number, each.entry)
    return tuple(fresh.values())


def _heading(cell: str) -> str:
    """What a column holds: a key of `_HEADINGS`, `driver`, `driver 1`, `driver 1 id`, `field: …`; empty: nothing."""
    words = " ".join(cell.strip().split()).replace("_", " ")
    if _FIELD.fullmatch(words) and words.lower().startswith("field:"):
        return "field:" + words.partition(":")[2].strip()
    lower = words.lower()
    if _DRIVER.fullmatch(lower):
        return lower
    return "driver" if lower.startswith("driver") else _HEADINGS.get(lower, "")


def _sorted(headings: Sequence[str], row: Sequence[str]) -> _Cells:
    cells = _Cells()
    for heading, cell in zip(headings, row, strict=False):
        if numbered := _DRIVER.fullmatch(heading):
            (cells.ids if numbered[2] else cells.names).setdefault(int(numbered[1]), cell.strip())
        elif heading == "driver":
            cells.together += cell.replace(";", "/").split("/")
        elif heading.startswith("field:"):
            cells.fields.setdefault(heading.removeprefix("field:"), cell.strip())
        else:
            cells.texts.setdefault(heading, cell.strip())
    return cells


def _take(cells: _Cells, taken: dict[str, Typed]) -> Iterator[str]:
    """Add the row's entry to those taken; what is wrong with it."""
    numbered = sorted(cells.names.keys() | cells.ids.keys())
    drivers = [NamedDriver(name) for name in cells.together]
    drivers += [NamedDriver(cells.names.get(n, ""), _uuid(cells.ids.get(n, ""))) for n in numbered]
    texts = cells.texts
    entry = Entry(
        number=texts.get("number", ""),
        category=texts.get("category"),
        team=texts.get("team"),
        source_id=texts.get("source_id") or None,
        origin=Origin.CSV,
        team_id=_uuid(texts.get("team_id", "")),
        weight_kg=_kilograms(texts.get("weight_kg", "")),
        fields=cells.fields,
    )
    each = _trimmed(Typed(entry, tuple(drivers)))
    if each.entry.number in taken:
        yield f"has the number {each.entry.number} again"
    yield from _unreadable(cells)
    yield from _mistakes(each)
    taken[each.entry.number] = each


def _unreadable(cells: _Cells) -> Iterator[str]:
    ids = [cells.texts.get("team_id", ""), *cells.ids.values()]
    yield from (f"has “{text[:40]}”, which is no id" for text in ids if text and _uuid(text) is None)
    weight = cells.texts.get("weight_kg", "")
    if weight and _kilograms(weight) is None:
        yield f"has the weight “{weight[:40]}”, which is no number of kilograms"


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _kilograms(text: str) -> Decimal | None:
    return Decimal(text.replace(",", ".")) if _WEIGHT.fullmatch(text) else None


def _row(entry: Entry, drivers: int, fields: Sequence[str]) -> list[str]:
    named = [
        cell
        for n in range(drivers)
        for cell in (
            entry.drivers[n] if n < len(entry.drivers) else "",
            str(entry.driver_ids[n]) if n < len(entry.driver_ids) else "",
        )
    ]
    weight = "" if entry.weight_kg is None else f"{entry.weight_kg:f}"
    front = [entry.number, entry.category or "", entry.team or "", str(entry.team_id or "")]
    return [*front, *named, weight, entry.source_id or "", *(entry.fields.get(name, "") for name in fields)]


def _of_board(car: Seen) -> Entry:
    drivers = (car.driver,) if car.driver else ()
    return Entry(car.number, car.category, car.team, drivers, source_id=car.source_id, origin=Origin.FEED)


def _trimmed(given: Typed) -> Typed:
    named = (NamedDriver(driver.name.strip(), driver.id) for driver in given.drivers)
    drivers = tuple(driver for driver in named if driver.name or driver.id)
    ids = tuple(driver.id for driver in drivers if driver.id is not None)
    entry = replace(
        given.entry,
        number=given.entry.number.strip(),
        category=(given.entry.category or "").strip() or None,
        team=(given.entry.team or "").strip() or None,
        drivers=tuple(driver.name for driver in drivers),
        driver_ids=ids if len(ids) == len(drivers) else (),
        fields={key.strip(): words for key, text in given.entry.fields.items() if (words := text.strip())},
    )
    return Typed(entry, drivers)


def _mistakes(each: Typed) -> Iterator[str]:
    entry = each.entry
    if not entry.number:
        yield "has no number"
    if len(entry.number) > LONGEST_NUMBER:
        yield f"has a number of more than {LONGEST_NUMBER} characters"
    if len(each.drivers) > MOST_DRIVERS:
        yield f"has more than {MOST_DRIVERS} drivers"
    if entry.weight_kg is not None and not 0 < entry.weight_kg <= HEAVIEST_KG:
        yield f"has a weight that is not between 0 and {HEAVIEST_KG} kg"
    if len(entry.fields) > MOST_FIELDS:
        yield f"has more than {MOST_FIELDS} fields"
    yield from _mistakes_of_texts(entry)


def _mistakes_of_texts(entry: Entry) -> Iterator[str]:
    known = (entry.number, entry.category, entry.team, entry.source_id)
    texts = [text for text in (*known, *entry.drivers, *entry.fields, *entry.fields.values()) if text]
    if any(len(text) > LONGEST_TEXT for text in texts):
        yield f"has a text of more than {LONGEST_TEXT} characters"
    if not all(text.isprintable() for text in texts):
        yield "has characters that cannot be shown"
