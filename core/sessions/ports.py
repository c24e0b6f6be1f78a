"""What the sessions desk needs from outside: the registry, the sessions' own logs and entries, the rulesets, the bell.

Implemented in `core/io/database/sessions.py`, `seals.py` and `entries.py`. `by` None is Paddock itself (demo, command
line, the worker that puts right what a crash left half done).
"""

from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.accounts.model import Identity
from core.sessions.model import Entry, RaceSession, SessionState


@dataclass(frozen=True, slots=True)
class SessionPlan:
    circuit_id: UUID
    name: str
    ruleset: str
    season: str


class Switch(Protocol):
    """A circuit's pointer, held until the end of the transaction: one switch at a time."""

    @property
    def active(self) -> UUID | None: ...
    @property
    def epoch(self) -> int:
        """Greater than every earlier one; the pointer takes it when it moves."""

    def point(self, session_id: UUID, by: UUID | None, now: datetime) -> None: ...
    def close(self, session_id: UUID, by: UUID | None, now: datetime) -> None:
        """Mark the session closed; a pointer that named it names none."""


class Registry(Protocol):
    def add(self, plan: SessionPlan, by: UUID | None, now: datetime) -> RaceSession | None:
        """None: the circuit has a session of this name."""

    def all(self, circuit_id: UUID | None = None) -> tuple[RaceSession, ...]:
        """Newest first."""

    def get(self, session_id: UUID) -> RaceSession | None: ...
    def active(self, circuit_id: UUID) -> RaceSession | None: ...
    def switch(self, circuit_id: UUID) -> AbstractContextManager[Switch]: ...
    def ask(
        self, session_id: UUID, job: SessionState, of: Collection[SessionState], by: UUID | None, now: datetime
    ) -> bool:
        """Leave a job for a worker; False: the session is active or not in one of these states."""


class Seals(Protocol):
    """The seal in a session's own database; each move is an event in its log."""

    def open(self, session: RaceSession, epoch: int, by: Identity | None, now: datetime) -> None:
        """Take writes from now on; the first time this also pins the ruleset."""

    def pause(self, session: RaceSession, epoch: int, by: Identity | None, now: datetime) -> None: ...
    def close(self, session: RaceSession, epoch: int, by: Identity | None, now: datetime) -> None: ...
    def is_open(self, session: RaceSession) -> bool: ...


@dataclass(frozen=True, slots=True)
class EntryWrite:
    """How a list is written: as the `whole` truth (others are removed), and over the version that was `seen`."""

    whole: bool = False
    seen: int | None = None


class Entries(Protocol):
    """Entries in a session's own database."""

    def all(self, session: RaceSession) -> tuple[Entry, ...]: ...
    def version(self, session: RaceSession) -> int:
        """Grows with every change of the session's entries."""

    def put(
        self, session: RaceSession, entries: Sequence[Entry], by: UUID | None, now: datetime, write: EntryWrite
    ) -> None:
        """All or none; a number that exists is replaced.

        Raises:
            Conflict: the entries have changed since `write.seen`.
        """

    def remove(self, session: RaceSession, number: str) -> bool: ...


class Workbooks(Protocol):
    def rows(self, content: bytes) -> list[list[str]]:
        """The cells of a workbook's first sheet; raises `UnreadableFile`."""

    def content(self, rows: Iterable[Sequence[str]], sheet: str) -> bytes: ...


class Rulesets(Protocol):
    def names(self) -> tuple[str, ...]: ...
    def check(self, name: str) -> None:
        """Raises `BadInput` or `NotFound` unless the file can be pinned."""


class Bells(Protocol):
    """Rung after the commit."""

    def registry(self, session_id: UUID) -> None: ...
    def pointer(self, circuit_id: UUID, epoch: int) -> None: ...
