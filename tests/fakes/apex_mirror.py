"""What an Apex server knows: the lines it would show a newcomer, and each row's laps for request.php."""

import re
from collections.abc import Iterable

_BEGIN = ("init", "best", "css", "effects", "comments", "title1", "title2", "dyn1", "dyn2", "light", "wth1", "wth2")
_ORDER = (*_BEGIN, "wth3", "track", "com", "grid", "msg")
_ONCE = {*_ORDER} - {"css", "grid"}
_HEAD = re.compile(r'<tr data-id="r0".*?</tr>', re.DOTALL)
_HEADING = re.compile(r'data-id="c(\d+)" data-type="(\w*)"')
_ROW = re.compile(r'<tr data-id="(r\d+)" data-pos="(\d+)">(.*?)</tr>', re.DOTALL)
_CELL = re.compile(r'data-id="(r\d+c\d+)" class="([^"]*)">([^<]*)<')
_CELL_LINE = re.compile(r"(r\d+)c\d+")


class ApexMirror:
    """Folds lines into the last value of everything, as the server does."""

    def __init__(self) -> None:
        self._lines: dict[str, str] = {}
        self._styles: dict[str, str] = {}
        self._head = ""
        self._rows: dict[str, str] = {}
        self._positions: dict[str, int] = {}
        self._cells: dict[str, tuple[str, str]] = {}
        self._columns: dict[str, str] = {}
        self._laps: dict[str, list[str]] = {}

    def apply(self, text: str) -> None:
        for line in text.splitlines():
            self._apply_line(line)

    def snapshot(self) -> Iterable[str]:
        """One frame, or none while nothing was told."""
        if not self._lines:
            return ()
        told = {**self._lines, "css": "\n".join(self._styles.values()), "grid": self._grid()}
        return ("".join(f"{told[name]}\n" for name in _ORDER if told.get(name)),)

    def answer(self, query: str) -> str:
        """Of request.php: the laps asked for, newest first."""
        lines = [
            f"D{row}.L{place:04}#|||{lap}"
            for row in dict.fromkeys(re.findall(r"#D(\d+)\.L", query))
            for place, lap in reversed(list(enumerate(self._laps.get(f"r{row}", []), 1)))
        ]
        return "\n".join(lines)

    def _apply_line(self, line: str) -> None:
        subject, key, value = [*line.split("|", 2), "", ""][:3]
        if subject == "init":
            self._lines.clear()
            self._styles.clear()
        if subject in _ONCE:
            self._lines[subject] = line
        elif subject == "css":
            self._styles[key] = line
        elif subject == "grid":
            self._read_grid(value)
        elif _CELL_LINE.fullmatch(subject):
            self._cells[subject] = (key, value)
        elif key == "#":
            self._positions[subject] = int(value)
        elif key == "*":
            self._note_lap(subject)

    def _note_lap(self, row: str) -> None:
        """The last-lap cell comes before the passing."""
        _, text = self._cells.get(row + self._columns.get("llp", ""), ("", ""))
        laps = self._laps.setdefault(row, [])
        if text:
            minutes, _, seconds = text.rpartition(":")
            laps.append(str(round((int(minutes or 0) * 60 + float(seconds)) * 1000)))

    def _read_grid(self, table: str) -> None:
        head = _HEAD.search(table)
        self._head = head[0] if head else ""
        self._columns = {kind: f"c{number}" for number, kind in _HEADING.findall(self._head)}
        self._rows = {row: body for row, _, body in _ROW.findall(table)}
        self._positions = {row: int(position) for row, position, _ in _ROW.findall(table)}
        self._cells = {cell: (css, text) for cell, css, text in _CELL.findall(table)}

    def _grid(self) -> str:
        rows = sorted(self._rows, key=lambda row: self._positions[row])
        body = "".join(f'<tr data-id="{row}" data-pos="{self._positions[row]}">{self._row(row)}</tr>' for row in rows)
        return f"grid||<tbody>{self._head}{body}</tbody>" if self._head else ""

    def _row(self, row: str) -> str:
        return _CELL.sub(self._cell, self._rows[row])

    def _cell(self, found: re.Match[str]) -> str:
        css, text = self._cells[found[1]]
        return f'data-id="{found[1]}" class="{css}">{text}<'
