"""What an admin changes while Paddock runs: one row a setting, each change with its audit row."""

from sqlalchemy import Column, Connection, DateTime, Table, Text, Uuid, select
from sqlalchemy.dialects.postgresql import JSONB, insert

from core.io.database import CONTROL
from core.io.database.audit import Act, note

setting = Table(
    "setting",
    CONTROL,
    Column("name", Text, primary_key=True),
    Column("value", JSONB, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("changed_by", Uuid),
)


def value_of(connection: Connection, name: str) -> object:
    """The JSON value as it was stored; None when it was never set. The caller validates it."""
    return connection.execute(select(setting.c.value).where(setting.c.name == name)).scalar_one_or_none()


def set_value(connection: Connection, name: str, value: object, act: Act) -> None:
    fresh = {"value": value, "changed_at": act.at, "changed_by": act.by}
    upsert = insert(setting).values(name=name, **fresh).on_conflict_do_update(index_elements=["name"], set_=fresh)
    connection.execute(upsert)
    note(connection, act, {"value": value})
