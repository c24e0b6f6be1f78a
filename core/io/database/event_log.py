"""The event log of one race session, in its own database. The mechanism stands in `sql/session/0002_event_log.sql`.

A write is one transaction: take the log (one writer at a time), answer a retry, read the tail that other processes have
written, decide against the fold at the head, append, commit; then the bell rings. Each process keeps its fold and reads
only what came after it; when the row it stopped at is not the same any more (a backup was restored), it reads anew.
"""

import gc
import hashlib
import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import psycopg
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, Engine, Executable, select, text
from sqlalchemy.exc import DBAPIError

from core.accounts.model import Identity
from core.errors import Conflict, PortalError, StaleSession, Unavailable
from core.io.database.chain import first_broken
from core.io.database.event_rows import NAMES, TAIL, event, event_of, seal
from core.penalties.bodies import Body
from core.penalties.events import SESSION, LogEvent, NewEvent, encode
from core.penalties.fold import EMPTY, Fold, advance
from core.penalties.log import Decide, WriteRequest, Written
from core.penalties.paddock import NAME, ROLE, actor_of

log = logging.getLogger(__name__)

_ROWS = f"SELECT {NAMES} FROM"
_TAKE = text("SELECT take_log(:session, :request, :sha256)")
_BEGIN = text("SELECT begin_write(:session, :request, :sha256)")
_COMMON = ":session, :request, :sha256, :head, :actor, :role, :ruleset, CAST(:events AS jsonb)"
_APPEND = text(f"{_ROWS} append_events({_COMMON}) ORDER BY seq")
_MOVE = text(f"{_ROWS} move_seal({_COMMON}, :state, :epoch) ORDER BY seq")
_INSTANT = TypeAdapter(datetime)

PATIENCE_S = 20.0
"""For how long a write waits for the writes of the same process."""
_LOCKED = "55P03"
"""Another process held the log for longer than `take_log` waits."""


class SealState(StrEnum):
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Seal:
    """Whether the log may grow, and the pointer's epoch of the last move."""

    state: SealState
    epoch: int


@dataclass(frozen=True, slots=True)
class SealMove:
    """Where a seal goes, by whom; `bodies` says so in the log."""

    state: SealState
    epoch: int
    by: Identity | None
    now: datetime


