"""A page: its head, its fields in the order of reading, its tables, who signed it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Occasion:
    """Where and when a page belongs: what stands above its title, and whose clock it uses."""

    session: str
    circuit: str
    zone: str


@dataclass(frozen=True, slots=True)
class Names:
    """Who stands behind the ids of the log, and who drives which number; asked when a page is made."""

    of: Callable[[str], str]
    """Of an account, a person or a team, by id."""
    team: Callable[[str], str]
    """Of an entry, by number; empty where it is not known."""
    drivers: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Field:
    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """`right` holds the indices of the columns of numbers."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """Everything that stands on it; `number` is None for what was not published."""

    title: str
    occasion: Occasion
    at: datetime
    sender: str
    recipient: str
    number: int | None = None
    status: str = ""
    """`Provisional`, `Final`, `Draft`: what a reader must know before anything else."""
    fields: tuple[Field, ...] = ()
    tables: tuple[Table, ...] = ()
    officials: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def head(self) -> tuple[tuple[str, str], ...]:
        """From, To, Document no., Date, Time."""
        return (
            ("From", self.sender),
            ("To", self.recipient),
            ("Document no.", UNNUMBERED if self.number is None else str(self.number)),
            ("Date", day(self.at, self.occasion.zone)),
            ("Time", clock(self.at, self.occasion.zone)),
        )

    @property
    def label(self) -> str:
        """`Document 4`."""
        return "Not published" if self.number is None else f"Document {self.number}"


UNNUMBERED = "none"


def filled(fields: Iterable[tuple[str, Iterable[str]]]) -> tuple[Field, ...]:
    """The fields that say something."""
    known = ((label, tuple(line for line in lines if line)) for label, lines in fields)
    return tuple(Field(label, lines) for label, lines in known if lines)


def day(at: datetime, zone: str) -> str:
    """`7 March 2026` at the circuit."""
    return f"{at.astimezone(ZoneInfo(zone)):%-d %B %Y}"


def clock(at: datetime, zone: str) -> str:
    """`16:03:05` at the circuit."""
    return f"{at.astimezone(ZoneInfo(zone)):%H:%M:%S}"
