"""Rows of people, teams and memberships in the control database. Each change and its audit row are one transaction.

What was merged leads on in one step: whoever led to it is led on with it. The audit names people by id only, so that it
need not be rewritten when one of them is erased.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from psycopg.errors import ForeignKeyViolation, UniqueViolation
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    DateTime,
    Engine,
    FromClause,
    Integer,
    Row,
    Select,
    Table,
    Text,
    Uuid,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from core.io.database import CONTROL
from core.io.database.audit import Act, note
from core.io.database.ledger import season_ledger
from core.io.ids import uuid7
from core.people.model import Membership, Person, Team
from core.people.names import key_of

team = Table(
    "team",
    CONTROL,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("merged_into", Uuid),
    Column("created_at", DateTime(timezone=True), nullable=False),
)
person = Table(
    "person",
    CONTROL,
    Column("id", Uuid, primary_key=True),
    Column("name", Text),
    Column("name_key", Text),
    Column("twin", Integer, nullable=False),
    Column("account_id", Uuid),
    Column("merged_into", Uuid),
    Column("erased_at", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), nullable=False),
)
membership = Table(
    "membership",
    CONTROL,
    Column("id", Uuid, primary_key=True),
    Column("team_id", Uuid, nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("season", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)


class PeopleRows:
    """`PeopleStore` of the people's desk."""

    def __init__(self, control: Engine) -> None:
        self._control = control

    # Questions

    def people(self) -> tuple[Person, ...]:
        stays = [person.c.merged_into.is_(None), person.c.name.is_not(None)]
        with self._control.connect() as connection:
            return tuple(map(_person, connection.execute(select(person).where(*stays).order_by(person.c.name_key))))

    def teams(self) -> tuple[Team, ...]:
        stays = select(team).where(team.c.merged_into.is_(None)).order_by(team.c.name_key)
        with self._control.connect() as connection:
            return tuple(map(_team, connection.execute(stays)))

    def named(self, ids: Collection[UUID]) -> Mapping[UUID, Person]:
        with self._control.connect() as connection:
            return {row.asked_id: _person(row) for row in connection.execute(_led_on(person, person.c.id.in_(ids)))}

    def teams_named(self, ids: Collection[UUID]) -> Mapping[UUID, Team]:
        with self._control.connect() as connection:
            return {row.asked_id: _team(row) for row in connection.execute(_led_on(team, team.c.id.in_(ids)))}

    def find(self, names: Collection[str]) -> Mapping[str, Person]:
        with self._control.connect() as connection:
            return _meant(connection, names)

    def find_teams(self, names: Collection[str]) -> Mapping[str, Team]:
        with self._control.connect() as connection:
            return _teams_meant(connection, names)

    def memberships(self, season: str | None = None) -> tuple[Membership, ...]:
        wanted = select(membership).order_by(membership.c.season, membership.c.created_at, membership.c.id)
        if season is not None:
            wanted = wanted.where(membership.c.season == season)
        with self._control.connect() as connection:
            rows = connection.execute(wanted)
            return tuple(Membership(row.id, row.team_id, row.person_id, row.season) for row in rows)

    def teams_of_account(self, account_id: UUID) -> frozenset[UUID]:
        its = select(membership.c.team_id).join(person, person.c.id == membership.c.person_id)
        with self._control.connect() as connection:
            return frozenset(connection.scalars(its.where(person.c.account_id == account_id)))

    # People and teams by name

    def made(self, names: Collection[str], by: UUID | None, now: datetime) -> Mapping[str, Person]:
        with self._control.begin() as connection:
            _make(connection, person, names, by, now)
            return _meant(connection, names)

    def made_teams(self, names: Collection[str], by: UUID | None, now: datetime) -> Mapping[str, Team]:
        with self._control.begin() as connection:
            _make(connection, team, names, by, now)
            return _teams_meant(connection, names)

    def add_twin(self, name: str, by: UUID | None, now: datetime) -> Person:
        key = key_of(name)
        next_twin = select(func.coalesce(func.max(person.c.twin) + 1, 0)).where(person.c.name_key == key)
        with self._control.begin() as connection:
            connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(key))))
            fresh = insert(person).values(
                id=uuid7(now), name=name, name_key=key, twin=next_twin.scalar_subquery(), created_at=now
            )
            row = connection.execute(fresh.returning(person)).one()
            note(connection, Act(now, by, "add person", str(row.id)))
        return _person(row)

    def rename(self, person_id: UUID, name: str, by: UUID | None, now: datetime) -> bool:
        return self._rename(person, person_id, name, Act(now, by, "rename person", str(person_id)))

    def rename_team(self, team_id: UUID, name: str, by: UUID | None, now: datetime) -> bool:
        return self._rename(team, team_id, name, Act(now, by, "rename team", str(team_id)))

    # Merging, erasing, belonging

    def merge(self, person_id: UUID, into: UUID, by: UUID | None, now: datetime) -> None:
        with self._control.begin() as connection:
            account_id = connection.scalar(select(person.c.account_id).where(person.c.id == person_id))
            _lead(connection, person, person_id, into)
            connection.execute(update(person).where(person.c.id == person_id).values(account_id=None))
            free = update(person).where(person.c.id == into, person.c.account_id.is_(None))
            connection.execute(free.values(account_id=account_id))
            _move_memberships(connection, membership.c.person_id, person_id, into)
            _move_ledger(connection, "driver", person_id, into)
            note(connection, Act(now, by, "merge person", str(person_id)), {"into": str(into)})

    def merge_teams(self, team_id: UUID, into: UUID, by: UUID | None, now: datetime) -> None:
        with self._control.begin() as connection:
            _lead(connection, team, team_id, into)
            _move_memberships(connection, membership.c.team_id, team_id, into)
            _move_ledger(connection, "team", team_id, into)
            note(connection, Act(now, by, "merge team", str(team_id)), {"into": str(into)})

    def erase(self, person_id: UUID, by: UUID | None, now: datetime) -> None:
        everybody = or_(person.c.id == person_id, person.c.merged_into == person_id)
        erased = update(person).where(everybody, person.c.erased_at.is_(None))
        with self._control.begin() as connection:
            gone = connection.execute(erased.values(name=None, name_key=None, account_id=None, erased_at=now)).rowcount
            connection.execute(delete(membership).where(membership.c.person_id == person_id))
            if gone:
                note(connection, Act(now, by, "erase person", str(person_id)))

    def link(self, person_id: UUID, account_id: UUID | None, by: UUID | None, now: datetime) -> bool:
        linked = update(person).where(person.c.id == person_id).values(account_id=account_id)
        try:
            with self._control.begin() as connection:
                connection.execute(linked)
                note(connection, Act(now, by, "link person", str(person_id)), {"account": str(account_id)})
        except IntegrityError as error:
            if isinstance(error.orig, UniqueViolation | ForeignKeyViolation):
                return False
            raise
        return True

    def join(self, pairs: Collection[tuple[UUID, UUID]], season: str, by: UUID | None, now: datetime) -> None:
        rows = [
            {"id": uuid7(now), "team_id": team_id, "person_id": person_id, "season": season, "created_at": now}
            for team_id, person_id in sorted(pairs)
        ]
        if not rows:
            return
        with self._control.begin() as connection:
            joined = connection.execute(insert(membership).values(rows).on_conflict_do_nothing()).rowcount
            if joined:
                note(connection, Act(now, by, "join teams", season), {"members": joined})

    def leave(self, membership_id: UUID, by: UUID | None, now: datetime) -> bool:
        with self._control.begin() as connection:
            left = connection.execute(delete(membership).where(membership.c.id == membership_id)).rowcount == 1
            if left:
                note(connection, Act(now, by, "leave team", str(membership_id)))
        return left

    def _rename(self, table: Table, row_id: UUID, name: str, act: Act) -> bool:
        """A name that leads to this very row, from a merge, is taken back from there; that one gets the old name."""
        try:
            with self._control.begin() as connection:
                old = connection.execute(select(table).where(table.c.id == row_id)).one()
                mine = [table.c.name_key == key_of(name), table.c.merged_into == row_id]
                alias = connection.scalar(select(table.c.id).where(*mine))
                if alias is not None:
                    _name(connection, table, alias, str(alias))
                _name(connection, table, row_id, name)
                if alias is not None:
                    _name(connection, table, alias, old.name)
                note(connection, act)
        except IntegrityError as error:
            if isinstance(error.orig, UniqueViolation):
                return False
            raise
        return True


