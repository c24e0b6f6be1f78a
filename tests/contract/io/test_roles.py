"""What the roles may not: the portal's changes no schema, makes no database and does not see what is not its own."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy import Engine, NullPool, create_engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from core.io.roles import let_in
from core.io.runtime import open_runtime
from core.io.settings import Settings
from tests.conftest import Model, Servers


@pytest.fixture(scope="module")
def refusing(servers: Servers, model: Model, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """One database for all that is refused: nothing changes it."""
    with model.copy() as database:
        yield servers.settings(tmp_path_factory.mktemp("refusing"), database)


@pytest.fixture(scope="module")
def owner(refusing: Settings) -> Iterator[Engine]:
    with open_runtime(refusing, owner=True) as runtime:
        yield runtime.control


@pytest.fixture(scope="module")
def app(refusing: Settings) -> Iterator[Engine]:
    with open_runtime(refusing, owner=False) as runtime:
        yield runtime.control


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "CREATE SCHEMA mine",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql RETURN 1",
        "CREATE TEMPORARY TABLE mine (id int)",
        "ALTER TABLE account ADD COLUMN more text",
        "ALTER TABLE account DISABLE TRIGGER ALL",
        "DROP TABLE account",
        "TRUNCATE account",
        "CREATE ROLE mine",
        "ALTER ROLE paddock_app CREATEDB",
        "INSERT INTO schema_migration (version, name, sha256) VALUES (99, '', '')",
        "UPDATE schema_migration SET sha256 = ''",
    ],
)
def test_the_app_changes_rows_and_nothing_else(app: Engine, statement: str) -> None:
    with app.connect() as connection, pytest.raises(ProgrammingError, match="denied|must be owner"):
        connection.exec_driver_sql(statement)


def test_the_app_makes_no_database(app: Engine) -> None:
    engine = app.execution_options(isolation_level="AUTOCOMMIT")

    with engine.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
        connection.exec_driver_sql("CREATE DATABASE mine")


@pytest.mark.parametrize("table", ["account", "sign_in", "token", "setup_link"])
def test_who_reads_exports_sees_no_keys(owner: Engine, table: str) -> None:
    with owner.connect() as connection:
        connection.exec_driver_sql("SET ROLE paddock_read")
        assert connection.scalar(text("SELECT count(*) FROM circuit")) == 0
        with pytest.raises(ProgrammingError, match="permission denied"):
            connection.exec_driver_sql(f"TABLE {table}")


@pytest.mark.parametrize("statement", ["UPDATE audit SET act = ''", "DELETE FROM audit"])
def test_what_was_done_is_not_rewritten(app: Engine, statement: str) -> None:
    with app.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
        connection.exec_driver_sql(statement)


@pytest.fixture
def stranger(owner: Engine) -> Iterator[str]:
    """A role that may not enter yet."""
    name = f"stranger_{uuid4().hex[:12]}"
    with owner.begin() as connection:
        connection.exec_driver_sql(f"CREATE ROLE {name}")
        connection.exec_driver_sql(f"GRANT CONNECT ON DATABASE {owner.url.database} TO {name}")
    yield name
    with owner.begin() as connection:
        connection.exec_driver_sql(f"REVOKE ALL ON DATABASE {owner.url.database} FROM {name}")
        connection.exec_driver_sql(f"DROP ROLE {name}")


def test_a_role_is_let_in_with_the_password_of_its_address(owner: Engine, stranger: str) -> None:
    url = owner.url.set(username=stranger, password="it's 100 %")
    engine = create_engine(url, poolclass=NullPool)
    with pytest.raises(OperationalError):
        engine.connect()

    let_in(owner, url.render_as_string(hide_password=False))

    with engine.connect() as connection:
        assert connection.scalar(text("SELECT current_user")) == stranger
