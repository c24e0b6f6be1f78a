"""The tables that the queries know are the tables that the migrations make."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from uuid import uuid4

import pytest
from sqlalchemy import Engine, MetaData, NullPool

from core.io import database
from core.io.database import CONTROL, SESSION
from core.io.database.engine import beside, session_template
from core.io.runtime import Runtime
from tests.conftest import Model

for module in pkgutil.iter_modules(database.__path__, "core.io.database."):
    import_module(module.name)

UNKNOWN = {"schema_migration"}
"""Tables that no query outside `core.io.migrate` needs."""


@pytest.fixture
def session_database(owner_runtime: Runtime, model: Model) -> Iterator[Engine]:
    name = f"session_{uuid4().hex}"
    model.maintenance.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {session_template(owner_runtime.control)}")
    yield beside(owner_runtime.control, name, NullPool)
    model.drop(name)


def test_the_control_database_is_as_the_queries_know_it(owner_runtime: Runtime) -> None:
    assert known(CONTROL, owner_runtime.control) == found(owner_runtime.control)


def test_a_sessions_database_is_as_the_queries_know_it(session_database: Engine) -> None:
    assert known(SESSION, session_database) == found(session_database)


def found(engine: Engine) -> list[str]:
    tables = MetaData()
    tables.reflect(engine)
    return known(tables, engine)


def known(tables: MetaData, engine: Engine) -> list[str]:
    """Every column with its type, as this database would write it."""
    return sorted(
        f"{table.name}.{column.name} {column.type.compile(engine.dialect)}{'' if column.nullable else ' NOT NULL'}"
        for table in tables.tables.values()
        for column in table.c
        if table.name not in UNKNOWN
    )
