"""How messages of a feed nobody knows may be written: every shape that fits most of the samples.

JSON: wherever there is a list of objects (or of lists), an object of alike objects, or the document itself. Lines: cut
at tab, semicolon, bar or comma into equally many columns, with or without a line of headings; or pairs of key and
value. Which of them it is, the meanings decide that can be found in their fields (`mapping_guess`).
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from core.timing.mapping import FeedMap, Rows, Shape
from core.timing.mapping_rows import cells_of, document, lines_of, opened, pairs_of
from core.timing.mapping_values import number

_SEPARATORS = ("\t", ";", "|", ",")
_PAIR_SEPARATORS = ("\t", ";", "|", "&", ",", " ")
_ASSIGNS = ("=", ":")
_FEWEST_COLUMNS = 3
_FEWEST_PAIRS = 2
_MOST = 0.8
_DEEPEST = 4
_MOST_PLACES = 12
_WIDEST = 64


def shapes(messages: Sequence[str]) -> Iterator[FeedMap]:
    """Maps without fields."""
    documents = [value for value in map(document, messages) if isinstance(value, dict | list)]
    if len(documents) >= _MOST * len(messages):
        yield from _json_shapes(documents)
        return
    lines = [line for message in messages for line in lines_of(message.removeprefix("\ufeff"))]
    yield from _pair_shapes(lines)
    yield from _delimited_shapes(lines)


def _json_shapes(documents: Sequence[object]) -> Iterator[FeedMap]:
    places: Counter[tuple[str, Rows]] = Counter()
    for value in documents:
        places.update(set(_places(value, "", 0)))
    for (path, rows), _ in places.most_common(_MOST_PLACES):
        yield FeedMap(Shape.JSON, rows, (), at=path)


def _places(value: object, path: str, depth: int) -> Iterator[tuple[str, Rows]]:
    """Where rows may stand in a document."""
    value = opened(value)
    if depth > _DEEPEST or not value:
        return
    if isinstance(value, dict):
        if depth == 0 or len(value) >= _FEWEST_COLUMNS:
            yield path, Rows.SINGLE
        if _are_alike(list(value.values())):
            yield path, Rows.MAP
    elif isinstance(value, list) and _are_alike(value):
        yield path, Rows.LIST
        return
    yield from _deeper(value, path, depth)


def _deeper(value: object, path: str, depth: int) -> Iterator[tuple[str, Rows]]:
    items: list[tuple[object, object]] = []
    if isinstance(value, dict):
        items = list(value.items())[:_WIDEST]
    elif isinstance(value, list):
        items = list(enumerate(value[:_FEWEST_COLUMNS]))
    for key, inner in items:
        if "." not in str(key):
            yield from _places(inner, f"{path}.{key}" if path else str(key), depth + 1)


def _are_alike(values: list[object]) -> bool:
    """Whether these are rows of one table: all objects that share a key, or all lists."""
    inner = [opened(value) for value in values]
    if inner and all(isinstance(value, list) and len(value) >= _FEWEST_COLUMNS for value in inner):
        return True
    keys = [set(value) for value in inner if isinstance(value, dict)]
    return bool(keys) and len(keys) == len(inner) and bool(set.intersection(*keys))


def _pair_shapes(lines: Sequence[str]) -> Iterator[FeedMap]:
    for separator in _PAIR_SEPARATORS:
        for assign in _ASSIGNS:
            rows = [pairs_of(line, separator, assign) for line in lines]
            shared = Counter(key for row in rows for key in row)
            usual = {key for key, times in shared.items() if times * 2 >= len(lines)}
            fitting = [row for row in rows if len(row) >= _FEWEST_PAIRS and usual & row.keys()]
            if usual and len(fitting) >= _MOST * len(lines):
                yield FeedMap(Shape.PAIRS, Rows.LIST, (), separator=separator, assign=assign)


def _delimited_shapes(lines: Sequence[str]) -> Iterator[FeedMap]:
    for separator in _SEPARATORS:
        cut = [cells_of(line, separator) for line in lines]
        widths = Counter(map(len, cut))
        width, times = widths.most_common(1)[0] if widths else (0, 0)
        if width >= _FEWEST_COLUMNS and times >= _MOST * len(lines):
            header = _header([cells for cells in cut if len(cells) == width])
            yield FeedMap(Shape.DELIMITED, Rows.LIST, (), separator=separator, header=header)


def _header(cut: Sequence[list[str]]) -> tuple[str, ...]:
    """The line of headings: words without a number in them, where other lines have numbers."""
    first, others = cut[0], cut[1:]
    words = [cell for cell in first if cell]
    numeric = sum(_is_numeric(cell) for cells in others for cell in cells)
    if not words or len(set(words)) != len(words) or any(map(_is_numeric, words)) or not numeric:
        return ()
    return tuple(first)


def _is_numeric(cell: str) -> bool:
    return number(cell) is not None or cell.replace(":", "").replace(".", "").isdigit()
