"""Processes of ours that must not outlive us: PostgreSQL, Valkey, the worker, the portal.

Start them from a thread that lives as long as the process (the main thread): Linux ends a child when the thread that
started it ends, see `core.io.tether`.
"""

import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

LINUX = sys.platform == "linux"
_TETHER = Path(__file__).with_name("tether.py")


@dataclass(frozen=True, slots=True)
class User:
    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Start:
    """How a child starts: everything but its command."""

    folder: Path
    """Working folder; entered before the user changes, so the user need not be able to reach it."""
    output: IO[bytes] | int
    """Where both standard output and standard error go."""
    death_signal: signal.Signals
    """What the child receives when we die without stopping it (Linux)."""
    user: User | None = None
    environment: Mapping[str, str] | None = None
    niceness: int = 0
    """Above 0: lets others have the processor first."""


def servant(files: Path) -> User | None:
    """The user that a server runs as: None for ourselves; as root the owner of its files, at first `nobody`."""
    if os.geteuid() != 0:
        return None
    if files.exists() and (found := files.stat()).st_uid != 0:
        return User(found.st_uid, found.st_gid)
    nobody = pwd.getpwnam("nobody")
    return User(nobody.pw_uid, nobody.pw_gid)


def spawn(command: Sequence[str | Path], start: Start) -> subprocess.Popen[bytes]:
    """Start a child in a process group of its own, so that Ctrl-C in a terminal reaches only us."""
    user = start.user or User(-1, -1)
    tether = [sys.executable, "-I", "-S", str(_TETHER)]
    numbers = [str(n) for n in (os.getpid(), int(start.death_signal), user.uid, user.gid, start.niceness)]
    return subprocess.Popen(  # noqa: S603 - our own command, no shell
        [*tether, *numbers, *command],
        cwd=start.folder,
        env=start.environment,
        stdin=subprocess.DEVNULL,
        stdout=start.output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def end(child: subprocess.Popen[bytes], how: signal.Signals, *, patience_s: float) -> int:
    """Ask a child to end; after `patience_s` it is killed. Returns its exit status."""
    child.send_signal(how)
    try:
        return child.wait(patience_s)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.wait()
