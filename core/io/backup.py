"""Dumps of race sessions that are known to be good: each is restored beside the original and compared before it counts.

pg_dump reads the same snapshot in which the original was counted, so a dump taken while officials write is compared
exactly: the head of the hash chain (which vouches for every event before it), the number of events and of entries. The
programs are those of the wheel, version 16, also for a server elsewhere.
"""

import logging
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from psycopg.conninfo import make_conninfo
from sqlalchemy import Connection, Engine, NullPool, func, select, text

from core.errors import Unavailable, UnreadableFile
from core.io.binaries import binaries
from core.io.blobs import Blobs
from core.io.database.engine import beside, checked_name
from core.io.database.entries import entry
from core.io.database.event_rows import event
from core.io.migrate import migrate_session
from core.penalties.events import Anchor

log = logging.getLogger(__name__)

_PATIENCE_S = 1800
_SNAPSHOT = text("SELECT pg_export_snapshot()")
_HEAD = select(event.c.seq, event.c.hash).order_by(event.c.seq.desc()).limit(1)


@dataclass(frozen=True, slots=True)
class Content:
    """What a session's database holds, as far as a comparison needs."""

    head: Anchor
    events: int
    entries: int


@dataclass(frozen=True, slots=True)
class Dump:
    """A dump that was restored and compared."""

    file: Path
    content: Content


@contextmanager
def verified_dump(owner: Engine, database_name: str, folder: Path) -> Iterator[Dump]:
    """A dump of the session's database in the folder; the file is gone afterwards: copy or keep it before.

    Raises:
        Unavailable: pg_dump or pg_restore failed, with its own words.
        UnreadableFile: what came back from the dump is not what was dumped, or the chain does not hold.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=folder, prefix="dump-") as name:
        file = Path(name) / "session.dump"
        content = _dumped(owner, database_name, file)
        _compare(owner, file, content)
        yield Dump(file, content)


def keep_dump(owner: Engine, database_name: str, blobs: Blobs, folder: Path) -> str:
    """A verified dump in the blob store; returns its sha256."""
    return keep_dump_of(owner, database_name, blobs, folder)[1]


def keep_dump_of(owner: Engine, database_name: str, blobs: Blobs, folder: Path) -> tuple[Content, str]:
    """A verified dump in the blob store; returns what it holds and its sha256."""
    with verified_dump(owner, database_name, folder) as dump, dump.file.open("rb") as stream:
        return dump.content, blobs.put(stream)


def restore(owner: Engine, file: Path, database_name: str) -> Content:
    """Make the database from a dump, whole or not at all, and bring it to the schema of this release.

    Raises:
        Unavailable: pg_restore failed, with its own words.
        UnreadableFile: the chain in it does not hold.
    """
    with _scratch(owner) as scratch:
        _restored(owner, file, scratch)
        content = _checked(owner, scratch)
        migrate_session(owner, scratch)
        with beside_transactions(owner) as connection:
            connection.exec_driver_sql(f"ALTER DATABASE {scratch} RENAME TO {checked_name(database_name)}")
    return content


def content_of(connection: Connection) -> Content:
    head = connection.execute(_HEAD).one_or_none()
    anchor = Anchor(0, "") if head is None else Anchor(head.seq, head.hash.hex())
    events = connection.execute(select(func.count()).select_from(event)).scalar_one()
    entries = connection.execute(select(func.count()).select_from(entry)).scalar_one()
    return Content(anchor, events, entries)


@contextmanager
def beside_transactions(owner: Engine) -> Iterator[Connection]:
    """A connection for what PostgreSQL does not do in a transaction: databases as a whole."""
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        yield connection


def _dumped(owner: Engine, database_name: str, file: Path) -> Content:
    source = beside(owner, database_name, NullPool)
    with source.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        snapshot = connection.scalar(_SNAPSHOT)
        content = content_of(connection)
        _run(source, "pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={file}")
    return content


def _compare(owner: Engine, file: Path, content: Content) -> None:
    with _scratch(owner) as scratch:
        _restored(owner, file, scratch)
        if _checked(owner, scratch) != content:
            raise UnreadableFile("The dump does not hold what the database holds.", "Make another; check the disk.")


@contextmanager
def _scratch(owner: Engine) -> Iterator[str]:
    """A name for a database that is dropped afterwards, unless it was given another name."""
    name = f"scratch_{uuid4().hex}"
    try:
        yield name
    finally:
        with beside_transactions(owner) as connection:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _restored(owner: Engine, file: Path, database_name: str) -> None:
    with beside_transactions(owner) as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {database_name} TEMPLATE template0")
        connection.exec_driver_sql(f"REVOKE ALL ON DATABASE {database_name} FROM PUBLIC")
    target = beside(owner, database_name, NullPool)
    _run(target, "pg_restore", "--exit-on-error", "--no-owner", "--single-transaction", file=file)


def _checked(owner: Engine, database_name: str) -> Content:
    with beside(owner, database_name, NullPool).connect() as connection:
        broken = connection.scalar(select(func.first_broken()))
        if broken is not None:
            raise UnreadableFile(f"The event log in the dump is broken at event {broken}.", "Use an earlier backup.")
        return content_of(connection)


def _run(engine: Engine, program: str, *options: str, file: Path | None = None) -> None:
    """The password goes by the environment, which other users of the machine cannot read."""
    _, known = engine.dialect.create_connect_args(engine.url)
    password = known.pop("password", None)
    known.pop("context", None)  # psycopg's own, not libpq's
    command = [str(binaries().postgres / program), *options, f"--dbname={make_conninfo(**known)}"]
    done = subprocess.run(  # noqa: S603 - our own program, with options of our own
        [*command, *([str(file)] if file else [])],
        env={} if password is None else {"PGPASSWORD": password},
        capture_output=True,
        text=True,
        timeout=_PATIENCE_S,
        check=False,
    )
    if done.returncode != 0:
        said = (done.stderr.strip().splitlines() or ["nothing"])[-1]
        raise Unavailable(f"{program} failed. It says: {said}", "Mend that, then try again.")
