"""What a timeline shows of a feed: flags, sessions, holes and stops, each with its moment."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MarkKind(StrEnum):
    FLAG = "flag"
    """`text` is the flag that is shown from here on."""
    SESSION = "session"
    """A feed session begins; `text` is its name."""
    HOLE = "hole"
    """Nothing was heard from `at` until `until`."""
    STOP = "stop"
    """A car came into the pit lane; `text` is its source id."""


@dataclass(frozen=True, slots=True)
class Mark:
    kind: MarkKind
    at: datetime
    until: datetime | None = None
    text: str = ""
