"""Who this worker is: a process on a node. A node is a machine with a data folder, where the spools stand."""

import fcntl
import os
import secrets
import socket
from pathlib import Path
from typing import Self

from core.io.database.leases import Owner


def this_process(data: Path) -> Owner:
    """The owner name of leases taken by this process; the node's half is the same at the next start."""
    mark = data / "node"
    if not mark.exists():
        data.mkdir(parents=True, exist_ok=True)
        draft = data / f"node.{os.getpid()}"
        draft.write_text(secrets.token_hex(8))
        _keep_first(draft, mark)
    return Owner(f"{socket.gethostname()}-{mark.read_text()}", f"{os.getpid()}-{secrets.token_hex(4)}")


def _keep_first(draft: Path, mark: Path) -> None:
    """Two workers may start at once on one folder: the first name stays."""
    try:
        mark.hardlink_to(draft)
    except FileExistsError:
        return
    finally:
        draft.unlink()


class FolderLock:
    """Held while a follower of this node writes into a spool folder; a dead process holds nothing.

    A hung one does: then its lease must expire before another process of the node takes over, without the lock.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._fd = os.open(folder / "lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        self.held = self._try()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        os.close(self._fd)

    def _try(self) -> bool:
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
