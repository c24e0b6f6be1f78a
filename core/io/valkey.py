"""The embedded Valkey: the bus on a unix socket. It keeps nothing on disk, because losing a ring loses nothing."""

import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import redis

from core.errors import Unavailable
from core.io.children import Start, User, end, spawn
from core.io.sockets import bus_socket

PATIENCE_S = 10.0


@dataclass
class Valkey:
    program: Path
    sockets: Path
    log_file: Path
    user: User | None

    def __post_init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._socket = bus_socket(self.sockets)

    def start(self) -> None:
        """Return when it answers.

        Raises:
            Unavailable: it ended instead, or took longer than `PATIENCE_S`.
        """
        self._socket.unlink(missing_ok=True)  # left by a killed one; the new one could not bind
        command: list[str | Path] = [
            self.program,
            "--port",
            "0",
            "--unixsocket",
            self._socket,
            "--unixsocketperm",
            "700",
        ]
        command += ["--save", "", "--appendonly", "no", "--dir", self.sockets]
        with self.log_file.open("ab") as output:
            self._child = spawn(command, Start(self.sockets, output, signal.SIGKILL, self.user))
        self._wait()

    def alive(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def stop(self) -> None:
        if self._child is not None:
            end(self._child, signal.SIGTERM, patience_s=5)
            self._child = None

    def _wait(self) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not self._answers():
            if not self.alive() or time.monotonic() > deadline:
                self.stop()
                raise Unavailable("Valkey did not start.", f"Its log is {self.log_file}.")
            time.sleep(0.005)

    def _answers(self) -> bool:
        with suppress(redis.ConnectionError, redis.TimeoutError), redis.Redis(unix_socket_path=str(self._socket)) as r:
            return bool(r.ping())
        return False
