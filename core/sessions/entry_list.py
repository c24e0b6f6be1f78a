"""Entries from a CSV text and from the numbers a feed shows.

CSV: a heading row, then one row a number; separated by comma, semicolon or tab. Known headings: number, class, team and
driver (several drivers in one cell by `/` or `;`, or in columns `driver 1`, `driver 2` …). Every row is checked before
anything is stored.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from core.errors import BadInput
from core.sessions.model import Entry, Origin

MOST_ROWS = 2_000
LONGEST_NUMBER = 8
LONGEST_TEXT = 100

_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "number": ("number", "no", "no.", "nr", "#", "kart", "car"),
    "category": ("class", "category"),
    "team": ("team",),
}


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


def read_entries(text: str) -> tuple[Entry, ...]:
    """The entries of a CSV text.

    Raises:
        BadInput: every row that cannot be taken, with what is wrong.
    """
    rows = _rows(text)
    columns = [_column(heading) for heading in rows[0]] if rows else []
    if "number" not in columns:
        raise BadInput("The first row has no heading “number”.", "Name the columns: number, class, team, drivers.")
    problems: list[str] = []
    entries: dict[str, Entry] = {}
    for line, row in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in row):
            _take(line, _entry(columns, row), entries, problems)
    if problems:
        raise BadInput(f"Nothing was imported: {'; '.join(problems)}.", "Mend these rows and import the file again.")
    return tuple(entries.values())


def checked_entry(entry: Entry) -> Entry:
    """The entry with its texts trimmed.

    Raises:
        BadInput: what does not fit.
    """
    trimmed = _trimmed(entry)
    if problem := next(_mistakes(trimmed), None):
        raise BadInput(f"The entry {problem}.", "Change it and save again.")
    return trimmed


def proposed(cars: Iterable[Seen], entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The numbers on the board without an entry, for a person to confirm."""
    known = {entry.number for entry in entries}
    fresh: dict[str, Entry] = {}
    for car in cars:
        entry = _trimmed(_of_board(car))
        if entry.number not in known and not any(_mistakes(entry)):
            fresh.setdefault(entry.number, entry)
    return tuple(fresh.values())


def _rows(text: str) -> list[list[str]]:
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    try:
        rows = list(csv.reader(text.lstrip("\ufeff").splitlines(keepends=True), delimiter=separator, strict=True))
    except csv.Error as cause:
        raise BadInput(f"The file is not CSV: {cause}.", "Save it as CSV, in UTF-8.") from cause
    if len(rows) > MOST_ROWS:
        raise BadInput(f"The file has more than {MOST_ROWS} rows.", "Import the entries of one race session.")
    return rows


def _column(heading: str) -> str:
    word = heading.strip().lower()
    if word.startswith("driver"):
        return "drivers"
    return next((column for column, words in _HEADINGS.items() if word in words), "")


def _entry(columns: Sequence[str], row: Sequence[str]) -> Entry:
    named = list(zip(columns, row, strict=False))
    cells = dict(reversed(named))
    drivers = "/".join(cell for column, cell in named if column == "drivers").replace(";", "/").split("/")
    number, category, team = (cells.get(column, "") for column in _HEADINGS)
    return _trimmed(Entry(number, category, team, tuple(drivers), origin=Origin.CSV))


def _take(line: int, entry: Entry, entries: dict[str, Entry], problems: list[str]) -> None:
    if entry.number in entries:
        problems.append(f"row {line} has the number {entry.number} again")
    problems.extend(f"row {line} {problem}" for problem in _mistakes(entry))
    entries[entry.number] = entry


def _of_board(car: Seen) -> Entry:
    drivers = (car.driver,) if car.driver else ()
    return Entry(car.number, car.category, car.team, drivers, source_id=car.source_id, origin=Origin.FEED)


def _trimmed(entry: Entry) -> Entry:
    return Entry(
        number=entry.number.strip(),
        category=(entry.category or "").strip() or None,
        team=(entry.team or "").strip() or None,
        drivers=tuple(name for driver in entry.drivers if (name := driver.strip())),
        source_id=entry.source_id,
        origin=entry.origin,
    )


def _mistakes(entry: Entry) -> Iterator[str]:
    if not entry.number:
        yield "has no number"
    if len(entry.number) > LONGEST_NUMBER:
        yield f"has a number of more than {LONGEST_NUMBER} characters"
    texts = [text for text in (entry.number, entry.category, entry.team, *entry.drivers) if text]
    if any(len(text) > LONGEST_TEXT for text in texts):
        yield f"has a text of more than {LONGEST_TEXT} characters"
    if not all(text.isprintable() for text in texts):
        yield "has characters that cannot be shown"
