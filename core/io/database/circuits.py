"""Rows of circuits. Each change and its audit row are one transaction."""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from psycopg.errors import UniqueViolation
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    DateTime,
    Engine,
    ForeignKey,
    Insert,
    RowMapping,
    Select,
    Table,
    Text,
    Update,
    Uuid,
    column,
    insert,
    select,
    table,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError

from core.io.database import CONTROL
from core.io.database.audit import Act, note
from core.io.ids import uuid7
from core.tracks.model import TRANSPORT, Circuit, CircuitPlan

circuit = Table(
    "circuit",
    CONTROL,
    Column("id", Uuid, primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("protocol", Text, nullable=False),
    Column("transport", JSONB, nullable=False),
    Column("running", Boolean, nullable=False),
    Column("active_session_id", Uuid, ForeignKey("race_session.id", use_alter=True)),
    Column("pointer_epoch", BigInteger, nullable=False),
    Column("maps_epoch", BigInteger, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("removed_at", DateTime(timezone=True)),
)

log = logging.getLogger(__name__)

_CIRCUIT: TypeAdapter[Circuit] = TypeAdapter(Circuit)
_FIELDS = [column for column in circuit.c if column.name != "removed_at"]
_PRESENT = select(*_FIELDS).where(circuit.c.removed_at.is_(None))


class Circuits:
    """`CircuitStore` on the control database."""

    def __init__(self, control: Engine) -> None:
        self._control = control

    def all(self) -> tuple[Circuit, ...]:
        with self._control.connect() as connection:
            rows = connection.execute(_PRESENT.order_by(circuit.c.name, circuit.c.id))
            return tuple(_readable(rows.mappings()))

    def running(self) -> tuple[Circuit, ...]:
        with self._control.connect() as connection:
            rows = connection.execute(_PRESENT.where(circuit.c.running).order_by(circuit.c.id))
            return tuple(_readable(rows.mappings()))

    def get(self, circuit_id: UUID) -> Circuit | None:
        with self._control.connect() as connection:
            return _one(connection, circuit_id)

    def find(self, slug: str) -> Circuit | None:
        with self._control.connect() as connection:
            row = connection.execute(_PRESENT.where(circuit.c.slug == slug)).mappings().one_or_none()
            return None if row is None else _circuit(row)

    def add(self, plan: CircuitPlan, by: UUID | None, now: datetime) -> Circuit | None:
        circuit_id = uuid7(now)
        fresh = insert(circuit).values(id=circuit_id, running=False, pointer_epoch=0, created_at=now)
        return self._written(fresh, circuit_id, plan, Act(now, by, "create circuit", plan.slug))

    def change(self, circuit_id: UUID, plan: CircuitPlan, by: UUID | None, now: datetime) -> Circuit | None:
        that = update(circuit).where(circuit.c.id == circuit_id)
        return self._written(that, circuit_id, plan, Act(now, by, "change circuit", plan.slug))

    def set_running(self, circuit_id: UUID, by: UUID | None, now: datetime, *, running: bool) -> bool:
        changed = (
            update(circuit)
            .where(circuit.c.id == circuit_id, circuit.c.running != running)
            .values(running=running)
            .returning(circuit.c.slug)
        )
        with self._control.begin() as connection:
            slug = connection.execute(changed).scalar_one_or_none()
            if slug is not None:
                note(connection, Act(now, by, "start circuit" if running else "stop circuit", slug))
        return slug is not None

    def remove(self, circuit_id: UUID, by: UUID | None, now: datetime) -> bool:
        """The row is locked first: a session that is made meanwhile waits, and finds it removed or is found."""
        this = circuit.c.id == circuit_id
        idle = select(circuit.c.slug).where(this, ~circuit.c.running, circuit.c.removed_at.is_(None)).with_for_update()
        with self._control.begin() as connection:
            slug = connection.execute(idle).scalar_one_or_none()
            if slug is None or connection.execute(_sessions(circuit_id)).first() is not None:
                return False
            connection.execute(update(circuit).where(this).values(removed_at=now, slug=f"removed-{circuit_id.hex}"))
            note(connection, Act(now, by, "remove circuit", slug))
        return True

    def _written(self, statement: Insert | Update, circuit_id: UUID, plan: CircuitPlan, act: Act) -> Circuit | None:
        try:
            with self._control.begin() as connection:
                connection.execute(statement.values(**_columns(plan)))
                note(connection, act, _columns(plan))
                return _one(connection, circuit_id)
        except IntegrityError as error:
            if isinstance(error.orig, UniqueViolation):
                return None
            raise


def _sessions(circuit_id: UUID) -> Select[tuple[UUID]]:
    """Race sessions of the circuit, whatever became of them."""
    race_session = table("race_session", column("circuit_id", Uuid))
    return select(race_session.c.circuit_id).where(race_session.c.circuit_id == circuit_id).limit(1)


def _one(connection: Connection, circuit_id: UUID) -> Circuit | None:
    row = connection.execute(_PRESENT.where(circuit.c.id == circuit_id)).mappings().one_or_none()
    return None if row is None else _circuit(row)


def _readable(rows: Iterable[RowMapping]) -> Iterator[Circuit]:
    """One circuit that a newer release has written, and we cannot read, must not take the others along."""
    for row in rows:
        try:
            yield _circuit(row)
        except ValidationError as error:
            log.exception("circuit cannot be read", extra={"circuit": row["slug"], "faults": error.error_count()})


def _circuit(row: RowMapping) -> Circuit:
    return _CIRCUIT.validate_python(dict(row))


def _columns(plan: CircuitPlan) -> dict[str, object]:
    return {
        "slug": plan.slug,
        "name": plan.name,
        "time_zone": plan.time_zone,
        "protocol": plan.protocol,
        "transport": TRANSPORT.dump_python(plan.transport, mode="json"),
    }