class SessionLog:
    """`EventLog` of one session; one for each session in a process, shared between threads."""

    def __init__(self, engine: Callable[[], Engine], session_id: UUID, ring: Callable[[int], None]) -> None:
        self._engine = engine
        self._session_id = session_id
        self._ring = ring
        self._kept = EMPTY
        self._turn = threading.Lock()

    def write(self, request: WriteRequest, request_sha256: bytes, decide: Decide) -> Written:
        asked = {"session": self._session_id, "request": request.request_id, "sha256": request_sha256}
        with self._alone(), refusals(), self._engine().begin() as connection:
            if connection.scalar(_BEGIN, asked):
                return self._repeated(connection, request.request_id)
            before = self._caught_up(connection)
            actor = dict(zip(("actor", "role"), actor_of(request.actor), strict=True))
            stored = _read(connection, _APPEND, asked | actor | _decided(before, decide(before)))
            written = Written(stored, advance(before, stored), repeated=False)
        self._announce(written.fold)
        return written

    def move_seal(self, move: SealMove, bodies: Callable[[Fold], tuple[str, Sequence[Body]]]) -> None:
        """Open, pause or close, with the events that say so and the ruleset they stand under; a retry does nothing.

        Raises:
            StaleSession: a later switch was first.
        """
        request = f"{move.state} {move.epoch}"
        actor = {"actor": str(move.by.account_id), "role": move.by.role.value} if move.by else _BY_PADDOCK
        asked = {"session": self._session_id, "request": request, "sha256": hashlib.sha256(request.encode()).digest()}
        with refusals(), self._engine().begin() as connection:
            connection.scalar(_TAKE, asked)
            before = self._caught_up(connection)
            ruleset, said = bodies(before)
            events = _decided(before, [NewEvent(SESSION, move.now, body) for body in said]) | {"ruleset": ruleset}
            moved = asked | actor | events | {"state": move.state, "epoch": move.epoch}
            stored = _read(connection, _MOVE, moved)
            after = advance(before, (each for each in stored if each.seq > before.seq))
        self._announce(after)

    def bring_in(self, request: WriteRequest, request_sha256: bytes, ruleset: str, events: Sequence[NewEvent]) -> None:
        """Fill the log of a session that was never opened with events from elsewhere, all or none; it stays shut.

        Raises:
            Conflict: it has events already.
        """
        asked = {"session": self._session_id, "request": request.request_id, "sha256": request_sha256}
        actor = {"actor": str(request.actor.account_id), "role": request.actor.role.value}
        with refusals(), self._engine().begin() as connection:
            connection.scalar(_TAKE, asked)
            if self._caught_up(connection).seq:
                raise Conflict("This race session has events already.", "Bring them into a new session.")
            moved = (
                asked | actor | _decided(EMPTY, events) | {"ruleset": ruleset, "state": SealState.PAUSED, "epoch": 0}
            )
            after = advance(EMPTY, _read(connection, _MOVE, moved))
        self._announce(after)

    def seal(self) -> Seal:
        with self._engine().connect() as connection:
            row = connection.execute(select(seal.c.state, seal.c.epoch)).one()
        return Seal(SealState(row.state), row.epoch)

    def fold(self) -> Fold:
        with self._engine().connect() as connection:
            fold = self._caught_up(connection)
        self._kept = fold
        return fold

    def events(self, after: int = 0) -> tuple[LogEvent, ...]:
        with self._engine().connect() as connection:
            return _read(connection, TAIL.where(event.c.seq > after))

    def first_broken(self) -> int | None:
        with self._engine().connect() as connection:
            return first_broken(connection)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One writer of this process at a time: a crowd waits here, not in the database."""
        if not self._turn.acquire(timeout=PATIENCE_S):
            raise _busy()
        try:
            yield
        finally:
            self._turn.release()

    def _repeated(self, connection: Connection, request_id: str) -> Written:
        stored = _read(connection, TAIL.where(event.c.request_id == request_id))
        return Written(stored, self._caught_up(connection), repeated=True)

    def _caught_up(self, connection: Connection) -> Fold:
        kept = self._kept
        tail = _read(connection, TAIL.where(event.c.seq >= kept.seq))
        if kept.seq == 0:
            return _anew(tail)
        if tail and tail[0].seq == kept.seq and tail[0].hash == kept.hash:
            return advance(kept, tail[1:])
        log.warning("log was replaced, read anew", extra={"session": str(self._session_id), "seq": kept.seq})
        return _anew(_read(connection, TAIL))

    def _announce(self, fold: Fold) -> None:
        """Only after the commit: a kept fold never runs ahead of the log."""
        self._kept = fold
        self._ring(fold.seq)


@contextmanager
def refusals() -> Iterator[None]:
    """The refusals of the database, as errors that a person understands."""
    try:
        yield
    except DBAPIError as error:
        refusal = _refusal(error.orig) if isinstance(error.orig, psycopg.Error) else None
        if refusal is None:
            raise
        raise refusal from error


_BY_PADDOCK = {"actor": NAME, "role": ROLE}
_STALE = {
    "paused": "is not the active one any more, since {}",
    "closed": "was closed at {}",
    "superseded": "was overtaken: another one was opened at {}",
    "foreign": "does not own this database",
}


def _refusal(error: psycopg.Error) -> PortalError | None:
    if error.sqlstate == "PD409":
        return Conflict("This request id was used for another request.", "Send a new request with an id of its own.")
    if error.sqlstate == _LOCKED:
        return _busy()
    if error.sqlstate != "PD411":
        return None
    said = _STALE[error.diag.message_primary or ""].format(_clock(error.diag.message_detail))
    remedy = "Nothing was stored. Look which session is active and enter it there."
    return StaleSession(f"This race session {said}.", remedy)


def _busy() -> Unavailable:
    return Unavailable("Too many writes wait for this race session.", "Nothing was stored. Send it again.")


def _clock(instant: str | None) -> str:
    try:
        return f"{_INSTANT.validate_python(instant):%H:%M:%S} UTC"
    except ValidationError:
        return "an unknown time"


def _decided(fold: Fold, events: Sequence[NewEvent]) -> dict[str, object]:
    rows = [
        {"subject": each.subject, "at": each.at.isoformat(), "type": each.type, "body": encode(each.body)}
        for each in events
    ]
    ruleset = fold.catalogue.reference if fold.catalogue else ""
    return {"head": fold.seq, "ruleset": ruleset, "events": json.dumps(rows)}


def _anew(events: Sequence[LogEvent]) -> Fold:
    """A whole log, without looking for garbage among thousands of objects that stay: that is a third of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        return advance(EMPTY, events)
    finally:
        if collecting:
            gc.enable()


def _read(connection: Connection, rows: Executable, values: Mapping[str, object] | None = None) -> tuple[LogEvent, ...]:
    return tuple(map(event_of, connection.execute(rows, values)))
