"""A message taken apart by a `FeedMap`: its rows and what stands beside them, as texts by path. Knows no meanings.

JSON numbers become the text they have in the message; nested objects and lists become paths joined by dots; a text
that is JSON itself (Pusher wraps its data so) is opened. Sizes are limited: anybody may send anything.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from core.timing.mapping import FeedMap, Rows, Shape

MOST_FIELDS = 64
MOST_ROWS = 1000
KEY = "@key"
_DEEPEST = 5
_LONGEST_TEXT = 500
_LONGEST_SAMPLE = 200

Row: TypeAlias = dict[str, str]


@dataclass(slots=True)
class Message:
    """What one message holds."""

    rows: list[Row] = field(default_factory=list)
    session: Row = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)
    """(what did not fit, why)."""
    header: tuple[str, ...] | None = None
    """Delimited: the headings, when the message has sent them."""


def read_message(feed: FeedMap, text: str) -> Message:
    """Take a message apart. Never raises: what does not fit stands in `faults`."""
    text = text.removeprefix("\ufeff")
    if feed.shape is Shape.JSON:
        return _read_json(feed, text)
    return _read_lines(feed, text)


def document(text: str) -> object | None:
    """The JSON document of a text; None when it is none."""
    try:
        value: object = json.loads(text, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        return None
    return value


def at(value: object, path: str) -> object | None:
    """What stands at a path of names and places; None when nothing does."""
    for step in path.split(".") if path else ():
        value = opened(value)
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isascii() and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return opened(value)


def opened(value: object) -> object:
    """The document inside a text, where there is one."""
    if isinstance(value, str) and value[:1] in {"{", "["} and value:
        inner = document(value)
        return value if inner is None else inner
    return value


def flat(value: object, without: str | None = None) -> Row:
    """Texts by path; at most `MOST_FIELDS` of them.

    Args:
        value: a JSON value.
        without: the path of a part that is left out, such as the rows of a message.
    """
    found: Row = {}
    for path, text in _leaves(value, "", without, 0):
        found[path] = text
        if len(found) >= MOST_FIELDS:
            break
    return found


def rows_at(value: object, path: str, rows: Rows) -> list[Row] | None:
    """The rows that stand at a path; None when none do."""
    found = at(value, path)
    if rows is Rows.LIST and isinstance(found, list):
        return [flat(one) for one in found[:MOST_ROWS] if isinstance(one, dict | list)]
    if rows is Rows.MAP and isinstance(found, dict):
        listed = list(found.items())[:MOST_ROWS]
        return [{KEY: key, **flat(one)} for key, one in listed if isinstance(one, dict | list)]
    return [flat(found)] if rows is Rows.SINGLE and isinstance(found, dict | list) else None


def cells_of(line: str, separator: str) -> list[str]:
    """The columns of a delimited line, unquoted and without blanks around them."""
    if '"' not in line:
        return [cell.strip() for cell in line.split(separator)]
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])]
    except csv.Error:
        return [cell.strip() for cell in line.split(separator)]


def pairs_of(line: str, separator: str, assign: str) -> Row:
    """The pairs of a line; "" for none."""
    parts = line.split() if separator == " " else line.split(separator)
    pairs = [part.partition(assign) for part in parts[:MOST_FIELDS]]
    return {key.strip(): value.strip().strip('"') for key, mark, value in pairs if mark and key.strip()}


def lines_of(text: str) -> Iterator[str]:
    return (line.rstrip("\r") for line in text.split("\n") if line and not line.isspace())


def _read_json(feed: FeedMap, text: str) -> Message:
    value = document(text)
    if value is None:
        return Message(faults=[(text[:_LONGEST_SAMPLE], "it is not JSON")])
    rows = rows_at(value, feed.at, feed.rows)
    session = flat(value, feed.at) if feed.at else {}
    if rows is None and value and not any(one.path in session for one in feed.session):
        return Message(faults=[(text[:_LONGEST_SAMPLE], "it has no rows where the map expects them")])
    return Message(rows or [], session)


def _read_lines(feed: FeedMap, text: str) -> Message:
    message = Message()
    for line in lines_of(text):
        if len(message.rows) >= MOST_ROWS:
            message.faults.append((line[:_LONGEST_SAMPLE], "too many rows"))
        elif feed.shape is Shape.PAIRS:
            _read_pairs(feed, line, message)
        else:
            _read_cells(feed, line, message)
    return message


def _read_pairs(feed: FeedMap, line: str, message: Message) -> None:
    pairs = pairs_of(line, feed.separator, feed.assign)
    if pairs:
        message.rows.append(pairs)
    else:
        message.faults.append((line[:_LONGEST_SAMPLE], "it has no pairs"))


def _read_cells(feed: FeedMap, line: str, message: Message) -> None:
    cells = cells_of(line, feed.separator)
    headings = {one.heading for one in feed.fields if one.heading}
    if headings and len(headings & set(cells)) * 2 >= len(headings):
        message.header = tuple(cells)
        return
    expected = len(message.header or feed.header) or len(feed.fields)
    if len(cells) != expected:
        message.faults.append((line[:_LONGEST_SAMPLE], f"{len(cells)} columns instead of {expected}"))
        return
    message.rows.append({str(place): cell for place, cell in enumerate(cells[:MOST_FIELDS])})


def _leaves(value: object, path: str, without: str | None, depth: int) -> Iterator[tuple[str, str]]:
    value = opened(value)
    if (without and path == without) or depth > _DEEPEST:
        return
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value[:MOST_FIELDS])
        for key, inner in items:
            yield from _leaves(inner, f"{path}.{key}" if path else str(key), without, depth + 1)
    elif path:
        yield path, _text(value)


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)[:_LONGEST_TEXT]
