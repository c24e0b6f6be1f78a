"""Laps as they were told before: taken back by officials, or told again with a better time.

The row of a lap that is none moves here, out of everybody's sight, since its number may be driven again; of a lap
whose time is corrected a copy comes here first. Nothing is lost and nothing is shown that is not so. Doing it twice
changes nothing: a lap that was driven after the withdrawal is another one.
"""

from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    DateTime,
    ForeignKey,
    Integer,
    Select,
    Table,
    Text,
    Uuid,
    delete,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert

from core.io.database import CONTROL
from core.timing.model import Lap, Provenance
from core.timing.withdrawn import Reason, Withdrawal, WithdrawnLap

withdrawn_lap = Table(
    "withdrawn_lap",
    CONTROL,
    Column("feed_session_id", Uuid, ForeignKey("feed_session.id"), primary_key=True),
    Column("source_id", Text, primary_key=True),
    Column("lap", Integer, primary_key=True, autoincrement=False),
    Column("withdrawn_at", DateTime(timezone=True), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("lap_ms", Integer),
    Column("kind", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("driver", Text),
    Column("position", Integer),
    Column("flag", Text),
    Column("sectors_ms", ARRAY(Integer), nullable=False),
    Column("provenance", Text, nullable=False),
)

_LAP: TypeAdapter[Lap] = TypeAdapter(Lap)


def withdraw(connection: Connection, table: Table, feed_session_id: UUID, gone: Withdrawal) -> None:
    """Move the lap's row here, if it was completed before."""
    is_it = _is(table, feed_session_id, gone.source_id, gone.lap, gone.at)
    _copy(connection, table, is_it, Reason.WITHDRAWN, gone.at)
    connection.execute(delete(table).where(is_it))


def correct(connection: Connection, table: Table, feed_session_id: UUID, lap: Lap, corrected_at: datetime) -> None:
    """Put the better time and sectors on the lap's row; one that a person entered stays."""
    is_it = _is(table, feed_session_id, lap.source_id, lap.lap, lap.at) & (table.c.provenance != Provenance.MANUAL)
    _copy(connection, table, is_it & table.c.lap_ms.is_distinct_from(lap.lap_ms), Reason.CORRECTED, corrected_at)
    better = {"lap_ms": lap.lap_ms} | ({"sectors_ms": list(lap.sectors_ms)} if lap.sectors_ms else {})
    connection.execute(update(table).where(is_it).values(better))


def withdrawn_laps(connection: Connection, feed_session_id: UUID, source_id: str | None) -> tuple[WithdrawnLap, ...]:
    """In the order in which they were told."""
    columns = withdrawn_lap.c
    wanted = select(withdrawn_lap).where(columns.feed_session_id == feed_session_id)
    wanted = wanted if source_id is None else wanted.where(columns.source_id == source_id)
    rows = connection.execute(wanted.order_by(columns.at, columns.source_id, columns.withdrawn_at)).mappings()
    return tuple(
        WithdrawnLap(_LAP.validate_python(dict(row)), row["withdrawn_at"], Reason(row["reason"])) for row in rows
    )


def _is(table: Table, feed_session_id: UUID, source_id: str, lap: int, at: datetime) -> ColumnElement[bool]:
    key = (table.c.feed_session_id == feed_session_id) & (table.c.source_id == source_id) & (table.c.lap == lap)
    return key & (table.c.at <= at)


def _copy(connection: Connection, table: Table, which: ColumnElement[bool], reason: Reason, at: datetime) -> None:
    shared = [column.name for column in withdrawn_lap.c if column.name in table.c]
    old: Select[*tuple[object, ...]] = select(
        *(table.c[name] for name in shared), literal(at), literal(reason.value)
    ).where(which)
    connection.execute(
        insert(withdrawn_lap).from_select([*shared, "withdrawn_at", "reason"], old).on_conflict_do_nothing()
    )
