"""An Apex server rebuilt from what it told: it can tell its whole state to somebody who connects again.

So any recording can be cut anywhere: what a listener would have been sent after a reconnection is known.
"""

from html import escape

from core.timing.sources.apex.grid import Grid, GridCell, read_grid

_SAID_ONCE = ("title1", "title2", "track", "dyn1", "dyn2", "light", "com", "msg")


class Mirror:
    """Takes frames; `snapshot` is the frame of a reconnection."""

    def __init__(self) -> None:
        self._init = ""
        self._said: dict[str, str] = {}
        self._styles: dict[str, str] = {}
        self._head = ""
        self._columns: list[str] = []
        self._rows: dict[str, dict[str, tuple[str, str]]] = {}

    def take(self, frame: str) -> None:
        for line in frame.split("\n"):
            subject, _, rest = line.partition("|")
            if subject == "init":
                self._init = line
                self._styles.clear()
            elif subject == "grid":
                self._load(line)
            elif subject == "css":
                self._styles[rest.partition("|")[0]] = line
            elif subject in _SAID_ONCE:
                self._said[subject] = line
            elif subject[:1] == "r":
                self._set(subject, rest)

    @property
    def has_table(self) -> bool:
        """Whether there is a state to tell: a table of a page that is on."""
        return bool(self._rows) and self._init in {"init|r|", "init|p|"}

    def snapshot(self) -> str:
        rows = "".join(self._row(row, place) for place, row in enumerate(self._by_position(), start=1))
        grid = f"grid||<tbody>{self._head}{rows}</tbody>"
        order = [self._said[key] for key in _SAID_ONCE if key in self._said and key != "msg"]
        lines = [self._init, "best|hide|", *self._styles.values(), *order, grid, self._said.get("msg", "msg||")]
        return "\n".join(lines) + "\n"

    def _load(self, line: str) -> None:
        html = line.split("|", 2)[2]
        grid: Grid = read_grid(html)
        self._head = "<tr" + html.split("<tr")[1]
        self._columns = [heading.cell_id for heading in grid.headings]
        self._rows = {row: {_column(cell): (cell.css, cell.text) for cell in cells} for row, cells in grid.rows.items()}

    def _set(self, subject: str, rest: str) -> None:
        row, cell, column = subject.partition("c")
        if cell and f"c{column}" in self._columns:
            css, _, text = rest.partition("|")
            self._rows.setdefault(row, {})[f"c{column}"] = (css, text)

    def _by_position(self) -> list[str]:
        places = [line.partition('data-id="')[2].partition('"')[0] for line in self._head.split("<td")[1:]]
        types = [line.partition('data-type="')[2].partition('"')[0] for line in self._head.split("<td")[1:]]
        rank = places[types.index("rk")] if "rk" in types else ""
        return sorted(self._rows, key=lambda row: _number(self._rows[row].get(rank, ("", ""))[1]))

    def _row(self, row: str, place: int) -> str:
        cells = "".join(
            f'<td data-id="{row}{column}" class="{css}">{escape(text)}</td>'
            for column in self._columns
            for css, text in [self._rows[row].get(column, ("", ""))]
        )
        return f'<tr data-id="{row}" data-pos="{place}">{cells}</tr>'


def _column(cell: GridCell) -> str:
    return "c" + cell.cell_id.rpartition("c")[2]


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 10**6
