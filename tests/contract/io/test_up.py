"""`paddock up` as a person uses it: it comes up, says where and how to get in, lets other commands work, and stops."""

import signal
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from core.io.children import LINUX
from portal.cli import COMMANDS, app
from tests.contract.io.processes import descendants, heard, one, running


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("up") / "data"


@pytest.fixture(scope="module")
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture(scope="module")
def up(data: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    with running("portal.cli", "up", "--data", data, "--port", str(port)) as process:
        yield process


def paddock(*arguments: str | Path) -> str:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_it_prints_the_setup_link_and_where_it_is_when_it_is_ready(up: subprocess.Popen[str], port: int) -> None:
    link = heard(up, "setup link").rpartition("link=")[2].strip()
    ready = heard(up, "Paddock is ready")

    assert f"http://127.0.0.1:{port} " in ready
    assert link.startswith(f"http://127.0.0.1:{port}/setup?key=")
    for address in (link, f"http://127.0.0.1:{port}/readyz"):
        with urllib.request.urlopen(address) as answer:  # noqa: S310 - our own address
            assert answer.status == 200


def test_other_commands_work_beside_it(up: subprocess.Popen[str], data: Path) -> None:
    assert up.poll() is None
    assert paddock("migrate", "--data", data) == "The databases are up to date.\n"


@pytest.mark.skipif(not LINUX, reason="other systems do not show a process's environment")
def test_the_portal_does_not_know_the_owners_address(up: subprocess.Popen[str]) -> None:
    told = {name: Path(f"/proc/{one(up.pid, name)}/environ").read_text() for name in ("-m portal", "-m workers")}

    assert "paddock_owner" not in told["-m portal"]
    assert "paddock_owner" in told["-m workers"]
    assert len(descendants(up.pid)) > 4


def test_a_port_that_is_taken_is_said_before_anything_starts(
    tmp_path: Path, port: int, up: subprocess.Popen[str]
) -> None:
    assert up.poll() is None

    result = CliRunner().invoke(app, ["up", "--data", str(tmp_path), "--port", str(port)])

    assert result.exit_code == 1
    assert f"cannot listen on 127.0.0.1, port {port}" in result.output
    assert "--port" in result.output
    assert not (tmp_path / "postgres").exists()


def test_ctrl_c_stops_it_cleanly(up: subprocess.Popen[str], data: Path) -> None:
    up.send_signal(signal.SIGINT)

    assert up.wait(15) == 0
    assert not (data / "runtime.json").exists()


@pytest.mark.parametrize("command", ["worker", "portal", "migrate"])
def test_a_command_without_an_installation_says_how_to_start_one(tmp_path: Path, command: str) -> None:
    result = CliRunner().invoke(app, [command, "--data", str(tmp_path)])

    assert result.exit_code == 1
    assert f"Start it with `paddock up --data {tmp_path}`" in result.output


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    assert command in paddock("--help")
    assert "Usage" in paddock(command, "--help")


def test_a_command_that_does_not_exist_is_refused() -> None:
    assert CliRunner().invoke(app, ["tokens"]).exit_code == 2


def test_the_version_is_printed() -> None:
    assert paddock("--version").startswith("paddock 0.")
