"""The registry of race sessions and the pointers of the circuits, in the control database.

Whoever moves a pointer or leaves a job holds the circuit's row until the commit, so that a session is never archived
while it is being opened. Each change and its audit row are one transaction.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from psycopg.errors import ForeignKeyViolation, UniqueViolation
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    DateTime,
    Engine,
    ForeignKey,
    Identity,
    Integer,
    RowMapping,
    Select,
    Table,
    Text,
    Uuid,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError

from core.errors import Conflict, NotFound
from core.io.database import CONTROL
from core.io.database.audit import Act, note
from core.io.database.circuits import circuit
from core.io.ids import uuid7
from core.sessions.model import RaceSession, SessionState, Step
from core.sessions.ports import SessionPlan

race_session = Table(
    "race_session",
    CONTROL,
    Column("id", Uuid, primary_key=True),
    Column("number", Integer, Identity(always=True), nullable=False, unique=True),
    Column("circuit_id", Uuid, ForeignKey("circuit.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("database_name", Text, nullable=False, unique=True),
    Column("season", Text, nullable=False),
    Column("ruleset", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("problem", Text),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("created_by", Uuid),
    Column("opened_at", DateTime(timezone=True)),
    Column("opened_by", Uuid),
    Column("closed_at", DateTime(timezone=True)),
    Column("closed_by", Uuid),
    Column("archived_at", DateTime(timezone=True)),
    Column("archived_by", Uuid),
    Column("dump_sha256", Text),
    Column("ledger_at", DateTime(timezone=True)),
)

_ACTIVE = circuit.c.active_session_id.is_not_distinct_from(race_session.c.id).label("active")
_OPENABLE = (SessionState.READY.value, SessionState.CLOSED.value)


class RaceSessions:
    """`Registry` of the sessions desk."""

    def __init__(self, control: Engine) -> None:
        self._control = control

    def add(self, plan: SessionPlan, by: UUID | None, now: datetime) -> RaceSession | None:
        session_id = uuid7(now)
        fresh = insert(race_session).values(
            id=session_id,
            circuit_id=plan.circuit_id,
            name=plan.name,
            database_name=f"session_{session_id.hex}",
            season=plan.season,
            ruleset=plan.ruleset,
            state=SessionState.CREATING.value,
            created_at=now,
            created_by=by,
        )
        try:
            with self._control.begin() as connection:
                connection.execute(fresh)
                note(connection, Act(now, by, "create race session", str(session_id)), {"name": plan.name})
                return _one(connection, race_session.c.id == session_id)
        except IntegrityError as error:
            if isinstance(error.orig, UniqueViolation):
                return None
            if isinstance(error.orig, ForeignKeyViolation):
                raise NotFound("There is no such circuit.", "Choose one from the list.") from error
            raise

    def all(self, circuit_id: UUID | None = None) -> tuple[RaceSession, ...]:
        wanted = _sessions().order_by(race_session.c.number.desc())
        if circuit_id is not None:
            wanted = wanted.where(race_session.c.circuit_id == circuit_id)
        with self._control.connect() as connection:
            return tuple(map(_session, connection.execute(wanted).mappings()))

    def get(self, session_id: UUID) -> RaceSession | None:
        with self._control.connect() as connection:
            return _one(connection, race_session.c.id == session_id)

    def active(self, circuit_id: UUID) -> RaceSession | None:
        with self._control.connect() as connection:
            return _one(connection, circuit.c.id == circuit_id, race_session.c.id == circuit.c.active_session_id)

    @contextmanager
    def switch(self, circuit_id: UUID) -> Iterator["Pointer"]:
        with self._control.begin() as connection:
            yield _held(connection, circuit_id)

    def ask(
        self, session_id: UUID, job: SessionState, of: Collection[SessionState], by: UUID | None, now: datetime
    ) -> bool:
        which = [race_session.c.id == session_id, race_session.c.state.in_([state.value for state in of])]
        asked = update(race_session).where(*which).values(state=job.value, problem=None)
        if job is SessionState.ARCHIVING:
            asked = asked.values(archived_at=now, archived_by=by)
        with self._control.begin() as connection:
            session = _one(connection, race_session.c.id == session_id)
            if session is None or _held(connection, session.circuit_id).active == session_id:
                return False
            if connection.execute(asked).rowcount != 1:
                return False
            note(connection, Act(now, by, f"{job.value} race session", str(session_id)))
        return True


class Pointer:
    """`Switch` of the sessions desk: a circuit's row, held until the commit."""

    def __init__(self, connection: Connection, circuit_id: UUID, active: UUID | None, epoch: int) -> None:
        self._connection = connection
        self._circuit_id = circuit_id
        self.active = active
        self.epoch = epoch

    def point(self, session_id: UUID, by: UUID | None, now: datetime) -> None:
        opened = (
            update(race_session)
            .where(race_session.c.id == session_id, race_session.c.state.in_(_OPENABLE))
            .values(state=SessionState.READY.value, opened_at=now, opened_by=by, closed_at=None, closed_by=None)
        )
        if self._connection.execute(opened).rowcount != 1:
            raise Conflict("The session cannot be opened any more.", "Look at its state in the list of sessions.")
        self._move(session_id)
        note(self._connection, Act(now, by, "open race session", str(session_id)), {"epoch": self.epoch})

    def close(self, session_id: UUID, by: UUID | None, now: datetime) -> None:
        closed = update(race_session).where(race_session.c.id == session_id)
        closed = closed.values(state=SessionState.CLOSED.value, closed_at=now, closed_by=by)
        self._connection.execute(closed)
        self._move(None if self.active == session_id else self.active)
        note(self._connection, Act(now, by, "close race session", str(session_id)), {"epoch": self.epoch})

    def _move(self, active: UUID | None) -> None:
        moved = update(circuit).where(circuit.c.id == self._circuit_id)
        self._connection.execute(moved.values(active_session_id=active, pointer_epoch=self.epoch))


def _held(connection: Connection, circuit_id: UUID) -> Pointer:
    """Waits for another switch, but not for ever: one that hangs on a database that is away loses the row."""
    connection.execute(text("SET LOCAL lock_timeout = '10s'; SET LOCAL idle_in_transaction_session_timeout = '20s'"))
    pointer = select(circuit.c.active_session_id, circuit.c.pointer_epoch).where(circuit.c.id == circuit_id)
    row = connection.execute(pointer.with_for_update()).one()
    return Pointer(connection, circuit_id, row.active_session_id, row.pointer_epoch + 1)


def _sessions() -> Select[tuple[object, ...]]:
    return select(*race_session.c, _ACTIVE).join(circuit, circuit.c.id == race_session.c.circuit_id)


def _one(connection: Connection, *which: ColumnElement[bool]) -> RaceSession | None:
    row = connection.execute(_sessions().where(*which)).mappings().one_or_none()
    return None if row is None else _session(row)


def _session(row: RowMapping) -> RaceSession:
    return RaceSession(
        id=row["id"],
        number=row["number"],
        circuit_id=row["circuit_id"],
        name=row["name"],
        database_name=row["database_name"],
        season=row["season"],
        ruleset=row["ruleset"],
        state=SessionState(row["state"]),
        active=row["active"],
        created=Step(row["created_at"], row["created_by"]),
        opened=_step(row, "opened"),
        closed=_step(row, "closed"),
        archived=_step(row, "archived"),
        problem=row["problem"],
        dump_sha256=row["dump_sha256"],
    )


def _step(row: RowMapping, name: str) -> Step | None:
    return None if row[f"{name}_at"] is None else Step(row[f"{name}_at"], row[f"{name}_by"])
