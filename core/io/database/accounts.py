"""Rows of accounts, sign-ins, tokens and setup links. Each change and its audit row are one transaction.

The tries at a password are counted by one UPDATE, so that PostgreSQL's row lock puts parallel guesses in line.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from psycopg.errors import UniqueViolation
from pydantic import TypeAdapter
from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    RowMapping,
    Select,
    Table,
    Update,
    case,
    exists,
    insert,
    null,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError

from core.accounts.keys import LOCKED_FOR, MOST_FAILURES
from core.accounts.model import Account, Entrance, Right, Role, SignIn, Token, Via
from core.accounts.plan import AccountChange, AccountPlan, TokenPlan
from core.accounts.ports import Attempt, Key
from core.io.database.account_tables import account, setup_link, sign_in, token
from core.io.database.audit import Act, note
from core.io.database.settings import set_value, value_of
from core.io.ids import uuid7

_ACCOUNT: TypeAdapter[Account] = TypeAdapter(Account)
_SIGN_IN: TypeAdapter[SignIn] = TypeAdapter(SignIn)
_TOKEN: TypeAdapter[Token] = TypeAdapter(Token)
_RIGHTS: TypeAdapter[frozenset[Right]] = TypeAdapter(frozenset[Right])

_ACCOUNT_FIELDS = [column for column in account.c if column.name not in {"password_hash", "failures"}]
_SIGN_IN_FIELDS = [column for column in sign_in.c if column.name != "token_sha256"]
_TOKEN_FIELDS = [column for column in token.c if column.name != "token_sha256"]

_PUBLIC_RIGHTS = "public_rights"
_USE_IS_NOTED_EVERY = timedelta(minutes=1)


class Accounts:
    """`AccountStore` on the control database."""

    def __init__(self, control: Engine) -> None:
        self._control = control

    # Entering and leaving

    def attempt(self, name: str, now: datetime) -> Attempt | None:
        """A lock that has run out starts the count anew."""
        failures = case((account.c.locked_until.is_not(None), 1), else_=account.c.failures + 1)
        locked_until = case((failures >= MOST_FAILURES, now + LOCKED_FOR), else_=null())
        open_to_tries = or_(account.c.locked_until.is_(None), account.c.locked_until <= now)
        counted = (
            update(account)
            .where(account.c.name == name, account.c.active, open_to_tries)
            .values(failures=failures, locked_until=locked_until)
            .returning(account.c.id, account.c.password_hash, account.c.failures)
        )
        with self._control.begin() as connection:
            row = connection.execute(counted).one_or_none()
        return None if row is None else Attempt(row.id, row.password_hash, row.failures >= MOST_FAILURES)

    def admit(self, attempt: Attempt, key: Key, client: str, now: datetime) -> bool:
        forgiven = (
            update(account)
            .where(account.c.id == attempt.account_id, account.c.active)
            .where(account.c.password_hash == attempt.password_hash)
            .values(failures=0, locked_until=None)
        )
        fresh = insert(sign_in).values(
            **_key_columns(key, now), id=uuid7(now), account_id=attempt.account_id, client=client
        )
        with self._control.begin() as connection:
            admitted = connection.execute(forgiven).rowcount == 1
            if admitted:
                connection.execute(fresh)
        return admitted

    def by_cookie(self, secret: bytes, now: datetime) -> Entrance | None:
        return next(iter(self._entrances(sign_in, sign_in.c.token_sha256 == secret, now)), None)

    def by_token(self, secret: bytes, now: datetime) -> Entrance | None:
        entrance = next(iter(self._entrances(token, token.c.token_sha256 == secret, now)), None)
        if entrance is not None:
            self._note_use(entrance.entry_id, now)
        return entrance

    def by_entries(self, entry_ids: Collection[UUID], now: datetime) -> tuple[Entrance, ...]:
        browsers = self._entrances(sign_in, sign_in.c.id.in_(entry_ids), now)
        return browsers + self._entrances(token, token.c.id.in_(entry_ids), now)

    # Accounts

    def accounts(self) -> tuple[Account, ...]:
        with self._control.connect() as connection:
            rows = connection.execute(select(*_ACCOUNT_FIELDS).order_by(account.c.name))
            return tuple(_ACCOUNT.validate_python(dict(row)) for row in rows.mappings())

    def account(self, account_id: UUID) -> Account | None:
        return self._one(account.c.id == account_id)

    def find(self, name: str) -> Account | None:
        return self._one(account.c.name == name)

    def add(self, plan: AccountPlan, password_hash: str, by: UUID | None, now: datetime) -> Account | None:
        try:
            with self._control.begin() as connection:
                return _added(connection, plan, password_hash, by, now)
        except IntegrityError as error:
            if isinstance(error.orig, UniqueViolation):
                return None
            raise

    def change(self, account_id: UUID, change: AccountChange, by: UUID | None, now: datetime) -> bool:
        """All active admins are locked while the change is judged, so that two of them cannot remove each other."""
        columns = _changed_columns(change)
        steps_down = change.active is False or change.role not in {None, Role.ADMIN}
        with self._control.begin() as connection:
            if steps_down and _active_admins(connection) == {account_id}:
                return False
            if columns:
                connection.execute(update(account).where(account.c.id == account_id).values(columns))
                note(connection, Act(now, by, "change account", str(account_id)), columns)
        return True

    def set_password(self, account_id: UUID, password_hash: str, by: UUID | None, now: datetime) -> None:
        values = {"password_hash": password_hash, "failures": 0, "locked_until": None}
        with self._control.begin() as connection:
            connection.execute(update(account).where(account.c.id == account_id).values(values))
            note(connection, Act(now, by, "set password", str(account_id)))

    # Sign-ins and tokens

    def sign_ins(self, account_id: UUID, now: datetime) -> tuple[SignIn, ...]:
        valid = select(*_SIGN_IN_FIELDS).where(sign_in.c.account_id == account_id, *_valid(sign_in, now))
        with self._control.connect() as connection:
            rows = connection.execute(valid.order_by(sign_in.c.id.desc()))
            return tuple(_SIGN_IN.validate_python(dict(row)) for row in rows.mappings())

    def revoke_sign_ins(
        self, account_id: UUID, by: UUID | None, now: datetime, *, only: UUID | None = None, keep: UUID | None = None
    ) -> int:
        which = [sign_in.c.account_id == account_id, *_valid(sign_in, now)]
        which += [] if only is None else [sign_in.c.id == only]
        which += [] if keep is None else [sign_in.c.id != keep]
        return self._revoke(_revoked(sign_in, now).where(*which), Act(now, by, "revoke sign-ins", str(account_id)))

    def tokens(self, account_id: UUID) -> tuple[Token, ...]:
        its = select(*_TOKEN_FIELDS).where(token.c.account_id == account_id).order_by(token.c.id.desc())
        with self._control.connect() as connection:
            return tuple(_TOKEN.validate_python(dict(row)) for row in connection.execute(its).mappings())

    def add_token(self, account_id: UUID, plan: TokenPlan, key: Key, by: UUID | None, now: datetime) -> Token:
        fresh = insert(token).values(
            **_key_columns(key, now), id=uuid7(now), account_id=account_id, label=plan.label, role=plan.role.value
        )
        with self._control.begin() as connection:
            row = connection.execute(fresh.returning(*_TOKEN_FIELDS)).mappings().one()
            added = _TOKEN.validate_python(dict(row))
            facts = {"token": str(added.id), "label": added.label, "scope": added.role.value}
            note(connection, Act(now, by, "create token", str(account_id)), facts)
        return added

    def revoke_tokens(self, account_id: UUID, by: UUID | None, now: datetime, *, only: UUID | None = None) -> int:
        which = [token.c.account_id == account_id, *_valid(token, now)]
        which += [] if only is None else [token.c.id == only]
        return self._revoke(_revoked(token, now).where(*which), Act(now, by, "revoke tokens", str(account_id)))

    # The first start, and what is public

    def add_setup_link(self, secret: bytes, now: datetime) -> bool:
        with self._control.begin() as connection:
            needed = not _has_accounts(connection)
            if needed:
                connection.execute(insert(setup_link).values(token_sha256=secret, created_at=now))
        return needed

    def setup_link(self, secret: bytes, issued_after: datetime) -> bool:
        usable = select(exists().where(*_usable(secret, issued_after)))
        with self._control.connect() as connection:
            return bool(connection.execute(usable).scalar_one()) and not _has_accounts(connection)

    def add_first_admin(
        self, secret: bytes, plan: AccountPlan, password_hash: str, issued_after: datetime, now: datetime
    ) -> Account | None:
        spent = update(setup_link).where(*_usable(secret, issued_after)).values(used_at=now)
        with self._control.begin() as connection:
            # Two links opened at the same moment must not make two first admins.
            connection.execute(text("LOCK TABLE account IN SHARE ROW EXCLUSIVE MODE"))
            if _has_accounts(connection) or connection.execute(spent).rowcount != 1:
                return None
            return _added(connection, plan, password_hash, None, now)

    def public_rights(self) -> frozenset[Right]:
        with self._control.connect() as connection:
            return _RIGHTS.validate_python(value_of(connection, _PUBLIC_RIGHTS) or [])

    def set_public_rights(self, rights: Collection[Right], by: UUID | None, now: datetime) -> None:
        with self._control.begin() as connection:
            set_value(
                connection,
                _PUBLIC_RIGHTS,
                sorted(right.value for right in rights),
                Act(now, by, "set what is public", _PUBLIC_RIGHTS),
            )

    # Parts of the above

    def _one(self, which: ColumnElement[bool]) -> Account | None:
        with self._control.connect() as connection:
            row = connection.execute(select(*_ACCOUNT_FIELDS).where(which)).mappings().one_or_none()
        return None if row is None else _ACCOUNT.validate_python(dict(row))

    def _entrances(self, entries: Table, which: ColumnElement[bool], now: datetime) -> tuple[Entrance, ...]:
        query = _with_account(entries).where(which, account.c.active, *_valid(entries, now))
        via = Via.COOKIE if entries is sign_in else Via.TOKEN
        with self._control.connect() as connection:
            return tuple(_entrance(row, via) for row in connection.execute(query).mappings())

    def _note_use(self, token_id: UUID, now: datetime) -> None:
        stale = or_(token.c.last_used_at.is_(None), token.c.last_used_at < now - _USE_IS_NOTED_EVERY)
        with self._control.begin() as connection:
            connection.execute(update(token).where(token.c.id == token_id, stale).values(last_used_at=now))

    def _revoke(self, revocation: Update, act: Act) -> int:
        with self._control.begin() as connection:
            ended = connection.execute(revocation).rowcount
            if ended:
                note(connection, act, {"ended": ended})
        return ended


def _with_account(entries: Table) -> Select[tuple[object, ...]]:
    scope = entries.c.role if entries is token else null()
    return select(*_ACCOUNT_FIELDS, entries.c.id.label("entry_id"), scope.label("scope")).join(
        entries, entries.c.account_id == account.c.id
    )


def _entrance(row: RowMapping, via: Via) -> Entrance:
    fields = dict(row)
    entry_id, scope = fields.pop("entry_id"), fields.pop("scope")
    return Entrance(_ACCOUNT.validate_python(fields), entry_id, via, None if scope is None else Role(scope))


def _valid(entries: Table, now: datetime) -> list[ColumnElement[bool]]:
    return [entries.c.revoked_at.is_(None), entries.c.expires_at > now]


def _revoked(entries: Table, now: datetime) -> Update:
    return update(entries).where(entries.c.revoked_at.is_(None)).values(revoked_at=now)


def _usable(secret: bytes, issued_after: datetime) -> list[ColumnElement[bool]]:
    link = setup_link.c
    return [link.token_sha256 == secret, link.used_at.is_(None), link.created_at > issued_after]


def _key_columns(key: Key, now: datetime) -> dict[str, object]:
    return {"token_sha256": key.secret, "created_at": now, "expires_at": key.expires_at}


def _changed_columns(change: AccountChange) -> dict[str, object]:
    role = None if change.role is None else change.role.value
    asked = {"display_name": change.display_name, "role": role, "active": change.active}
    columns: dict[str, object] = {name: value for name, value in asked.items() if value is not None}
    return columns if change.team is None else columns | {"team": change.team or None}


def _active_admins(connection: Connection) -> set[UUID]:
    admins = select(account.c.id).where(account.c.role == Role.ADMIN.value, account.c.active)
    return set(connection.execute(admins.order_by(account.c.id).with_for_update()).scalars())


def _has_accounts(connection: Connection) -> bool:
    return bool(connection.execute(select(exists(select(account.c.id)))).scalar_one())


def _added(connection: Connection, plan: AccountPlan, password_hash: str, by: UUID | None, now: datetime) -> Account:
    shown = {"name": plan.name, "display_name": plan.display_name, "role": plan.role.value, "team": plan.team}
    fresh = insert(account).values(**shown, id=uuid7(now), password_hash=password_hash, created_at=now)
    fresh = fresh.values(active=True, failures=0)
    row = connection.execute(fresh.returning(*_ACCOUNT_FIELDS)).mappings().one()
    added = _ACCOUNT.validate_python(dict(row))
    note(connection, Act(now, by, "create account", str(added.id)), shown)
    return added
