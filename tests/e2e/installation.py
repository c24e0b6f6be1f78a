"""A real `paddock up` on a folder and a port of its own, to start, kill and measure a whole installation."""

import random
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from tests.contract.io.processes import ROOT, alive, descendants, kill, one, soon

START_S = 60.0
PASSWORD = "to be killed with"
PARTS = {"worker": "-m workers", "portal": "-m portal", "postgres": "bin/postgres -D", "bus": "valkey-server"}
"""Words in the command line of each part."""


class Installation:
    """Started, killed and started again; what it says goes to `up.log` beside the data folder."""

    def __init__(self, data: Path, *, demo: bool = False) -> None:
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.api = f"{self.url}/api/v1"
        self._words = ["--demo"] if demo else []
        self._log = data.parent / "up.log"
        self._up: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._up is not None
        return self._up.pid

    def start(self) -> None:
        with self._log.open("wb") as said:
            command = [sys.executable, "-m", "portal.cli", "up", *self._words]
            command += ["--data", str(self.data), "--port", str(self.port)]
            self._up = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=said)
        soon(self._announced if self._words else self.ready, within_s=START_S)

    def kill(self) -> None:
        """Without a word: the supervisor, and with it everything it started."""
        family = descendants(self.pid)
        kill(self.pid)
        assert self._up is not None
        self._up.wait()
        soon(lambda: not any(map(alive, family)))

    def kill_part(self, name: str) -> None:
        """One of `PARTS`; the supervisor starts it again."""
        pid = one(self.pid, PARTS[name])
        kill(pid)
        soon(lambda: not alive(pid))

    def stop(self) -> None:
        assert self._up is not None
        self._up.terminate()
        self._up.wait(30)

    def ready(self) -> bool:
        assert self._up is not None
        assert self._up.poll() is None, self._log.read_text()
        with suppress(httpx.TransportError):
            return httpx.get(f"{self.url}/readyz", timeout=2).status_code == 200
        return False

    def passwords(self) -> dict[str, str]:
        """The demo's accounts, as the terminal shows them."""
        return dict(re.findall(r"^  (\w+) +([\w-]{14})$", self._log.read_text(), re.MULTILINE))

    def run(self, *words: str, said: str = "") -> str:
        """A command beside the running installation; returns what it printed."""
        command = [sys.executable, "-m", "portal.cli", *words, "--data", str(self.data)]
        done = subprocess.run(command, cwd=ROOT, input=said, text=True, capture_output=True, check=True)
        return done.stdout.strip()

    def key(self, user: str, role: str) -> dict[str, str]:
        """The header with a new token of an account."""
        return {"Authorization": f"Bearer {self.run('token', 'create', '--user', user, '--role', role)}"}

    def token(self, role: str) -> dict[str, str]:
        """The header with a token of a new account of that role."""
        user = f"{role}-drill".replace("_", "-")
        self.run("account", "create", user, "--role", role, said=f"{PASSWORD}\n")
        return self.key(user, role)

    def _announced(self) -> bool:
        return bool(self.passwords())


@contextmanager
def installed(data: Path, *, demo: bool = False) -> Iterator[Installation]:
    """An installation that is stopped in any case."""
    installation = Installation(data, demo=demo)
    try:
        installation.start()
        yield installation
    finally:
        installation.stop()


def free_port() -> int:
    """Below the ports that the system hands out: while nothing listens there, a caller could get it as its own."""
    for port in random.sample(range(20_000, 30_000), 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")
