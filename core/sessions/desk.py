"""The one door to race sessions: create, open, close, archive, bring back. Their entries are `entries_desk`'s.

Opening moves the circuit's pointer. The order keeps one promise, also through a crash at any point: a session takes
writes only while the pointer of its circuit names it.

1. take the circuit's row, so that one switch happens at a time;
2. pause the session that was active: from here its own database refuses writes;
3. move the pointer, with a new epoch, and commit;
4. open the new session's seal, with that epoch. A later switch that has come first leaves a greater epoch in the seal,
   and an opening that wakes up late is refused.

A crash before 3 leaves the old session paused, a crash after 3 the new one; `settle` opens what the pointer names.
"""

import time
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from core.accounts.model import Identity, Right
from core.accounts.policy import demand
from core.errors import BadInput, Conflict, NotFound, StaleSession, Unavailable
from core.people.desk import checked_season
from core.sessions.model import Entry, RaceSession, SessionState
from core.sessions.ports import Bells, Entries, Registry, Rulesets, Seals, SessionPlan

DEFAULT_RULESET = "endurance"
LONGEST_NAME = 59
_LOOKS_PER_SECOND = 20
_GRACE = timedelta(seconds=5)
_USABLE = frozenset({SessionState.READY, SessionState.CLOSED})


class SessionsDesk:
    """Race sessions of all circuits; shared between threads. `by` None is Paddock itself, which may do everything."""

    def __init__(self, registry: Registry, seals: Seals, entries: Entries, rulesets: Rulesets, bells: Bells) -> None:
        self._registry = registry
        self._seals = seals
        self._entries = entries
        self._rulesets = rulesets
        self._bells = bells

    def all(self, circuit_id: UUID | None = None) -> tuple[RaceSession, ...]:
        return self._registry.all(circuit_id)

    def get(self, session_id: UUID) -> RaceSession:
        session = self._registry.get(session_id)
        if session is None:
            raise NotFound("There is no such race session.", "Choose one from the list.")
        return session

    def readable(self, session_id: UUID) -> RaceSession:
        """The session, if its database can be read.

        Raises:
            Conflict: it is not made yet, or put away.
        """
        return self._in_state(session_id, _USABLE, "read")

    def active(self, circuit_id: UUID) -> RaceSession | None:
        """The session that the circuit's pointer names."""
        return self._registry.active(circuit_id)

    def rulesets(self) -> tuple[str, ...]:
        """Names of the rulesets that a new session can have."""
        return self._rulesets.names()

    def create(
        self,
        circuit_id: UUID,
        name: str,
        *,
        by: Identity | None,
        now: datetime,
        ruleset: str = DEFAULT_RULESET,
        season: str | None = None,
    ) -> RaceSession:
        """Ask for a session; a worker makes its database (see `wait_ready`). Its season is the year, unless said.

        Raises:
            BadInput: the name or the ruleset is not usable.
            Conflict: the circuit has a session of this name.
        """
        _allow(by, Right.RUN_SESSIONS)
        self._rulesets.check(ruleset)
        plan = SessionPlan(circuit_id, checked_name(name), ruleset, checked_season(season or f"{now:%Y}"))
        session = self._registry.add(plan, _account(by), now)
        if session is None:
            raise Conflict(f"There is a session “{checked_name(name)}” already.", "Choose another name.")
        self._bells.registry(session.id)
        return session

    def wait_ready(self, session_id: UUID, timeout_s: float) -> RaceSession:
        """The session once a worker has finished its job.

        Raises:
            Unavailable: the worker failed, or did not answer in time.
        """
        for _ in range(int(timeout_s * _LOOKS_PER_SECOND)):
            session = self.get(session_id)
            if session.state in _USABLE or session.state is SessionState.FAILED:
                break
            time.sleep(1 / _LOOKS_PER_SECOND)
        session = self.get(session_id)
        if session.state in _USABLE:
            return session
        why = session.problem or "No worker has answered."
        raise Unavailable(f"The session is not ready. {why}", "Check that a worker runs; it goes on when one does.")

    def open(self, session_id: UUID, by: Identity | None, now: datetime) -> RaceSession:
        """Make the session the active one of its circuit; the one that was is paused.

        Raises:
            Conflict: it is archived, not ready yet, or another session was opened at the same moment.
        """
        _allow(by, Right.RUN_SESSIONS)
        session = self._in_state(session_id, _USABLE, "opened")
        if session.active and self._seals.is_open(session):
            return session
        with self._registry.switch(session.circuit_id) as switch:
            if switch.active is not None and switch.active != session.id:
                self._seals.pause(self.get(switch.active), switch.epoch, by, now)
            switch.point(session.id, _account(by), now)
        self._unseal(session, switch.epoch, by, now)
        self._bells.pointer(session.circuit_id, switch.epoch)
        return self.get(session_id)

    def close(self, session_id: UUID, by: Identity | None, now: datetime) -> RaceSession:
        """End the session: its log is sealed first, then a pointer that named it is cleared. It may be opened again.

        Raises:
            Conflict: it is not ready, or closed already; the message says when.
        """
        _allow(by, Right.RUN_SESSIONS)
        session = self._in_state(session_id, {SessionState.READY}, "closed")
        with self._registry.switch(session.circuit_id) as switch:
            self._seals.close(session, switch.epoch, by, now)
            switch.close(session.id, _account(by), now)
        self._bells.pointer(session.circuit_id, switch.epoch)
        return self.get(session_id)

    def archive(self, session_id: UUID, by: Identity | None, now: datetime) -> RaceSession:
        """Put the session away: a worker makes a verified dump, then nobody can connect. Nothing is dropped."""
        _allow(by, Right.ARCHIVE_SESSIONS)
        return self._ask(session_id, SessionState.ARCHIVING, _USABLE, by, now)

    def put_away(self, session_id: UUID, by: Identity | None, now: datetime) -> RaceSession:
        """As `archive`, by whoever runs the sessions: a deletion that only an admin can take back."""
        _allow(by, Right.RUN_SESSIONS)
        return self._ask(session_id, SessionState.ARCHIVING, _USABLE, by, now)

    def bring_back(self, session_id: UUID, by: Identity | None, now: datetime) -> RaceSession:
        _allow(by, Right.ARCHIVE_SESSIONS)
        return self._ask(session_id, SessionState.RESTORING, {SessionState.ARCHIVED}, by, now)

    def settle(self, now: datetime) -> None:
        """Open what the pointers name: puts right a switch that a crash has cut in half. Safe to run at any time."""
        for session in self._registry.all():
            if session.active and not _just_opened(session, now) and not self._seals.is_open(session):
                self._reopen(session, now)

    def entries(self, session_id: UUID) -> tuple[Entry, ...]:
        return self._entries.all(self.readable(session_id))

    def changeable(self, session_id: UUID) -> RaceSession:
        """The session, if its entries may be changed.

        Raises:
            Conflict: it is not made yet, closed, or put away.
        """
        return self._in_state(session_id, {SessionState.READY}, "changed")

    def announce(self, session_id: UUID) -> None:
        """Tell every screen that something about the session has changed."""
        self._bells.registry(session_id)

    def _in_state(self, session_id: UUID, states: Collection[SessionState], wish: str) -> RaceSession:
        session = self.get(session_id)
        if session.state not in states:
            when = f" since {session.closed.at:%H:%M:%S} UTC" if session.closed else ""
            said = f"“{session.name}” is {session.state}{when} and cannot be {wish}."
            raise Conflict(said, "Look at its state in the list of sessions.")
        return session

    def _reopen(self, session: RaceSession, now: datetime) -> None:
        """Under the lock it may turn out that a switch was only under way."""
        with self._registry.switch(session.circuit_id) as switch:
            if switch.active != session.id or self._seals.is_open(session):
                return
            switch.point(session.id, session.opened.by if session.opened else None, now)
        self._unseal(session, switch.epoch, None, now)
        self._bells.pointer(session.circuit_id, switch.epoch)

    def _unseal(self, session: RaceSession, epoch: int, by: Identity | None, now: datetime) -> None:
        try:
            self._seals.open(session, epoch, by, now)
        except StaleSession as late:
            if self._seals.is_open(session):
                return
            raise Conflict("Another session was opened at the same moment.", "Look which one is active.") from late

    def _ask(
        self, session_id: UUID, job: SessionState, of: Collection[SessionState], by: Identity | None, now: datetime
    ) -> RaceSession:
        session = self.get(session_id)
        if not self._registry.ask(session_id, job, of, _account(by), now):
            what = "the active session" if session.active else session.state
            raise Conflict(f"“{session.name}” is {what}.", "Close it first, or wait for its job to end.")
        self._bells.registry(session_id)
        return self.get(session_id)


def checked_name(name: str) -> str:
    """The name with single spaces.

    Raises:
        BadInput: empty, too long, or with characters that cannot be shown.
    """
    words = " ".join(name.split())
    if not 1 <= len(words) <= LONGEST_NAME or not words.isprintable():
        raise BadInput(f"A session's name has 1 to {LONGEST_NAME} characters.", "Choose another name.")
    return words


def _allow(by: Identity | None, right: Right) -> None:
    if by is not None:
        demand(by, right)


def _just_opened(session: RaceSession, now: datetime) -> bool:
    """Somebody moved the pointer and is about to open the seal."""
    return session.opened is not None and now - session.opened.at < _GRACE


def _account(by: Identity | None) -> UUID | None:
    return None if by is None else by.account_id
