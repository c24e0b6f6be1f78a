"""Migrations: once each, in order, whoever starts; what was applied may not change under our feet."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Engine, NullPool, text

from core.errors import Unavailable
from core.io.database.engine import beside, session_template
from core.io.migrate import SQL, migrate, migrate_session, migrations, pending
from tests.conftest import Model

CIRCUIT = (
    "INSERT INTO circuit (id, slug, name, protocol, transport, created_at)"
    " VALUES (gen_random_uuid(), 'a', 'A', 'apex', '{}', now())"
)
SESSION = (
    "INSERT INTO race_session (id, circuit_id, name, database_name, ruleset, state, created_at)"
    " SELECT gen_random_uuid(), id, 'Race', '{name}', 'club', 'ready', now() FROM circuit"
)


@pytest.fixture
def sql(tmp_path: Path) -> Path:
    """The migrations of this release, to add to and to spoil."""
    return Path(shutil.copytree(SQL, tmp_path / "sql"))


@pytest.fixture
def empty(model: Model) -> Iterator[Engine]:
    """A database that nothing was done to, as its owner."""
    name = f"paddock_test_{uuid4().hex[:12]}"
    model.maintenance.exec_driver_sql(f"CREATE DATABASE {name}")
    engine = beside(model.maintenance.engine, name, NullPool)
    yield engine
    model.drop(name)
    _drop_template(model.maintenance, session_template(engine))


def _drop_template(maintenance: Connection, name: str) -> None:
    maintenance.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")


def test_four_processes_start_at_once_and_each_file_is_applied_once(empty: Engine) -> None:
    with ThreadPoolExecutor(4) as starts:
        applied = [file for found in starts.map(migrate, [empty] * 4) for file in found]

    every = [f"{empty.url.database}: {file.name}" for file in migrations(SQL / "control")]
    every += [f"{session_template(empty)}: {file.name}" for file in migrations(SQL / "session")]
    assert applied == every


def test_after_migrating_nothing_is_pending(empty: Engine) -> None:
    assert pending(empty) == ["everything"]

    migrate(empty)

    assert pending(empty) == []


def test_the_template_can_be_copied_at_once_and_nobody_can_connect_to_it(empty: Engine, model: Model) -> None:
    migrate(empty)
    template, copy = session_template(empty), f"session_{uuid4().hex}"

    model.maintenance.exec_driver_sql(f"CREATE DATABASE {copy} TEMPLATE {template} STRATEGY WAL_LOG")

    assert migrate_session(empty, copy) == []
    model.drop(copy)
    with pytest.raises(Unavailable):
        beside(empty, template, NullPool).connect()


def test_a_new_file_reaches_the_template_and_the_sessions_that_exist(empty: Engine, model: Model, sql: Path) -> None:
    migrate(empty, sql)
    copy = f"session_{uuid4().hex}"
    model.maintenance.exec_driver_sql(f"CREATE DATABASE {copy} TEMPLATE {session_template(empty)}")
    with empty.begin() as connection:
        connection.exec_driver_sql(CIRCUIT)
        connection.exec_driver_sql(SESSION.format(name=copy))
    number = len(migrations(sql / "session")) + 1
    (sql / f"session/{number:04}_more.sql").write_text("CREATE TABLE more (id int); -- 100 %")

    before = pending(empty, sql)
    applied = migrate(empty, sql)

    assert before == [session_template(empty)]
    assert applied == [f"{database}: {number:04}_more.sql" for database in (session_template(empty), copy)]
    assert pending(empty, sql) == []
    model.drop(copy)


def test_a_file_that_fails_leaves_nothing_behind(empty: Engine, sql: Path) -> None:
    number = len(migrations(sql / "control")) + 1
    (sql / f"control/{number:04}_broken.sql").write_text("CREATE TABLE half (id int); SELECT 1 / 0")

    with pytest.raises(Exception, match="division by zero"):
        migrate(empty, sql)

    with empty.connect() as connection:
        assert connection.scalar(text("SELECT to_regclass('half')")) is None
        assert connection.scalar(text("SELECT max(version) FROM schema_migration")) == number - 1


@pytest.mark.parametrize("folder", ["control", "session"])
def test_a_file_that_was_edited_after_it_was_applied_is_refused(empty: Engine, sql: Path, folder: str) -> None:
    migrate(empty, sql)
    first = migrations(sql / folder)[0].name
    with (sql / folder / first).open("a") as file:
        file.write("-- one more thought\n")

    with pytest.raises(Unavailable, match=rf"{first} differs from what was applied"):
        migrate(empty, sql)


@pytest.mark.parametrize("folder", ["control", "session"])
def test_a_database_of_a_newer_release_is_refused(empty: Engine, sql: Path, folder: str) -> None:
    number = len(migrations(sql / folder)) + 1
    newer = sql / folder / f"{number:04}_from_the_future.sql"
    newer.write_text("SELECT 1")
    migrate(empty, sql)
    newer.unlink()

    with pytest.raises(Unavailable, match=rf"is at {number:04}_from_the_future.sql, newer than this release"):
        migrate(empty, sql)


@pytest.mark.parametrize(
    "names",
    [["0002_second.sql"], ["0001_first.sql", "0001_other.sql"], ["1_first.sql"], ["0001_First.sql"]],
    ids=["gap", "twice", "short number", "capitals"],
)
def test_files_that_are_not_numbered_one_by_one_are_refused(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).write_text("SELECT 1")

    with pytest.raises(ValueError, match="not"):
        migrations(tmp_path)
