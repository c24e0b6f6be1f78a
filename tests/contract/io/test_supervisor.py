"""An installation that is killed piece by piece: what dies comes back, and with the supervisor everything ends."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.io.children import LINUX
from tests.contract.io.installation import ADDRESS
from tests.contract.io.processes import alive, descendants, heard, kill, one, running, soon

pytestmark = pytest.mark.skipif(not LINUX, reason="only Linux ends children with their parent")

INSTALLATION = "tests.contract.io.installation"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of `up`."""
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def up(kept: Path) -> Iterator[subprocess.Popen[str]]:
    """An installation that survives what these tests do to it."""
    with running(INSTALLATION, kept) as process:
        heard(process, "up")
        yield process


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_a_program_that_dies_is_started_again_and_its_warnings_are_told(up: subprocess.Popen[str]) -> None:
    kill(one(up.pid, "sleep(600)"))

    heard(up, "killed by SIGKILL; starts again in 0.1 s")
    heard(up, ": idle")


@pytest.mark.parametrize(("server", "name"), [("valkey-server", "Valkey"), ("bin/postgres", "Postgres")])
def test_a_server_that_dies_is_started_again(up: subprocess.Popen[str], server: str, name: str) -> None:
    kill(one(up.pid, server))

    heard(up, f"{name} had ended and was started again")
    assert alive(one(up.pid, server))


def test_a_second_one_is_told_who_holds_the_folder_and_what_to_do(up: subprocess.Popen[str], kept: Path) -> None:
    with running("portal.cli", "up", "--data", kept) as second:
        told = heard(second, "is held by") + heard(second, "stop it")

        assert second.wait(10) == 1
    assert f"(process {up.pid}, since " in told
    assert ADDRESS in told
    assert f"`kill {up.pid}`" in told


def test_told_to_stop_it_ends_everything_and_says_that_all_is_well(data: Path) -> None:
    with running(INSTALLATION, data) as up:
        heard(up, "up")
        family = descendants(up.pid)

        up.send_signal(signal.SIGTERM)

        assert up.wait(10) == 0
        assert [command for pid, command in family.items() if alive(pid)] == []


def test_killed_it_leaves_no_process_behind_and_the_next_start_recovers(data: Path) -> None:
    with running(INSTALLATION, data) as up:
        heard(up, "up")
        family = descendants(up.pid)
        assert len(family) >= 4

        kill(up.pid)
        with running(INSTALLATION, data) as again:
            heard(again, "up")

        soon(lambda: not any(alive(pid) for pid in family))
