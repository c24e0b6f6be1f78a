"""Commands find the servers: of the environment, of a running installation, or their own; never two on one folder."""

import os
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from core.errors import BadInput, Conflict, NotFound
from core.io.claim import Holder, claim, holder
from core.io.embedded import Embedded
from core.io.health import Readiness, readiness
from core.io.installation import beside, embedded, has_servers, published
from core.io.installed import installed
from core.io.programs import portal, worker
from core.io.runtime import Runtime, open_runtime
from core.io.settings import Settings

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
OURS = Settings(database_url="postgresql://owner@db/paddock", redis_url="redis://bus")


def at(data: Path) -> Settings:
    return Settings(data=data, database_url=None, app_database_url=None, redis_url=None)


def test_who_holds_a_folder_is_known_while_it_holds_it(tmp_path: Path) -> None:
    with claim(tmp_path, "paddock up", NOON, "http://127.0.0.1:8600"):
        held = holder(tmp_path)

    assert held == Holder(os.getpid(), "paddock up", NOON, "http://127.0.0.1:8600")
    assert holder(tmp_path) is None


def test_a_folder_is_held_once(tmp_path: Path) -> None:
    with claim(tmp_path, "paddock backup", NOON), pytest.raises(Conflict) as refused, claim(tmp_path, "up", NOON):
        pass

    assert f"`paddock backup` (process {os.getpid()}, since 2026-06-01 12:00:00 UTC)" in refused.value.what
    assert f"stop it with `kill {os.getpid()}`" in refused.value.remedy


def test_servers_of_the_environment_come_first(tmp_path: Path) -> None:
    assert beside(OURS.model_copy(update={"data": tmp_path})) == OURS.model_copy(update={"data": tmp_path})


@pytest.mark.parametrize("missing", ["database_url", "redis_url"])
def test_one_server_of_two_is_a_mistake(missing: str) -> None:
    with pytest.raises(BadInput, match="Set both"):
        has_servers(OURS.model_copy(update={missing: None}))


def test_a_portal_needs_only_its_own_address() -> None:
    assert has_servers(Settings(app_database_url="postgresql://paddock_app@db/paddock", redis_url="redis://bus"))


def test_a_running_installation_is_found_by_its_folder(tmp_path: Path) -> None:
    running = OURS.model_copy(update={"data": tmp_path, "app_database_url": "postgresql://app@db/paddock"})

    with claim(tmp_path, "paddock up", NOON), published(running):
        found = beside(at(tmp_path))
        mode = (tmp_path / "runtime.json").stat().st_mode & 0o777

    assert found == running
    assert mode == 0o600


def test_what_one_that_was_killed_left_behind_counts_for_nothing(tmp_path: Path) -> None:
    with claim(tmp_path, "paddock up", NOON), published(OURS.model_copy(update={"data": tmp_path})):
        left_behind = (tmp_path / "runtime.json").read_bytes()
    (tmp_path / "runtime.json").write_bytes(left_behind)

    assert beside(at(tmp_path)) is None


def test_one_that_is_not_ready_is_named(tmp_path: Path) -> None:
    with claim(tmp_path, "paddock up", NOON), pytest.raises(Conflict, match="`paddock up`.* is not ready"):
        beside(at(tmp_path))


def test_without_an_installation_the_remedy_is_said_and_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="paddock up --data"), installed(at(tmp_path), "paddock token create"):
        pass

    assert list(tmp_path.iterdir()) == []


def test_a_command_starts_the_servers_of_a_folder_nobody_holds_and_stops_them(tmp_path: Path) -> None:
    servers = Embedded(tmp_path, durable=False)
    servers.start()
    servers.stop()

    with installed(at(tmp_path), "paddock token create") as found, open_runtime(found, owner=True) as runtime:
        held, ready = holder(tmp_path), readiness(runtime)

    assert held is not None
    assert held.command == "paddock token create"
    assert ready == Readiness(database=True, bus=True, migrations=True)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(str(embedded(at(tmp_path)).database_url))


def test_a_lost_bus_is_not_ready(settings: Settings) -> None:
    lost = settings.model_copy(update={"redis_url": "unix:///nowhere/valkey.sock"})

    with open_runtime(lost, owner=False) as runtime:
        assert readiness(runtime) == Readiness(database=True, bus=False, migrations=True)


def test_a_lost_database_is_not_ready(settings: Settings) -> None:
    lost = settings.model_copy(update={"app_database_url": "postgresql://paddock_app@/paddock?host=/nowhere"})

    with open_runtime(lost, owner=False) as runtime:
        assert readiness(runtime) == Readiness(database=False, bus=True, migrations=False)


def test_an_empty_database_is_not_ready(app_runtime: Runtime, owner_runtime: Runtime) -> None:
    with owner_runtime.control.begin() as connection:
        connection.exec_driver_sql("DROP TABLE schema_migration")

    found = readiness(app_runtime)

    assert (found.ready, found.migrations) == (False, False)


def test_the_portal_is_told_its_own_address_and_the_worker_every_one(tmp_path: Path) -> None:
    settings = embedded(at(tmp_path))

    told = {program.name: program.environment for program in (portal(settings), worker(settings))}

    assert "PADDOCK_DATABASE_URL" not in told["portal"]
    assert "paddock_app@" in told["portal"]["PADDOCK_APP_DATABASE_URL"]
    assert "paddock_owner@" in told["worker"]["PADDOCK_DATABASE_URL"]


def test_programs_read_the_settings_back_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = embedded(at(tmp_path)).model_copy(update={"port": 9000, "secure_cookies": True, "demo": True})
    for name, value in worker(settings).environment.items():
        monkeypatch.setenv(name, value)

    assert Settings() == settings
