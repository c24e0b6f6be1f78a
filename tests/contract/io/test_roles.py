"""What the roles may not: the portal's changes no schema, makes no database and does not see what is not its own."""

import pytest
from sqlalchemy.exc import ProgrammingError

from core.io.runtime import Runtime


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
def test_the_app_changes_rows_and_nothing_else(app_runtime: Runtime, statement: str) -> None:
    with app_runtime.control.connect() as connection, pytest.raises(ProgrammingError, match="denied|must be owner"):
        connection.exec_driver_sql(statement)


def test_the_app_makes_no_database(app_runtime: Runtime) -> None:
    engine = app_runtime.control.execution_options(isolation_level="AUTOCOMMIT")

    with engine.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
        connection.exec_driver_sql("CREATE DATABASE mine")
