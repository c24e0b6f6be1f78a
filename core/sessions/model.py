"""The nouns of a race session: its state in the registry, its phases, its entries.

The state says what a worker's job has still to do (`creating`, `archiving`, `restoring`) or what people may do
(`ready`, `closed`, `archived`). Which session is *active* is not a state but the pointer of its circuit.
"""

from dataclasses import dataclass
from datetime import datetime
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


class Phase(StrEnum):
    """What is driven; a phase starts by an event in the session's log and lasts until the next one."""

    PRACTICE = "practice"
    QUALIFYING = "qualifying"
    RACE = "race"


class Origin(StrEnum):
    """Where an entry came from; a person confirmed it in each case."""

    TYPED = "typed"
    CSV = "csv"
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
    opened: Step | None = None
    closed: Step | None = None
    archived: Step | None = None
    problem: str | None = None
    """Why the last job on this session failed."""
    dump_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A number in a race session. Drivers are names until people have ids of their own."""

    number: str
    category: str | None = None
    team: str | None = None
    drivers: tuple[str, ...] = ()
    source_id: str | None = None
    """The feed's own identity of this car, where the feed proposed it."""
    origin: Origin = Origin.TYPED