def merged_people(control: Engine) -> Mapping[UUID, Person]:
    """Everybody there is or was, by every id: what the sessions' copies of names are made from."""
    with control.connect() as connection:
        return {row.asked_id: _person(row) for row in connection.execute(_led_on(person))}


def merged_teams(control: Engine) -> Mapping[UUID, UUID]:
    """Of each team that was merged, the one that stays."""
    gone = select(team.c.id, team.c.merged_into).where(team.c.merged_into.is_not(None))
    with control.connect() as connection:
        return {row.id: row.merged_into for row in connection.execute(gone)}


def _led_on(table: Table, *which: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    """The rows that stay, each with the id and the key that was asked for."""
    stays = table.alias("stays")
    both: FromClause = table.join(stays, stays.c.id == func.coalesce(table.c.merged_into, table.c.id))
    asked = [table.c.id.label("asked_id"), table.c.name_key.label("asked_key")]
    return select(*stays.c, *asked).select_from(both).where(*which)


def _meant(connection: Connection, names: Collection[str]) -> Mapping[str, Person]:
    keys = {key_of(name) for name in names}
    found = connection.execute(_led_on(person, person.c.name_key.in_(keys), person.c.twin == 0))
    return {row.asked_key: _person(row) for row in found}


def _teams_meant(connection: Connection, names: Collection[str]) -> Mapping[str, Team]:
    found = connection.execute(_led_on(team, team.c.name_key.in_({key_of(name) for name in names})))
    return {row.asked_key: _team(row) for row in found}


def _make(connection: Connection, table: Table, names: Collection[str], by: UUID | None, now: datetime) -> None:
    """In the order of the keys, so that two who make the same ones wait for each other instead of locking up."""
    by_key = {key_of(name): name for name in reversed(list(names))}
    rows = [{"id": uuid7(now), "name": by_key[key], "name_key": key, "created_at": now} for key in sorted(by_key)]
    if not rows:
        return
    made = connection.scalars(insert(table).values(rows).on_conflict_do_nothing().returning(table.c.id)).all()
    for each in made:
        note(connection, Act(now, by, f"add {table.name}", str(each)))


def _name(connection: Connection, table: Table, row_id: UUID, name: str) -> None:
    connection.execute(update(table).where(table.c.id == row_id).values(name=name, name_key=key_of(name)))


def _lead(connection: Connection, table: Table, row_id: UUID, into: UUID) -> None:
    led = or_(table.c.id == row_id, table.c.merged_into == row_id)
    connection.execute(update(table).where(led).values(merged_into=into))


def _move_memberships(connection: Connection, column: Column[UUID], old: UUID, new: UUID) -> None:
    """What both had is had once."""
    its = select(membership).where(column == old)
    rows = [row._asdict() | {column.name: new} for row in connection.execute(its)]
    connection.execute(delete(membership).where(column == old))
    if rows:
        connection.execute(insert(membership).values(rows).on_conflict_do_nothing())


def _move_ledger(connection: Connection, whose: str, old: UUID, new: UUID) -> None:
    """A counter of a kart is kept for its team."""
    scopes = ("team", "kart") if whose == "team" else ("driver",)
    column, subject = season_ledger.c[whose], season_ledger.c.subject
    connection.execute(update(season_ledger).where(column == str(old)).values({whose: str(new)}))
    its = [subject == str(old), season_ledger.c.scope.in_(scopes)]
    connection.execute(update(season_ledger).where(*its).values(subject=str(new)))


def _person(row: Row[tuple[object, ...]]) -> Person:
    return Person(row.id, row.name, row.account_id)


def _team(row: Row[tuple[object, ...]]) -> Team:
    return Team(row.id, row.name)
