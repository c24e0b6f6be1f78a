"""The nouns of sessions that travel as files: the form, what a file is to become, what it would do and did."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from core.penalties.tables.lines import IncidentLine
from core.sessions.model import RaceSession
from core.tracks.model import Circuit


class Form(StrEnum):
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a file is to become: a new session of a circuit, or more of the session `into`.

    What is None is taken from the file; `ruleset` is for tables, which do not bring their own.
    """

    circuit: Circuit
    name: str | None = None
    ruleset: str | None = None
    season: str | None = None
    into: UUID | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What importing a file would do; nothing is stored by looking."""

    form: Form
    name: str | None
    """Of the session that the file is of; None: a table does not say it."""
    ruleset: str
    """What it is judged by: its reference."""
    incidents: int
    voided: int
    penalties: int
    events: int
    entries: int
    laps: int
    head: str
    """The number and hash of a whole session's last event; its chain holds up to there."""
    strange: tuple[str, ...]
    """Penalties that do not follow from the rules here; they become officials' own decisions."""
    lines: tuple[IncidentLine, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    session: RaceSession
    incidents: int
    events: int
    strange: tuple[str, ...] = ()
