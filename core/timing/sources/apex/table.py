"""The table an Apex feed is talking about: which cells it has and how each of them is read.

A row may appear without a grid (the operator adds an entry; the grid was lost in a hole): it gets the columns of the
table as it is. Without any grid the columns are guessed. The number of rows is limited, since anybody may send lines.
"""

import re
from collections.abc import Mapping
from typing import TypeAlias

from core.timing.events import CarEvent, Layout
from core.timing.mapping import ColumnMap
from core.timing.sources.apex.cells import Reader, read_extra
from core.timing.sources.apex.columns import Column, Shared, columns_of, fingerprint_of, layout_of
from core.timing.sources.apex.grid import Grid, GridCell
from core.timing.sources.apex.inference import Guess
from core.timing.sources.apex.passings import read_row

Entry: TypeAlias = tuple[Reader, str, object]
"""How to read a cell: reader, source id, what the column needs."""

MOST_ROWS = 1000

_SUBJECT = re.compile(r"(r-?\d{1,18})(c\d{1,3})?", re.ASCII)


class Table:
    """Columns, rows and the readers of their cells."""

    def __init__(self, rules: dict[str, str], said: Mapping[str, ColumnMap]) -> None:
        self._said = said
        self.entries: dict[str, Entry] = {}
        self._rules = rules
        self._names: dict[str, tuple[str, str]] = {}
        self._columns: dict[str, Column] = {}
        self._rows: set[str] = set()
        self.is_guessing = True
        """Whether there was no grid yet and the cells have still to betray the columns."""
        self._guess: Guess | None = Guess()

    def load(self, grid: Grid) -> tuple[Layout, tuple[tuple[str, tuple[CarEvent, ...]], ...]]:
        """Take over a new grid; its layout and the events that its cells make, row by row."""
        self._guess, self.is_guessing = None, False
        self._names.clear()
        said = self._said.get(fingerprint_of(grid.headings))
        self._columns = columns_of(grid.headings, Shared(self._rules, self._names), said)
        self._start_over(set(grid.rows))
        return layout_of(grid.headings, self._columns, said), tuple(
            (row_id, self._events(row_id, cells)) for row_id, cells in grid.rows.items()
        )

    def clear(self) -> None:
        """The venue shows nothing: no rows, no columns."""
        self._guess, self.is_guessing = None, False
        self._columns = {}
        self._start_over(set())

    def look(self, lines: list[str]) -> None:
        """Before the first grid: learn the columns from a frame."""
        if self._guess is not None and self._guess.look(lines):
            self._columns = columns_of(self._guess.headings, Shared(self._rules, self._names))
            self._start_over(self._rows)
        self.is_guessing = self._guess is not None and not self._guess.is_settled

    def admit(self, subject: str) -> Entry | None:
        """The reader of a cell or row that was not met before; None when the table has no place for it."""
        match = _SUBJECT.fullmatch(subject)
        if match is None or not self._has_room(match[1]):
            return None
        entry = (read_row, match[1], None) if match[2] is None else self._cell(match[1], match[2])
        if entry is not None:
            self._rows.add(match[1])
            self.entries[subject] = entry
        return entry

    def _cell(self, row_id: str, column_id: str) -> Entry | None:
        column = self._columns.get(column_id)
        if column is not None:
            return column.read, row_id, column.needs
        return (read_extra, row_id, column_id) if self._guess is not None else None

    def _has_room(self, row_id: str) -> bool:
        return row_id in self._rows or len(self._rows) < MOST_ROWS

    def _start_over(self, rows: set[str]) -> None:
        self._rows = rows
        self.entries.clear()

    def _events(self, row_id: str, cells: list[GridCell]) -> tuple[CarEvent, ...]:
        events = []
        for cell in cells:
            entry = self.admit(cell.cell_id)
            event = entry[0](row_id, cell.css, cell.text, entry[2]) if entry is not None else None
            if event is not None:
                events.append(event)
        return tuple(events)
