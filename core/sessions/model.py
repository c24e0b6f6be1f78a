"""The nouns of a race session: its state in the registry, its phases, its entries.

The state says what a worker's job has still to do (`creating`, `archiving`, `restoring`) or what people may do
(`ready`, `closed`, `archived`). Which session is *active* is not a state but the pointer of its circuit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID


class SessionState(StrEnum):
    CREATING = "creating"
    READY = "ready"
    CLOSED = "closed"
    ARCHIVING = "archiving"
    ARCHIVED = "archived"
    RESTORING = "restoring"
    FAILED = "failed"
    PURGED = "purged"
    """Dropped for good; only its line in the list, its ledger and its anchors are left."""


class Phase(StrEnum):
    """What is driven; a phase starts by an event in the session's log and lasts until the next one."""

    PRACTICE = "practice"
    QUALIFYING = "qualifying"
    RACE = "race"


class Origin(StrEnum):
    """Where an entry came from; a person confirmed it in each case."""

    TYPED = "typed"
    CSV = "csv"
    """A list: CSV or a workbook."""
    FEED = "feed"


@dataclass(frozen=True, slots=True)
class Step:
    """Something done to a session: when and by which account (None: by Paddock itself)."""

    at: datetime
    by: UUID | None


@dataclass(frozen=True, slots=True)
class RaceSession:
    id: UUID
    number: int
    """The short identifier shown to people."""
    circuit_id: UUID
    name: str
    """A label. The database has a generated name that never changes."""
    database_name: str
    ruleset: str
    """Name of the ruleset file; the first opening pins its content in the session's log."""
    state: SessionState
    active: bool
    """The circuit's pointer names this session."""
    created: Step
    season: str
    """What points, reprimands and counters are kept for; a label such as `2026` or `Winter cup 2026`."""
    opened: Step | None = None
    closed: Step | None = None
    archived: Step | None = None
    problem: str | None = None
    """Why the last job on this session failed."""
    dump_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A number in a race session: `category` is its class, `weight_kg` what the kart or the team must weigh.

    `driver_ids` are of the people's room, one for each of `drivers`; only entries from before there were ids have
    none. Which of the drivers drives is for the timing to say.
    """

    number: str
    category: str | None = None
    team: str | None = None
    drivers: tuple[str, ...] = ()
    source_id: str | None = None
    """The feed's own identity of this car, where the feed proposed it."""
    origin: Origin = Origin.TYPED
    team_id: UUID | None = None
    driver_ids: tuple[UUID, ...] = ()
    weight_kg: Decimal | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    """What else the ruleset may match, by its own word for it."""

    @property
    def number_of_drivers(self) -> int:
        return len(self.drivers)
