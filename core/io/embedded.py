"""PostgreSQL and Valkey of our own, from their wheels: nothing to install, no TCP port, no password.

The data lies in `<data>/postgres`, the sockets in a short folder of their own that only one user may enter: the path of
a unix socket may have 107 bytes (103 on macOS). Works as an ordinary user and as root; as root the servers run as
`nobody`. The caller holds the data folder (`core.io.claim`): two PostgreSQLs on one folder would destroy it.
"""

import hashlib
import logging
import os
import shutil
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from core.errors import Unavailable
from core.io.binaries import binaries
from core.io.children import User, servant
from core.io.postgres import DATABASE, Postgres
from core.io.valkey import Valkey

log = logging.getLogger(__name__)

_LONGEST_SOCKET = 103
_KEEP_LOG_BYTES = 8 << 20


class Embedded:
    """Both servers. Start, revive and stop them from the main thread (see `core.io.children`)."""

    def __init__(self, data: Path, *, durable: bool = True) -> None:
        data = data.resolve()
        user = servant(data / "postgres")
        programs = binaries(user)
        sockets = self._sockets = _private_folder(_sockets_folder(data), user)
        logs = data / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        cluster = _private_folder(data / "postgres", user)
        self._postgres = Postgres(
            programs.postgres, cluster, sockets, _log_file(logs / "postgres.log"), user, durable=durable
        )
        self._valkey = Valkey(programs.valkey, sockets, _log_file(logs / "valkey.log"), user)

    @property
    def redis_url(self) -> str:
        return self._valkey.url

    @property
    def binaries(self) -> Path:
        """Folder of `pg_dump` and `pg_restore` of the server's version."""
        return self._postgres.binaries

    def database_url(self, role: str = "paddock_owner", database: str = DATABASE) -> str:
        return self._postgres.url(role, database)

    def start(self) -> None:
        self._valkey.start()
        self._postgres.start()

    def revive(self) -> list[str]:
        """Start what has died again; returns the names of it."""
        dead = [server for server in (self._valkey, self._postgres) if not server.alive()]
        for server in dead:
            server.start()
        return [type(server).__name__ for server in dead]

    def stop(self) -> None:
        self._postgres.stop()
        self._valkey.stop()
        shutil.rmtree(self._sockets)


def _sockets_folder(data: Path) -> Path:
    """A short path that is the same for each start on this data folder and for no other."""
    name = f"paddock-{os.getuid()}-{hashlib.sha256(bytes(data)).hexdigest()[:8]}"
    for base in _short_folders():
        if len(bytes(base / name / ".s.PGSQL.5432")) <= _LONGEST_SOCKET:
            return base / name
    raise Unavailable("No folder is short enough for the servers' sockets.", "Set TMPDIR to a short path.")


def _short_folders() -> list[Path]:
    """As root /run, which only root may write; else the user's own runtime folder; else the temporary one."""
    own = "/run" if os.geteuid() == 0 else os.environ.get("XDG_RUNTIME_DIR", "")  # noqa: TID251 - not a setting of ours
    candidates = [*([own] if own else []), tempfile.gettempdir(), "/tmp"]  # noqa: S108 - the folder made in it is checked
    return [Path(base) for base in candidates if os.access(base, os.W_OK)]


def _private_folder(folder: Path, user: User | None) -> Path:
    """Make the folder, or take it if it is the servers' alone: in /tmp anybody could have been first.

    Raises:
        Unavailable: it belongs to somebody else.
    """
    owner = User(os.geteuid(), os.getegid()) if user is None else user
    with suppress(FileExistsError):
        folder.mkdir(parents=True, mode=0o700)
        os.chown(folder, owner.uid, owner.gid)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner.uid or found.st_mode & 0o077:
        raise Unavailable(
            f"{folder} belongs to somebody else.", "Start as the user it belongs to, or use another --data."
        )
    return folder


def _log_file(file: Path) -> Path:
    """Put a grown log aside; one earlier one is kept."""
    if file.exists() and file.stat().st_size > _KEEP_LOG_BYTES:
        file.replace(file.with_suffix(".log.1"))
    return file
