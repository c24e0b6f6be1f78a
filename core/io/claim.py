"""Who works with a data folder: one `paddock up`, or one command that starts the servers for itself, never two.

The claim is a lock on `<data>/paddock.lock` that ends with its process, however that ends; the file says who holds it.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from pydantic import TypeAdapter, ValidationError

from core.errors import Conflict

_PASSING_S = 1.0


@dataclass(frozen=True, slots=True)
class Holder:
    pid: int
    command: str
    since: datetime
    address: str | None = None
    """Where its portal is, when it serves one."""

    def __str__(self) -> str:
        at = f", at {self.address}" if self.address else ""
        return f"`{self.command}` (process {self.pid}, since {self.since:%Y-%m-%d %H:%M:%S} UTC{at})"


_HOLDER: TypeAdapter[Holder] = TypeAdapter(Holder)


@contextmanager
def claim(data: Path, command: str, now: datetime, address: str | None = None) -> Iterator[None]:
    """Hold the data folder, which is made if it is not there.

    Raises:
        Conflict: somebody else holds it; the text says who, since when and where.
    """
    # as root the servers' user walks through it, but may not list it
    data.mkdir(parents=True, exist_ok=True, mode=0o711 if os.geteuid() == 0 else 0o700)
    with _file(data).open("ab") as file:
        _take(file, data)
        file.truncate(0)
        file.write(_HOLDER.dump_json(Holder(os.getpid(), command, now, address)))
        file.flush()
        yield


def holder(data: Path) -> Holder | None:
    """Who holds the folder now; None for nobody, or for one who has not written its name yet."""
    try:
        with _file(data).open("rb") as file:
            return None if _locked(file) else _HOLDER.validate_json(file.read())
    except (FileNotFoundError, ValidationError):
        return None


def _take(file: BinaryIO, data: Path) -> None:
    """A lock without a name is one that is just being taken, given up or looked at: that passes."""
    deadline = time.monotonic() + _PASSING_S
    while not _locked(file):
        by = holder(data)
        if by is not None or time.monotonic() > deadline:
            raise _held(data, by)
        time.sleep(0.05)


def _file(data: Path) -> Path:
    return data / "paddock.lock"


def _locked(file: BinaryIO) -> bool:
    """Whether the lock is ours now; it goes with the file."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _held(data: Path, by: Holder | None) -> Conflict:
    if by is None:
        return Conflict(f"Another process is just starting or stopping on {data}.", "Try again in a few seconds.")
    where = f"Use {by.address}, stop it with `kill {by.pid}`" if by.address else f"Wait, stop it with `kill {by.pid}`"
    return Conflict(f"The data folder {data} is held by {by}.", f"{where}, or give another folder with --data.")
