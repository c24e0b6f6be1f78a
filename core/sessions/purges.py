"""Dropping an archived session for good: one person asks, another confirms, and thirty days pass.

Until then either may take it back, and so does bringing the session back: a request counts only for the archiving that
it was made after. Nothing is dropped here: a worker's job does that, with what `due` names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from core.accounts.model import Identity, Right
from core.accounts.policy import demand
from core.errors import Conflict, NotAllowed, NotFound
from core.sessions.desk import SessionsDesk
from core.sessions.model import RaceSession, SessionState, Step

WAIT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Purge:
    session_id: UUID
    asked: Step
    confirmed: Step | None = None
    dropped_at: datetime | None = None

    @property
    def due_at(self) -> datetime:
        return self.asked.at + WAIT


class Purges(Protocol):
    def all(self) -> tuple[Purge, ...]: ...
    def ask(self, session_id: UUID, by: UUID, now: datetime) -> None:
        """In place of an earlier request."""

    def confirm(self, session_id: UUID, by: UUID, now: datetime) -> bool:
        """False: it is confirmed already, or was asked by the same account."""

    def withdraw(self, session_id: UUID, by: UUID, now: datetime) -> bool: ...
    def dropped(self, session_id: UUID, now: datetime) -> None: ...


class PurgesDesk:
    """Requests to drop archived sessions; shared between threads."""

    def __init__(self, sessions: SessionsDesk, purges: Purges) -> None:
        self._sessions = sessions
        self._purges = purges

    def all(self) -> Mapping[UUID, Purge]:
        """Those that stand, and those that were done; by session."""
        known = {one.id: one for one in self._sessions.all()}
        return {one.session_id: one for one in self._purges.all() if stands(one, known.get(one.session_id))}

    def ask(self, session_id: UUID, by: Identity, now: datetime) -> Purge:
        """Mark an archived session to be dropped.

        Raises:
            Conflict: it is not archived, or asked for already.
        """
        demand(by, Right.ARCHIVE_SESSIONS)
        session = self._sessions.get(session_id)
        if session.state is not SessionState.ARCHIVED:
            raise Conflict(f"“{session.name}” is {session.state}.", "Only an archived session is dropped: archive it.")
        if session_id in self.all():
            raise Conflict(f"Dropping “{session.name}” is asked for already.", "Another admin confirms it.")
        self._purges.ask(session_id, by.account_id, now)
        return self._one(session_id)

    def confirm(self, session_id: UUID, by: Identity, now: datetime) -> Purge:
        """The second person.

        Raises:
            NotAllowed: it is the person who asked.
            Conflict: it is confirmed already.
        """
        demand(by, Right.ARCHIVE_SESSIONS)
        asked = self._one(session_id)
        if asked.asked.by == by.account_id:
            raise NotAllowed("Dropping a session needs two people.", "Another admin confirms it.")
        if not self._purges.confirm(session_id, by.account_id, now):
            raise Conflict("Somebody has confirmed it already.", "It is dropped thirty days after it was asked for.")
        return self._one(session_id)

    def withdraw(self, session_id: UUID, by: Identity, now: datetime) -> None:
        """Raises NotFound: nobody has asked for it, or it is done."""
        demand(by, Right.ARCHIVE_SESSIONS)
        self._one(session_id)
        if not self._purges.withdraw(session_id, by.account_id, now):
            raise NotFound("It is dropped already.", "Nothing can bring it back but a copy made by `paddock backup`.")

    def due(self, now: datetime) -> tuple[RaceSession, ...]:
        """What two people wanted for thirty days."""
        ripe = [one for one in self.all().values() if one.confirmed and not one.dropped_at and one.due_at <= now]
        sessions = [self._sessions.get(one.session_id) for one in ripe]
        return tuple(one for one in sessions if one.state is SessionState.ARCHIVED)

    def dropped(self, session_id: UUID, now: datetime) -> None:
        self._purges.dropped(session_id, now)
        self._sessions.announce(session_id)

    def _one(self, session_id: UUID) -> Purge:
        found = self.all().get(session_id)
        if found is None:
            raise NotFound("Nobody has asked to drop this session.", "Ask for it first.")
        return found


def stands(one: Purge, session: RaceSession | None) -> bool:
    """A session that was brought back since, and perhaps archived again, must be asked for again."""
    if session is None or session.archived is None:
        return False
    kept = session.state in {SessionState.ARCHIVED, SessionState.PURGED}
    return kept and one.asked.at >= session.archived.at
