"""What the columns and fields of a feed mean, where a person or the analyser has said so.

`ColumnMap` overrides the automatic map of an Apex table (C1 … C32) for one layout. `FeedMap` is a whole parser as
data: the shape of messages of a feed nobody knows, and what each of its fields means. Both belong to the layout whose
fingerprint they carry, and both are plain values that go to JSON and back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256

from core.timing.model import SessionKind

MOST_COLUMNS = 32


class Meaning(StrEnum):
    """What a column or a field tells."""

    ID = "id"
    POSITION = "position"
    NUMBER = "number"
    TEAM = "team"
    DRIVER = "driver"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    CATEGORY = "category"
    NATION = "nation"
    LAPS = "laps"
    LAST = "last"
    BEST = "best"
    SECTOR_1 = "sector_1"
    SECTOR_2 = "sector_2"
    SECTOR_3 = "sector_3"
    TOTAL = "total"
    GAP = "gap"
    INTERVAL = "interval"
    PITS = "pits"
    ON_TRACK = "on_track"
    STATUS = "status"
    PENALTY = "penalty"
    FLAG = "flag"
    REMAINING = "remaining"
    ELAPSED = "elapsed"
    TITLE = "title"
    TRACK = "track"
    TEXT = "text"
    """Kept and shown under its heading."""
    NOTHING = "nothing"
    """Left out."""


SESSION_MEANINGS = (Meaning.TITLE, Meaning.TRACK, Meaning.FLAG, Meaning.REMAINING, Meaning.ELAPSED)
"""What a field outside the rows may tell."""

COLUMN_MEANINGS = tuple(
    each for each in Meaning if each not in {*SESSION_MEANINGS, Meaning.ID, Meaning.TOTAL, Meaning.STATUS}
)
"""What a person may say of a column of Apex."""

FIELD_MEANINGS = tuple(each for each in Meaning if each not in {*SESSION_MEANINGS, Meaning.ON_TRACK})
"""What a field of a row may tell."""

TIMES = frozenset(
    (Meaning.LAST, Meaning.BEST, Meaning.SECTOR_1, Meaning.SECTOR_2, Meaning.SECTOR_3, Meaning.TOTAL)
    + (Meaning.GAP, Meaning.INTERVAL, Meaning.REMAINING, Meaning.ELAPSED)
)


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Meanings by the id of the header cell, `c1` … `c32`; the other columns mean what they always did."""

    columns: Mapping[str, Meaning]
    version: int = 0


class Notation(StrEnum):
    """How a field writes a time."""

    CLOCK = "clock"
    """`1:02.345`, `62.345`, `0:01:02,345`, `1'02"345`."""
    SECONDS = "seconds"
    MILLISECONDS = "milliseconds"
    MICROSECONDS = "microseconds"


class Shape(StrEnum):
    """How a message is written."""

    JSON = "json"
    DELIMITED = "delimited"
    PAIRS = "pairs"


class Rows(StrEnum):
    """How a message holds its rows."""

    LIST = "list"
    """One after the other: a JSON array, or lines."""
    MAP = "map"
    """A JSON object of rows, each under its own key, which is the field `@key`."""
    SINGLE = "single"
    """The message is one row."""


@dataclass(frozen=True, slots=True)
class FieldMap:
    """One field: where it stands and what it means."""

    path: str
    """JSON: names and places joined by dots, inside the row; delimited: the column from `0`; pairs: the key."""
    meaning: Meaning
    notation: Notation = Notation.CLOCK
    heading: str = ""
    confidence: float = 0.0
    why: str = ""


@dataclass(frozen=True, slots=True)
class FeedMap:
    """A parser as data."""

    shape: Shape
    rows: Rows
    fields: tuple[FieldMap, ...]
    """Of every row."""
    identity: str = ""
    """The path by which a row is found again."""
    session: tuple[FieldMap, ...] = ()
    """Of the message, beside the rows."""
    at: str = ""
    """JSON: the path of the rows; "" = the message itself."""
    separator: str = ""
    """Between the columns, or between the pairs."""
    assign: str = ""
    """Pairs: between key and value."""
    header: tuple[str, ...] = ()
    """Delimited: the line of headings, where the feed sends one."""
    is_whole: bool = True
    """Whether a message holds every row there is; else only rows that have changed."""
    kind: SessionKind = SessionKind.RACE
    """How the table is ordered."""
    fingerprint: str = ""
    version: int = 0

    def path_of(self, meaning: Meaning) -> str | None:
        """Where a row tells this; None when it does not."""
        return next((one.path for one in self.fields if one.meaning is meaning), None)


@dataclass(frozen=True)
class Maps:
    """What was said about the layouts of one circuit."""

    columns: Mapping[str, ColumnMap] = field(default_factory=dict)
    """By the fingerprint of the layout."""
    feed: FeedMap | None = None
    """The confirmed map of a feed that no parser knows."""

    @property
    def mark(self) -> str:
        """Short text that differs when the maps do; "" when nothing was said."""
        if not self.columns and self.feed is None:
            return ""
        told = sorted((name, sorted(one.columns.items())) for name, one in self.columns.items())
        return sha256(repr((told, self.feed)).encode()).hexdigest()[:16]


NO_MAPS = Maps()
