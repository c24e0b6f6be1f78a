"""Real servers for tests: one PostgreSQL and one Valkey for the whole run, a migrated database for each test.

`PADDOCK_TEST_DATABASE_URL` (a role that may create databases and roles) and `PADDOCK_TEST_REDIS_URL` run the same tests
against servers that are already there.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import settings as hypothesis
from sqlalchemy import Connection, NullPool, make_url, text

from core.io.database.engine import beside, control_engine, session_template
from core.io.embedded import Embedded
from core.io.migrate import migrate
from core.io.runtime import Runtime, open_runtime
from core.io.settings import Settings

hypothesis.register_profile("paddock", deadline=None)  # a busy machine is no failure; speed is a benchmark's
hypothesis.load_profile("paddock")


@dataclass(frozen=True, slots=True)
class Servers:
    """Addresses of a PostgreSQL and a bus that tests may fill."""

    database_url: str
    app_database_url: str | None
    redis_url: str

    def settings(self, data: Path, database: str) -> Settings:
        app = self.app_database_url
        return Settings(
            data=data,
            database_url=_named(self.database_url, database),
            app_database_url=None if app is None else _named(app, database),
            redis_url=self.redis_url,
            bus_prefix=database,
        )


@dataclass(frozen=True, slots=True)
class Model:
    """The migrated control database that each test gets a copy of; it can be copied because nobody connects to it."""

    name: str
    maintenance: Connection
    """Of another database, outside a transaction: creates and drops."""

    @contextmanager
    def copy(self) -> Iterator[str]:
        """A copy's name; the copy and the race sessions made in it are dropped afterwards."""
        name = f"{self.name}__{uuid4().hex[:12]}"
        self.maintenance.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {self.name} STRATEGY WAL_LOG")
        # rights on a database are not copied with it
        self.maintenance.exec_driver_sql(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
        self.maintenance.exec_driver_sql(f"GRANT CONNECT ON DATABASE {name} TO paddock_app, paddock_read")
        try:
            yield name
        finally:
            for database in (*self._sessions(name), name):
                self.drop(database)

    def drop(self, database: str) -> None:
        self.maintenance.exec_driver_sql(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def _sessions(self, name: str) -> list[str]:
        with beside(self.maintenance.engine, name, NullPool).connect() as connection:
            return list(connection.scalars(text("SELECT database_name FROM race_session")))


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """Embedded ones, careless of power cuts, unless both addresses are given."""
    database_url = os.environ.get("PADDOCK_TEST_DATABASE_URL")  # noqa: TID251 - a setting of the tests
    redis_url = os.environ.get("PADDOCK_TEST_REDIS_URL")  # noqa: TID251 - a setting of the tests
    if database_url and redis_url:
        yield Servers(database_url, None, redis_url)
        return
    folder = Path(tempfile.mkdtemp(prefix="paddock-test-"))
    embedded = Embedded(folder, durable=False)
    try:
        embedded.start()
        yield Servers(embedded.database_url(), embedded.database_url("paddock_app"), embedded.redis_url)
    finally:
        embedded.stop()
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def model(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Model]:
    name = f"paddock_test_{uuid4().hex[:8]}"
    settings = servers.settings(tmp_path_factory.mktemp("model"), "postgres")
    maintenance = control_engine(settings, owner=True)
    with maintenance.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        model = Model(name, connection)
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
        owner = beside(maintenance, name, NullPool)
        migrate(owner)
        yield model
        model.drop(name)
        model.drop(session_template(owner))
    maintenance.dispose()


@pytest.fixture
def settings(servers: Servers, model: Model, tmp_path: Path) -> Iterator[Settings]:
    """A control database, a bus and a data folder that no other test sees."""
    with model.copy() as database:
        yield servers.settings(tmp_path, database)


@pytest.fixture
def owner_runtime(settings: Settings) -> Iterator[Runtime]:
    """What a worker stands on."""
    with open_runtime(settings, owner=True) as runtime:
        yield runtime


@pytest.fixture
def app_runtime(settings: Settings) -> Iterator[Runtime]:
    """What the portal stands on."""
    with open_runtime(settings, owner=False) as runtime:
        yield runtime


def _named(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)
