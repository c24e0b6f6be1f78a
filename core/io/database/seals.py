"""Event logs of all sessions in this process; the seal moves and the bells of the sessions desk."""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.accounts.model import Identity
from core.io.bus import Bell, Bus, Topic
from core.io.database.engine import SessionEngines
from core.io.database.event_log import SealMove, SealState, SessionLog
from core.penalties.bodies import (
    Body,
    Counter,
    CountersCarried,
    RulesetPinned,
    SessionClosed,
    SessionOpened,
    SessionPaused,
)
from core.penalties.catalogue import Catalogue
from core.penalties.fold import Fold
from core.sessions.model import RaceSession


class SessionLogs:
    """One log for each session, so that its fold is kept; shared between threads."""

    def __init__(self, engines: SessionEngines, bus: Bus) -> None:
        self._engines = engines
        self._bus = bus
        self._logs: dict[UUID, SessionLog] = {}
        self._guard = threading.Lock()

    def log(self, session: RaceSession) -> SessionLog:
        with self._guard:
            if session.id not in self._logs:
                self._logs[session.id] = self._new(session.id, session.database_name)
            return self._logs[session.id]

    def _new(self, session_id: UUID, database_name: str) -> SessionLog:
        def ring(seq: int) -> None:
            self._bus.ring(Bell(Topic.SESSION, str(session_id), seq))

        return SessionLog(lambda: self._engines.engine(database_name), session_id, ring)


class SessionBells:
    """`Bells` of the sessions desk."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    def registry(self, session_id: UUID) -> None:
        self._bus.ring(Bell(Topic.REGISTRY, str(session_id)))

    def pointer(self, circuit_id: UUID, epoch: int) -> None:
        self._bus.ring(Bell(Topic.POINTER, str(circuit_id), epoch))


class Rulesets(Protocol):
    """Where a ruleset's name leads to the ruleset."""

    def load(self, name: str) -> Catalogue: ...


Carry = Callable[[RaceSession, Catalogue, datetime], tuple[Counter, ...]]
"""What a session takes over from its season when it is opened for the first time."""


def carry_nothing(session: RaceSession, ruleset: Catalogue, now: datetime) -> tuple[Counter, ...]:  # noqa: ARG001
    """For who only moves seals that are there."""
    return ()


class SessionSeals:
    """`Seals` of the sessions desk."""

    def __init__(self, logs: SessionLogs, rulesets: Rulesets, carry: Carry = carry_nothing) -> None:
        self._logs = logs
        self._rulesets = rulesets
        self._carry = carry

    def open(self, session: RaceSession, epoch: int, by: Identity | None, now: datetime) -> None:
        def words(fold: Fold) -> tuple[str, tuple[Body, ...]]:
            if fold.catalogue:
                return fold.catalogue.reference, (SessionOpened(epoch),)
            ruleset = self._rulesets.load(session.ruleset)
            pinned = RulesetPinned(ruleset.reference, ruleset.text)
            counters = self._carry(session, ruleset, now)
            carried = (CountersCarried(counters),) if counters else ()
            return ruleset.reference, (pinned, *carried, SessionOpened(epoch))

        self._logs.log(session).move_seal(SealMove(SealState.OPEN, epoch, by, now), words)

    def pause(self, session: RaceSession, epoch: int, by: Identity | None, now: datetime) -> None:
        move = SealMove(SealState.PAUSED, epoch, by, now)
        self._logs.log(session).move_seal(move, lambda fold: (_reference(fold), (SessionPaused(epoch),)))

    def close(self, session: RaceSession, epoch: int, by: Identity | None, now: datetime) -> None:
        move = SealMove(SealState.CLOSED, epoch, by, now)
        self._logs.log(session).move_seal(move, lambda fold: (_reference(fold), (SessionClosed(epoch),)))

    def is_open(self, session: RaceSession) -> bool:
        return self._logs.log(session).seal().state is SealState.OPEN


def _reference(fold: Fold) -> str:
    return fold.catalogue.reference if fold.catalogue else ""
