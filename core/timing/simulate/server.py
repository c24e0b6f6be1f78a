"""The venue's server: a table of cells that are told when they change, and told whole when somebody connects."""

from collections.abc import Callable
from datetime import timedelta

from core.timing.simulate.driving import Kart

HEADINGS = {
    "grp": "",
    "sta": "",
    "rk": "Rnk",
    "no": "Kart",
    "dr": "Team",
    "llp": "Last lap",
    "blp": "Best lap",
    "s1": "S1",
    "s2": "S2",
    "s3": "S3",
    "gap": "Gap",
    "int": "Interv.",
    "tlp": "Laps",
    "otr": "On track",
    "pit": "Pits",
    "penalty": "Penalty",
    "category": "Class",
}
"""Column types in English; the last two are the venue's own and have a heading only."""

_UNTYPED = frozenset(("penalty", "category"))


class Server:
    """Cells by kart and column, and the lines of the frame that is being written."""

    def __init__(self, karts: list[Kart], columns: tuple[str, ...]) -> None:
        self.lines: list[str] = []
        self.columns = columns
        self._karts = karts
        self._cells: list[dict[str, tuple[str, str]]] = [{} for _ in karts]
        self._later: list[Callable[[], None]] = []
        self.absent: set[int] = set()
        """Karts without a row."""

    def show(self, place: int, column: str, css: str, text: str) -> None:
        """Set a cell; told only when something about it changed."""
        if self._cells[place].get(column) == (css, text):
            return
        self._cells[place][column] = (css, text)
        if column in self.columns and place not in self.absent:
            self.lines.append(f"{self._karts[place].source_id}c{self.columns.index(column) + 1}|{css}|{text}")

    def shown(self, place: int, column: str) -> tuple[str, str]:
        return self._cells[place].get(column, ("", ""))

    def tell(self, place: int, kind: str, text: str) -> None:
        """An event of a row, which belongs to no column."""
        if place not in self.absent:
            self.lines.append(f"{self._karts[place].source_id}|{kind}|{text}")

    def say(self, line: str) -> None:
        self.lines.append(line)

    def later(self, action: Callable[[], None]) -> None:
        """Do it for the next frame."""
        self._later.append(action)

    def flush(self) -> str:
        """The frame as far as it is written; "" when there is nothing to tell."""
        frame = "".join(f"{line}\n" for line in self.lines)
        self.lines.clear()
        waiting, self._later = self._later, []
        for action in waiting:
            action()
        return frame

    def grid(self, order: list[int]) -> str:
        """The whole table, rows in the order of the standings."""
        head = "".join(_head_cell(number, column) for number, column in enumerate(self.columns, start=1))
        present = [place for place in order if place not in self.absent]
        rows = "".join(self._row(place, position) for position, place in enumerate(present, start=1))
        return f'grid||<tbody><tr data-id="r0" class="head" data-pos="0">{head}</tr>{rows}</tbody>'

    def _row(self, place: int, position: int) -> str:
        row_id = self._karts[place].source_id
        cells = "".join(
            _cell(f"{row_id}c{number}", column, *self.shown(place, column))
            for number, column in enumerate(self.columns, start=1)
        )
        return f'<tr data-id="{row_id}" data-pos="{position}">{cells}</tr>'


def lap_text(ms: int) -> str:
    minutes, rest = divmod(ms, 60_000)
    return f"{minutes}:{rest / 1000:06.3f}" if minutes else f"{rest / 1000:.3f}"


def pit_clock(elapsed_ms: int) -> str:
    minutes, seconds = divmod(elapsed_ms // 1000, 60)
    return f"{minutes}:{seconds:02}." if minutes else f"{seconds:02}."


def stint_clock(elapsed: timedelta) -> str:
    hours, minutes = divmod(int(elapsed.total_seconds()) // 60, 60)
    return f"{hours}:{minutes:02}"


def _head_cell(number: int, column: str) -> str:
    kind = "" if column in _UNTYPED else column
    return f'<td data-id="c{number}" data-type="{kind}" data-pr="1">{HEADINGS[column]}</td>'


def _cell(cell_id: str, column: str, css: str, text: str) -> str:
    if column == "rk":
        return f'<td class="rk"><div><p data-id="{cell_id}" class="{css}">{text}</p></div></td>'
    if column == "no":
        return f'<td class="no"><div data-id="{cell_id}" class="{css}">{text}</div></td>'
    return f'<td data-id="{cell_id}" class="{css}">{text}</td>'
