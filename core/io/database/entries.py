"""Entries in a race session's own database; a trigger there refuses changes once the session is closed.

Names of drivers stand beside the entries, by id, so that a closed session can forget a person too. `NamesOfSessions`
has every session say the names that stand in the control database now.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    DateTime,
    Engine,
    NullPool,
    Numeric,
    Row,
    Table,
    Text,
    Uuid,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert

from core.errors import Conflict
from core.io.database import SESSION
from core.io.database.engine import SessionEngines, beside
from core.io.database.event_log import refusals
from core.io.database.event_rows import seal
from core.io.database.people import merged_people, merged_teams
from core.io.database.sessions import RaceSessions
from core.people.model import REMOVED, Person
from core.sessions.model import Entry, RaceSession, SessionState
from core.sessions.ports import EntryWrite

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
    Column("team_id", Uuid),
    Column("driver_ids", ARRAY(Uuid), nullable=False),
    Column("weight_kg", Numeric(6, 2)),
    Column("fields", JSONB, nullable=False),
)
driver_name = Table("driver_name", SESSION, Column("id", Uuid, primary_key=True), Column("name", Text, nullable=False))
entry_version = Table(
    "entry_version",
    SESSION,
    Column("one", Boolean, primary_key=True),
    Column("version", BigInteger, nullable=False),
)

_ENTRY: TypeAdapter[Entry] = TypeAdapter(Entry)
_VERSION = select(entry_version.c.version)
_LOCK = select(func.pg_advisory_xact_lock(20818))


class SessionEntries:
    """`Entries` of the desk of entries."""

    def __init__(self, engines: SessionEngines) -> None:
        self._engines = engines

    def all(self, session: RaceSession) -> tuple[Entry, ...]:
        """In the order of the numbers as people count: 2 before 10."""
        with self._engines.engine(session.database_name).connect() as connection:
            return read_entries(connection)

    def version(self, session: RaceSession) -> int:
        with self._engines.engine(session.database_name).connect() as connection:
            return _version(connection)

    def put(
        self, session: RaceSession, entries: Sequence[Entry], by: UUID | None, now: datetime, write: EntryWrite
    ) -> None:
        with refusals(), self._engines.engine(session.database_name).begin() as connection:
            seen = _taken(connection)
            if write.seen is not None and write.seen != seen:
                raise Conflict("The entries have changed meanwhile.", "Look at what the import would do now.")
            if write.whole:
                connection.execute(delete(entry).where(entry.c.number.not_in([each.number for each in entries])))
            if entries:
                _put(connection, [_columns(each, by, now) for each in entries])
                _keep_names(connection, _names(entries))

    def remove(self, session: RaceSession, number: str) -> bool:
        with refusals(), self._engines.engine(session.database_name).begin() as connection:
            _taken(connection)
            return connection.execute(delete(entry).where(entry.c.number == number)).rowcount == 1


class NamesOfSessions:
    """`NameCopies` of the people's desk."""

    def __init__(self, control: Engine) -> None:
        self._control = control

    def refresh(self) -> None:
        """Session by session, on connections of their own: a pool for each would use up the server's."""
        usable = (SessionState.READY, SessionState.CLOSED)
        databases = [each.database_name for each in RaceSessions(self._control).all() if each.state in usable]
        people, teams = merged_people(self._control), merged_teams(self._control)
        for name in databases:
            refresh_names(beside(self._control, name, NullPool), people, teams)


def refresh_names(session: Engine, people: Mapping[UUID, Person], teams: Mapping[UUID, UUID]) -> None:
    """The names that stand now; where the session is not closed, also the ids of those who stay after a merge."""
    with session.begin() as connection:
        for row in connection.execute(select(driver_name)).all():
            known = people.get(row.id)
            if known is not None and known.name is None:
                connection.execute(delete(driver_name).where(driver_name.c.id == row.id))
            elif known is not None and known.name != row.name:
                _keep_names(connection, {row.id: known.name or REMOVED})
        if connection.scalar(select(seal.c.state)) != "closed":
            for row in connection.execute(select(entry.c.number, entry.c.team_id, entry.c.driver_ids)).all():
                _lead_on(connection, row, people, teams)


def read_entries(connection: Connection) -> tuple[Entry, ...]:
    names = {row.id: row.name for row in connection.execute(select(driver_name))}
    entries = [_entry(row, names) for row in connection.execute(select(entry))]
    return tuple(sorted(entries, key=lambda each: (len(each.number.lstrip("0")), each.number)))


def _taken(connection: Connection) -> int:
    """The version of the entries, theirs until the commit: what a person has seen is what their list is laid over."""
    connection.execute(_LOCK)
    return _version(connection)


def _version(connection: Connection) -> int:
    version: int = connection.execute(_VERSION).scalar_one()
    return version


def _entry(row: Row[tuple[object, ...]], names: Mapping[UUID, str]) -> Entry:
    values = {name: value for name, value in row._asdict().items() if not name.startswith("changed_")}
    if row.drivers:  # written by a version that knew no ids, perhaps over a row that had them
        values["driver_ids"] = ()
    else:
        values["drivers"] = [names.get(each, REMOVED) for each in row.driver_ids]
    return _ENTRY.validate_python(values)


def _columns(each: Entry, by: UUID | None, now: datetime) -> dict[str, object]:
    return {
        "number": each.number,
        "category": each.category,
        "team": each.team,
        "drivers": [] if each.driver_ids else list(each.drivers),
        "source_id": each.source_id,
        "origin": each.origin.value,
        "changed_at": now,
        "changed_by": by,
        "team_id": each.team_id,
        "driver_ids": list(each.driver_ids),
        "weight_kg": each.weight_kg,
        "fields": dict(each.fields),
    }


def _names(entries: Iterable[Entry]) -> dict[UUID, str]:
    return {one: name for each in entries for one, name in zip(each.driver_ids, each.drivers, strict=False)}


def _put(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    fresh = insert(entry).values(rows)
    replaced = {column.name: fresh.excluded[column.name] for column in entry.c if not column.primary_key}
    connection.execute(fresh.on_conflict_do_update(index_elements=["number"], set_=replaced))


def _keep_names(connection: Connection, names: Mapping[UUID, str]) -> None:
    if names:
        fresh = insert(driver_name).values([{"id": one, "name": name} for one, name in names.items()])
        connection.execute(fresh.on_conflict_do_update(index_elements=["id"], set_={"name": fresh.excluded.name}))


def _lead_on(
    connection: Connection, row: Row[tuple[object, ...]], people: Mapping[UUID, Person], teams: Mapping[UUID, UUID]
) -> None:
    ids = list(dict.fromkeys(people[one].id if one in people else one for one in row.driver_ids))
    team_id = teams.get(row.team_id, row.team_id)
    if ids != row.driver_ids or team_id != row.team_id:
        _keep_names(connection, {one: people[one].shown for one in ids if one in people})
        led = update(entry).where(entry.c.number == row.number)
        connection.execute(led.values(driver_ids=ids, team_id=team_id))
