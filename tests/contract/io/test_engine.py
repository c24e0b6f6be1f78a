"""Connections: who one is, what the names may be, and what is said when PostgreSQL is away."""

from datetime import timedelta

import pytest
from sqlalchemy import create_engine, text

from core.errors import Unavailable
from core.io.database.engine import SessionEngines, checked_name, control_engine, session_template
from core.io.runtime import Runtime, open_runtime
from core.io.settings import Settings

WHO = text("SELECT current_user")
CUT = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def test_workers_are_the_owner_and_portals_the_app(owner_runtime: Runtime, app_runtime: Runtime) -> None:
    with owner_runtime.control.connect() as worker, app_runtime.control.connect() as portal:
        assert (worker.scalar(WHO), portal.scalar(WHO)) == (owner_runtime.control.url.username, "paddock_app")


def test_a_portal_that_knows_only_the_owners_address_takes_the_apps_role(settings: Settings) -> None:
    only_owner = settings.model_copy(update={"app_database_url": None})

    with open_runtime(only_owner, owner=False) as runtime, runtime.control.connect() as connection:
        assert connection.scalar(WHO) == "paddock_app"


def test_a_session_engine_keeps_the_role(app_runtime: Runtime) -> None:
    name = str(app_runtime.control.url.database)

    with app_runtime.sessions.engine(name).connect() as connection:
        assert connection.scalar(WHO) == "paddock_app"


def test_a_session_engine_is_made_once_until_it_is_forgotten(owner_runtime: Runtime) -> None:
    sessions = SessionEngines(owner_runtime.control)
    first = sessions.engine("session_a")

    assert sessions.engine("session_a") is first
    sessions.forget("session_a")
    assert sessions.engine("session_a") is not first


def test_instants_come_back_in_utc(owner_runtime: Runtime) -> None:
    with owner_runtime.control.connect() as connection:
        now = connection.scalar(text("SELECT now()"))

    assert now is not None
    assert now.utcoffset() == timedelta(0)


@pytest.mark.parametrize("name", ["", "Session", "a b", "x" * 64, "a;drop", "a?host=elsewhere", "1a"])
def test_a_name_that_could_mean_something_else_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not a database name"):
        checked_name(name)


@pytest.mark.parametrize(
    ("control", "template"),
    [
        ("paddock", "session_template"),
        ("club", "club_session_template"),
        ("club__copy", "club_session_template"),
    ],
)
def test_each_installation_on_a_server_has_its_own_template(control: str, template: str) -> None:
    assert session_template(create_engine(f"postgresql+psycopg:///{control}")) == template


def test_a_database_that_is_away_is_said_with_a_remedy() -> None:
    away = Settings(database_url="postgresql://paddock_owner@/paddock?host=/nowhere", redis_url="unix:///nowhere")

    with (
        open_runtime(away, owner=True) as runtime,
        pytest.raises(Unavailable, match="does not answer"),
        runtime.control.connect(),
    ):
        pass


def test_connections_cut_by_a_restart_are_made_again(owner_runtime: Runtime, settings: Settings) -> None:
    with owner_runtime.control.connect() as connection:
        connection.scalar(WHO)
    with open_runtime(settings, owner=True) as other, other.control.begin() as connection:
        connection.execute(CUT)

    with owner_runtime.control.connect() as connection:
        assert connection.scalar(WHO) is not None


def test_a_connection_cut_in_the_middle_is_said_with_a_remedy(owner_runtime: Runtime) -> None:
    with owner_runtime.control.connect() as connection, pytest.raises(Unavailable, match="does not answer"):
        connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


@pytest.mark.parametrize("owner", [True, False])
def test_settings_without_a_database_say_what_to_do(*, owner: bool) -> None:
    with pytest.raises(Unavailable, match="paddock up"):
        control_engine(Settings(database_url=None, app_database_url=None), owner=owner)


def test_settings_without_a_bus_say_what_to_do() -> None:
    with pytest.raises(Unavailable, match="PADDOCK_REDIS_URL"):
        open_runtime(Settings(database_url="postgresql:///x", redis_url=None), owner=True)
