"""The table of an Apex snapshot: HTML of five tags, read without a regex and without an HTML library.

Only `tbody`, `tr`, `td`, `div` and `p` occur. A body cell's id stands on the `td`, except for position and number,
where it stands on an element inside; of nested elements the innermost with an id wins, and a cell without any id
belongs to the header cell at the same place. Text is unescaped and handed on as text: HTML never leaves this room.
"""

from typing import NamedTuple

from core.timing.sources.apex.columns import Heading
from core.timing.sources.apex.markup import attribute, plain, text_of

_LONGEST_TEXT = 1000
"""No cell is this long: one that is would only fill memory."""


class GridCell(NamedTuple):
    """A body cell: `r5c3`, its CSS class, its text."""

    cell_id: str
    css: str
    text: str


class Grid(NamedTuple):
    headings: list[Heading]
    rows: dict[str, list[GridCell]]
    """Cells by row id, rows in the feed's order."""


class UnreadableGrid(ValueError):
    """The table has no header row, so nobody can say what its cells mean."""


def read_grid(html: str) -> Grid:
    """The table's headings and rows.

    Raises:
        UnreadableGrid: there is no header row with a single column.
    """
    chunks = html.split("<tr")
    headings: list[Heading] = []
    rows: dict[str, list[GridCell]] = {}
    for chunk in chunks[1:]:
        row_id, is_head = _row_of(chunk)
        if is_head:
            headings = _headings(chunk)
        elif row_id:
            rows[row_id] = _cells(chunk, row_id, headings)
    if not headings:
        raise UnreadableGrid
    return Grid(headings, rows)


def _row_of(chunk: str) -> tuple[str, bool]:
    tag = chunk.partition(">")[0]
    row_id = attribute(tag, "data-id")
    return row_id, row_id == "r0" or "head" in attribute(tag, "class").split()


def _headings(chunk: str) -> list[Heading]:
    found = []
    for place, cell in enumerate(chunk.split("<td")[1:], start=1):
        tag = cell.partition(">")[0]
        cell_id = attribute(tag, "data-id") or f"c{place}"
        found.append(Heading(cell_id, attribute(tag, "data-type"), text_of("<td" + cell)))
    return found


def _cells(chunk: str, row_id: str, headings: list[Heading]) -> list[GridCell]:
    return [_cell(cell, row_id, place, headings) for place, cell in enumerate(chunk.split("<td")[1:])]


def _cell(cell: str, row_id: str, place: int, headings: list[Heading]) -> GridCell:
    tag, _, content = cell.partition(">")
    text, _, closing = content.partition("<")
    if closing.startswith("/td>"):
        text = plain(text)
    else:
        tag, text = _tag_with_id(cell), text_of("<td" + cell)
    fallback = row_id + headings[place].cell_id if place < len(headings) else ""
    return GridCell(attribute(tag, "data-id") or fallback, attribute(tag, "class"), text[:_LONGEST_TEXT])


def _tag_with_id(cell: str) -> str:
    """The innermost start tag that carries a data-id; the `td` itself when none does."""
    start = cell.rfind('data-id="')
    if start < 0:
        return cell.partition(">")[0]
    opening = cell.rfind("<", 0, start)
    return cell[opening + 1 if opening >= 0 else 0 :].partition(">")[0]
