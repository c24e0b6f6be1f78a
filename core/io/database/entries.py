"""Entries in a race session's own database; a trigger there refuses changes once the session is closed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import Column, DateTime, Table, Text, Uuid, delete, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from core.io.database import SESSION
from core.io.database.engine import SessionEngines
from core.io.database.event_log import refusals
from core.sessions.model import Entry, RaceSession

entry = Table(
    "entry",
    SESSION,
    Column("number", Text, primary_key=True),
    Column("category", Text),
    Column("team", Text),
    Column("drivers", ARRAY(Text), nullable=False),
    Column("source_id", Text),
    Column("origin", Text, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("changed_by", Uuid),
)

_ENTRY: TypeAdapter[Entry] = TypeAdapter(Entry)
_FIELDS = [column for column in entry.c if not column.name.startswith("changed_")]


class SessionEntries:
    """`Entries` of the sessions desk."""

    def __init__(self, engines: SessionEngines) -> None:
        self._engines = engines

    def all(self, session: RaceSession) -> tuple[Entry, ...]:
        """In the order of the numbers as people count: 2 before 10."""
        with self._engines.engine(session.database_name).connect() as connection:
            rows = connection.execute(select(*_FIELDS).order_by(entry.c.number))
            entries = [_ENTRY.validate_python(dict(row)) for row in rows.mappings()]
        return tuple(sorted(entries, key=lambda each: (len(each.number.lstrip("0")), each.number)))

    def put(self, session: RaceSession, entries: Sequence[Entry], by: UUID | None, now: datetime) -> None:
        if not entries:
            return
        fresh = insert(entry).values([_columns(each, by, now) for each in entries])
        replaced = {column.name: fresh.excluded[column.name] for column in entry.c if not column.primary_key}
        with refusals(), self._engines.engine(session.database_name).begin() as connection:
            connection.execute(fresh.on_conflict_do_update(index_elements=["number"], set_=replaced))

    def remove(self, session: RaceSession, number: str) -> bool:
        with refusals(), self._engines.engine(session.database_name).begin() as connection:
            return connection.execute(delete(entry).where(entry.c.number == number)).rowcount == 1


def _columns(each: Entry, by: UUID | None, now: datetime) -> dict[str, object]:
    return {
        "number": each.number,
        "category": each.category,
        "team": each.team,
        "drivers": list(each.drivers),
        "source_id": each.source_id,
        "origin": each.origin.value,
        "changed_at": now,
        "changed_by": by,
    }
