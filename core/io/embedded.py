"""PostgreSQL and Valkey of our own, from their wheels: nothing to install, no TCP port, no password.

The data lies in `<data>/postgres`. Works as an ordinary user and as root; as root the servers run as `nobody`. The
caller holds the data folder (`core.io.claim`): two PostgreSQLs on one folder would destroy it.
"""

import shutil
from pathlib import Path

from core.io.binaries import binaries
from core.io.children import servant
from core.io.postgres import Postgres
from core.io.sockets import bus_url, database_url, private_folder, sockets_folder
from core.io.valkey import Valkey

_KEEP_LOG_BYTES = 8 << 20


class Embedded:
    """Both servers. Start, revive and stop them from the main thread (see `core.io.children`)."""

    def __init__(self, data: Path, *, durable: bool = True) -> None:
        data = data.resolve()
        user = servant(data / "postgres")
        programs = binaries(user)
        sockets = self._sockets = private_folder(sockets_folder(data), user)
        logs = data / "logs"
        logs.mkdir(parents=True, exist_ok=True, mode=0o700)
        cluster = private_folder(data / "postgres", user)
        self._postgres = Postgres(
            programs.postgres, cluster, sockets, _log_file(logs / "postgres.log"), user, durable=durable
        )
        self._valkey = Valkey(programs.valkey, sockets, _log_file(logs / "valkey.log"), user)

    @property
    def redis_url(self) -> str:
        return bus_url(self._sockets)

    def database_url(self, role: str = "paddock_owner") -> str:
        return database_url(self._sockets, role)

    def start(self) -> None:
        """Return when both answer.

        Raises:
            Unavailable: one of them does not start; the text says what it says.
        """
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
        if self._sockets.exists():
            shutil.rmtree(self._sockets)


def _log_file(file: Path) -> Path:
    """Put a grown log aside; one earlier one is kept."""
    if file.exists() and file.stat().st_size > _KEEP_LOG_BYTES:
        file.replace(file.with_suffix(".log.1"))
    return file
