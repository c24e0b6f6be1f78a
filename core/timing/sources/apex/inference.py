"""Columns guessed from the cells themselves, for a recording that begins in mid-stream, without a grid.

Classes of status icons, names, plates and pit clocks belong to one column type each. Times do not: sectors, best and
last lap look alike. The last lap is the one that comes with a passing of the line, and it is the longest time there
(a sector of the same frame is shorter). Every passing votes, so that one odd frame decides nothing for long.
"""

from collections import Counter

from core.timing.sources.apex.columns import Heading
from core.timing.sources.apex.texts import time_ms

_ENOUGH_VOTES = 200

_TIMES = frozenset(("tn", "ti", "tb"))
_TYPES = {
    **dict.fromkeys(("sr", "su", "sd", "si", "so", "ss", "sf", "sl"), "sta"),
    **dict.fromkeys(("dr", "drteam"), "dr"),
    **dict.fromkeys(("gs", "gf", "gm", "gl"), "grp"),
    "to": "otr",
}


class Guess:
    """The columns as far as the cells seen so far betray them."""

    def __init__(self) -> None:
        self._types: dict[str, str] = {}
        self._last_lap_votes: Counter[str] = Counter()
        self.headings: list[Heading] = []

    @property
    def is_settled(self) -> bool:
        """Whether enough passings have voted; to look at every frame for hours would halve the speed of reading."""
        return self._last_lap_votes.total() >= _ENOUGH_VOTES

    def look(self, lines: list[str]) -> bool:
        """Learn from the lines of one frame; whether the guess changed."""
        cells = [cell for cell in map(_cell, lines) if cell is not None]
        for _, column, css, _ in cells:
            if column not in self._types:
                self._types[column] = _TYPES.get(css, "no" if css.startswith("no") and css[2:].isdigit() else "")
            elif not self._types[column]:
                self._types[column] = _TYPES.get(css, "")
        for row in [line.partition("|")[0] for line in lines if "|*|" in line]:
            self._vote([cell for cell in cells if cell[0] == row and cell[2] in _TIMES])
        return self._settle()

    def _vote(self, cells: list[tuple[str, str, str, str]]) -> None:
        if cells:
            self._last_lap_votes[max(cells, key=lambda cell: time_ms(cell[3]) or 0)[1]] += 1

    def _settle(self) -> bool:
        elected = next((column for column, _ in self._last_lap_votes.most_common(1)), "")
        headings = [
            Heading(column, "llp" if column == elected else kind, "" if kind else column)
            for column, kind in sorted(self._types.items(), key=lambda item: int(item[0][1:]))
        ]
        changed = headings != self.headings
        self.headings = headings
        return changed


def _cell(line: str) -> tuple[str, str, str, str] | None:
    """(row, column, class, text) of a cell line such as `r12c5|tn|59.938`."""
    subject, _, rest = line.partition("|")
    row, c, column = subject.partition("c")
    if not c or not column.isdigit() or not column.isascii() or not row.startswith("r") or len(column) > 3:
        return None
    css, _, text = rest.partition("|")
    return row, c + column, css, text.partition("|")[0]
