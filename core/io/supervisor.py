"""Keeps an installation running: starts its servers and processes, starts again what dies, stops everything.

All of it in the main thread: Linux ends our children with the thread that started them (`core.io.tether`).
"""

import logging
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from core.errors import Unavailable
from core.io.children import Start, end, spawn
from core.io.chronicle import Chronicle
from core.io.pauses import Pauses
from core.io.programs import FOLDER, Program

log = logging.getLogger(__name__)

Tell = Callable[[str], None]
"""Says a line to whoever started Paddock."""

LOOK_EVERY_S = 0.1
_PATIENCE_S = 8.0


class Servers(Protocol):
    """Database and bus, where they are ours to keep."""

    def start(self) -> None: ...
    def revive(self) -> list[str]: ...
    def stop(self) -> None: ...


class Supervisor:
    """Keeps what it is given, from when it is given until `stop`."""

    def __init__(self, logs: Path, tell: Tell) -> None:
        logs.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._logs = logs
        self._tell = tell
        self._servers: Servers | None = None
        self._kept: list[Kept] = []
        self._pauses = Pauses()

    def keep_servers(self, servers: Servers) -> None:
        """Start these; return when they answer."""
        self._servers = servers
        servers.start()
        self._pauses.started(time.monotonic())

    def keep(self, program: Program) -> None:
        """Start this one; it may take some time to come up."""
        self._kept.append(Kept(program, self._logs, self._tell))
        self._kept[-1].look()

    def look(self) -> None:
        """Start what does not run, unless it died so often lately that it has to wait."""
        if self._servers is not None and self._pauses.over(time.monotonic()):
            self._revive(self._servers)
        for kept in self._kept:
            kept.look()

    def stop(self) -> None:
        """End processes, then servers: what is being written gets its commit."""
        for kept in self._kept:
            kept.ask_to_end()
        for kept in self._kept:
            kept.end()
        if self._servers is not None:
            self._servers.stop()

    def _revive(self, servers: Servers) -> None:
        try:
            revived = servers.revive()
        except (Unavailable, OSError) as error:
            self._tell(f"{error} Tried again in {self._pauses.failed(time.monotonic()):.1f} s.")
            return
        for name in revived:
            self._pauses.failed(time.monotonic())
            self._pauses.started(time.monotonic())
            self._tell(f"{name} had ended and was started again.")


class Kept:
    """One program, started again whenever it ends."""

    def __init__(self, program: Program, logs: Path, tell: Tell) -> None:
        self._program = program
        self._tell = tell
        self._chronicle = Chronicle(program.name, logs, tell)
        self._pauses = Pauses()
        self._child: subprocess.Popen[bytes] | None = None

    def look(self) -> None:
        if self._child is not None and (status := self._child.poll()) is not None:
            self._child = None
            self._put_off(_ended(status))
        if self._child is None and self._pauses.over(time.monotonic()):
            try:
                self._start()
            except OSError as error:  # no memory, no process number, no program while it is being replaced
                self._put_off(str(error))

    def ask_to_end(self) -> None:
        if self._child is not None:
            self._child.terminate()

    def end(self) -> None:
        if self._child is not None:
            end(self._child, signal.SIGTERM, patience_s=_PATIENCE_S)
            self._child = None

    def _put_off(self, why: str) -> None:
        self._tell(f"{self._program.name}: {why}; starts again in {self._pauses.failed(time.monotonic()):.1f} s.")

    def _start(self) -> None:
        start = Start(FOLDER, subprocess.PIPE, signal.SIGKILL, environment=self._program.environment)
        self._child = spawn(self._program.command, start)
        self._pauses.started(time.monotonic())
        if self._child.stdout is not None:
            self._chronicle.follow(self._child.stdout)


@contextmanager
def until_told_to_stop() -> Iterator[None]:
    """SIGINT, SIGTERM, a closed terminal end the block quietly; then they are ignored, so that clearing up is whole."""
    signals = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # as it is under nohup
        signals.append(signal.SIGHUP)

    def interrupt(number: int, _frame: object) -> None:
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt(signal.Signals(number).name)

    for number in signals:
        signal.signal(number, interrupt)
    try:
        yield
    except KeyboardInterrupt:
        log.info("told to stop")


def _ended(status: int) -> str:
    return f"killed by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
