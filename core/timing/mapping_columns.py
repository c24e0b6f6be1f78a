"""Samples of a feed as columns, and the column by which a row is found again."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from core.timing.mapping import Meaning
from core.timing.mapping_rows import KEY, Row
from core.timing.mapping_values import number
from core.timing.mapping_words import row_meaning

_BY_NAME = {Meaning.ID: 0.5, Meaning.NUMBER: 0.45, Meaning.DRIVER: 0.2, Meaning.TEAM: 0.2}
"""What the name of a column says for it as the identity of rows; any other meaning speaks against it."""

_NEARLY = 0.95
_LEAST = 0.4


@dataclass(slots=True)
class Column:
    """One field of the rows: its texts in the order they came, "" where a row lacks it."""

    path: str
    heading: str
    messages: list[list[str]] = field(default_factory=list)
    """Texts of the rows of each message."""
    present: int = 0

    @property
    def name(self) -> str:
        return self.heading or self.path

    @property
    def texts(self) -> list[str]:
        """What was said, without the empty ones."""
        return [text for texts in self.messages for text in texts if text]


@dataclass(frozen=True, slots=True)
class Samples:
    """Columns, and the one that tells which row is whose."""

    columns: tuple[Column, ...]
    identity: Column
    stability: float
    """How sure the identity is."""

    @property
    def is_table(self) -> bool:
        """Whether messages usually hold several rows."""
        return sum(map(len, self.identity.messages)) >= 2 * len(self.identity.messages)

    def histories(self, column: Column) -> Iterator[list[str]]:
        """What a column has said of each row, one row after the other."""
        return iter(_histories(self.identity, column).values())

    def pairs(self, one: Column, other: Column) -> Iterator[tuple[str, str]]:
        """Texts of two columns in the same row, where both have one."""
        for first, second in zip(one.messages, other.messages, strict=True):
            yield from ((a, b) for a, b in zip(first, second, strict=True) if a and b)


def samples_of(messages: Sequence[Sequence[Row]], headings: Mapping[str, str]) -> Samples | None:
    """None when no column can tell rows apart."""
    columns = _columns(messages, headings)
    judged = [(score, column) for column in columns if (score := _as_identity(column, columns)) >= _LEAST]
    if not judged:
        return None
    score, identity = max(judged, key=lambda one: one[0])
    return Samples(tuple(columns), identity, min(score, 1.0))


def _columns(messages: Sequence[Sequence[Row]], headings: Mapping[str, str]) -> list[Column]:
    told = [rows for rows in messages if rows]
    paths = dict.fromkeys(path for rows in told for row in rows for path in row)
    columns = [Column(path, headings.get(path, "")) for path in paths]
    for column in columns:
        column.messages = [[row.get(column.path, "") for row in rows] for rows in told]
        column.present = sum(column.path in row for rows in told for row in rows)
    return columns


def _as_identity(column: Column, columns: Sequence[Column]) -> float:
    """How well a column tells rows apart and finds them again; 0 when it cannot."""
    texts = [text for told in column.messages for text in told]
    unique = sum(len(set(told)) == len(told) for told in column.messages)
    if not texts or len(column.texts) < _NEARLY * len(texts) or unique < _NEARLY * len(column.messages):
        return 0.0
    if any("." in text and number(text) is not None for text in column.texts):
        return 0.0
    meaning = Meaning.ID if column.path == KEY else row_meaning(column.name)[0]
    by_name = _BY_NAME.get(meaning, -0.5) if meaning else 0.0
    return 0.35 * _recurrence(column) + 0.35 * _faithfulness(column, columns) - _ranks(column) + by_name + 0.1


def _recurrence(column: Column) -> float:
    """1 when the same values come again and again, 0 when every row has a new one."""
    if len(column.messages) < 2:
        return 0.5
    return min(1.0, 2 * (1 - len(set(column.texts)) / len(column.texts)))


def _faithfulness(column: Column, columns: Sequence[Column]) -> float:
    """How many of the names and other words in a row always belong to the same value of the column."""
    labels = [one for one in columns if one is not column and _is_label(one)]
    if not labels:
        return 0.5
    return sum(map(_constancy, (_histories(column, label) for label in labels))) / len(labels)


def _constancy(histories: Mapping[str, list[str]]) -> float:
    return sum(len(set(filter(None, told))) <= 1 for told in histories.values()) / max(1, len(histories))


def _is_label(column: Column) -> bool:
    texts = set(column.texts)
    worded = [text for text in texts if sum(map(str.isalpha, text)) * 2 > len(text)]
    return len(texts) > 1 and len(worded) * 2 > len(texts)


def _ranks(column: Column) -> float:
    """Whether the values are 1, 2, 3 … of every message: then they rather are positions."""
    tables = [told for told in column.messages if len(told) > 1]
    ranked = [told for told in tables if {str(place) for place in range(1, len(told) + 1)} == set(told)]
    return 0.3 if tables and len(ranked) * 2 > len(tables) else 0.0


def _histories(identity: Column, column: Column) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for keys, texts in zip(identity.messages, column.messages, strict=True):
        for key, text in zip(keys, texts, strict=True):
            found[key].append(text)
    return found
