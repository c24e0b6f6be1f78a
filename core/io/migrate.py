"""Brings databases to the schema of this release: numbered SQL files, one transaction each, never edited once applied.

`sql/control` makes the control database, `sql/session` the template and the race sessions copied from it. An advisory
lock in the control database lets one of several starting processes work while the others wait. What a session's
database has is also written in its comment, so that one look at `pg_database` shows which are behind: nobody has to
connect to the template, and nobody can, because it may only be copied while it has no connection.
"""

import hashlib
import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, NullPool, bindparam, text

from core.errors import Unavailable
from core.io.database.engine import beside, checked_name, session_template

log = logging.getLogger(__name__)

SQL = Path(__file__).parents[2] / "sql"
_FILE_NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")
_LOCK = 20815
_TABLE = """
CREATE TABLE IF NOT EXISTS schema_migration (
  version     integer PRIMARY KEY,
  name        text NOT NULL,
  sha256      text NOT NULL,
  applied_at  timestamptz NOT NULL DEFAULT clock_timestamp()
)"""
_NOTE = text("INSERT INTO schema_migration (version, name, sha256) VALUES (:version, :name, :sha256)")
_HAVE = text("SELECT version, name, sha256 FROM schema_migration ORDER BY version")
_SESSIONS = text("SELECT database_name FROM race_session WHERE state IN ('ready', 'closed')")
_STAMPED = text(
    "SELECT datname FROM pg_database WHERE datname IN :names AND shobj_description(oid, 'pg_database') = :stamp"
).bindparams(bindparam("names", expanding=True))


@dataclass(frozen=True, slots=True)
class Migration:
    version: int
    name: str
    body: str
    sha256: str


def migrate(owner: Engine, sql: Path = SQL) -> list[str]:
    """Migrate the control database, the template and every session; returns what was applied, as `database: file`.

    Raises:
        Unavailable: a database is newer than this release, or an applied file was edited.
    """
    control, session = migrations(sql / "control"), migrations(sql / "session")
    template = session_template(owner)
    with _alone(owner) as connection:
        applied = _apply(owner, control)
        behind = set(_behind(connection, [template, *connection.scalars(_SESSIONS)], session))
        if template in behind:
            applied += _migrate_template(connection, owner, session)
        for name in sorted(behind - {template}):
            applied += migrate_session(owner, name, sql)
    return applied


def migrate_session(owner: Engine, database_name: str, sql: Path = SQL) -> list[str]:
    """Migrate one session's database, just copied or brought back from a dump; returns what was applied."""
    session = migrations(sql / "session")
    engine = beside(owner, database_name, NullPool)
    with _alone(engine) as connection:
        applied = _apply(engine, session)
        _stamp(connection, database_name, session)
    return applied


def pending(control: Engine, sql: Path = SQL) -> list[str]:
    """What `migrate` would still have to do; empty when this release can work. Needs no more than `paddock_app`."""
    session, template = migrations(sql / "session"), session_template(control)
    with control.connect() as connection:
        if connection.scalar(text("SELECT to_regclass('schema_migration')")) is None:
            return ["everything"]
        have = {version for version, *_ in connection.execute(_HAVE)}
        behind = _behind(connection, [template], session)
    return [file.name for file in migrations(sql / "control") if file.version not in have] + behind


def migrations(folder: Path) -> list[Migration]:
    """The files of a folder in order.

    Raises:
        ValueError: a name is not `NNNN_what.sql`, or a number is missing or used twice.
    """
    found = [_migration(file) for file in sorted(folder.glob("*.sql"))]
    if [file.version for file in found] != list(range(1, len(found) + 1)):
        raise ValueError(f"the numbers in {folder} are not 0001, 0002 and so on")
    return found


def _migration(file: Path) -> Migration:
    named = _FILE_NAME.fullmatch(file.name)
    if named is None:
        raise ValueError(f"{file} is not named NNNN_what.sql")
    body = file.read_bytes()
    return Migration(int(named[1]), file.name, body.decode(), hashlib.sha256(body).hexdigest())


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """A connection without transaction that holds the lock; the lock goes with the connection, also after a kill."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.detach()
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
        yield connection


def _apply(engine: Engine, wanted: list[Migration]) -> list[str]:
    with engine.begin() as connection:
        connection.execute(text(_TABLE))
        have = {version: (name, sha256) for version, name, sha256 in connection.execute(_HAVE)}
    database = str(engine.url.database)
    _check(database, have, wanted)
    todo = [file for file in wanted if file.version not in have]
    for file in todo:
        with engine.begin() as connection:
            _run(connection, file)
        log.info("migrated", extra={"database": database, "file": file.name})
    return [f"{database}: {file.name}" for file in todo]


def _run(connection: Connection, file: Migration) -> None:
    """`no_parameters`: several statements at once, and a % in them is a %."""
    connection.execution_options(no_parameters=True).exec_driver_sql(file.body)
    noted = {"version": file.version, "name": file.name, "sha256": file.sha256}
    connection.execution_options(no_parameters=False).execute(_NOTE, noted)


def _check(database: str, have: dict[int, tuple[str, str]], wanted: list[Migration]) -> None:
    if have and max(have) > len(wanted):
        raise Unavailable(
            f"Database {database} is at {have[max(have)][0]}, newer than this release.",
            "Install the newer release again, or restore a backup made by this one.",
        )
    for file in wanted:
        if file.version in have and have[file.version] != (file.name, file.sha256):
            raise Unavailable(
                f"{file.name} differs from what was applied to database {database} as {have[file.version][0]}.",
                "Bring the file back as it was and put the change into a new one.",
            )


def _behind(connection: Connection, names: Iterable[str], wanted: list[Migration]) -> list[str]:
    listed = list(names)
    stamped = set(connection.scalars(_STAMPED, {"names": listed, "stamp": _stamp_of(wanted)}))
    return [name for name in listed if name not in stamped]


def _migrate_template(connection: Connection, owner: Engine, wanted: list[Migration]) -> list[str]:
    """Open the template for as long as it takes; it ends without a connection and refuses new ones."""
    name = checked_name(session_template(owner))
    if not connection.scalar(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name}):
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0")
        connection.exec_driver_sql(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
    connection.exec_driver_sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    applied = _apply(beside(owner, name, NullPool), wanted)
    connection.exec_driver_sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    _stamp(connection, name, wanted)
    return applied


def _stamp(connection: Connection, database_name: str, applied: list[Migration]) -> None:
    connection.exec_driver_sql(f"COMMENT ON DATABASE {checked_name(database_name)} IS '{_stamp_of(applied)}'")


def _stamp_of(files: list[Migration]) -> str:
    whole = hashlib.sha256("\n".join(file.sha256 for file in files).encode()).hexdigest()
    return f"session schema {len(files)} {whole}"
