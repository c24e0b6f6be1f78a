"""The embedded PostgreSQL 16: one cluster in the data folder, reached by a unix socket only.

Roles: `paddock_owner` makes and migrates databases, `paddock_app` reads and writes rows, `paddock_read` reads. The
superuser `postgres` only makes these. Whoever may enter the socket's folder (0700) may connect as any of them.
"""

import logging
import os
import re
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from core.errors import Unavailable
from core.io.children import LINUX, Start, User, end, spawn
from core.io.sockets import DATABASE, database_url, private_folder

log = logging.getLogger(__name__)

PATIENCE_S = 60.0
"""For recovery after a crash; a usual start takes 0.2 s."""
_ORPHAN_PATIENCE_S = 10.0
_OPTIONS = {
    "shared_buffers": "64MB",
    "max_wal_size": "512MB",
    "max_connections": "200",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] %d ",
}
_CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_ROLES = """
CREATE ROLE paddock_owner LOGIN CREATEDB CREATEROLE;
CREATE ROLE paddock_app LOGIN;
CREATE ROLE paddock_read LOGIN;
GRANT pg_signal_backend TO paddock_owner;
GRANT paddock_app, paddock_read TO paddock_owner WITH ADMIN OPTION;
"""


@dataclass
class Postgres:
    binaries: Path
    data: Path
    sockets: Path
    log_file: Path
    user: User | None
    durable: bool = True
    """False only for tests: a crash of the machine may then cost data."""

    def __post_init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._maintenance = database_url(self.sockets, "postgres", "postgres")

    def start(self) -> None:
        """Return when it accepts connections and its roles and database exist.

        Raises:
            Unavailable: it ended instead, or took longer than `PATIENCE_S`.
        """
        if not (self.data / "PG_VERSION").exists():
            self._create_cluster()
        left_behind = (self.data / "postmaster.pid").exists()
        deadline = time.monotonic() + (_ORPHAN_PATIENCE_S if left_behind else 0)
        while not self._try_to_start(last_try=time.monotonic() >= deadline):
            time.sleep(0.2)
        try:
            self._create_roles()
        except psycopg.OperationalError as error:
            raise self._failed("PostgreSQL ended when it had just started.") from error

    def alive(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def stop(self) -> None:
        if self._child is not None:
            end(self._child, signal.SIGINT, patience_s=30)
            self._child = None

    def _try_to_start(self, *, last_try: bool) -> bool:
        """False when it ended at once: helpers of a server that was killed may still be there for some seconds."""
        _make_way(self.data)
        self._child = self._spawn(self.data, "postgres", "-k", self.sockets, "-h", "", *self._options())
        try:
            self._wait()
        except Unavailable:
            if last_try:
                raise
            return False
        return True

    def _create_cluster(self) -> None:
        """Make the files beside and move them into place whole: a start that is cut short leaves no half of them."""
        draft = self.data.with_name("postgres.draft")
        if draft.exists():
            shutil.rmtree(draft)
        private_folder(draft, self.user)
        options = ["-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums"]
        options += ["--no-instructions"] if self.durable else ["--no-instructions", "--no-sync"]
        if self._spawn(draft, "initdb", *options).wait() != 0:
            raise self._failed("PostgreSQL could not create its files.")
        draft.rename(self.data)

    def _options(self) -> list[str]:
        chosen = _OPTIONS if self.durable else _OPTIONS | _CARELESS
        return [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]

    def _spawn(self, files: Path, program: str, *options: str | Path) -> subprocess.Popen[bytes]:
        """Run a program on the files.

        Another user may be unable to walk to them (below /root, say), but can use the folder it is started in.
        """
        address = "/proc/self/cwd" if self.user is not None and LINUX else files
        with self.log_file.open("ab") as output:
            # SIGINT: a fast, clean shutdown
            start = Start(files, output, signal.SIGINT, self.user)
            return spawn([self.binaries / program, "-D", address, *options], start)

    def _wait(self) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not self._answers():
            if not self.alive():
                raise self._failed("PostgreSQL did not start.")
            if time.monotonic() > deadline:
                self.stop()
                raise self._failed(f"PostgreSQL did not answer within {PATIENCE_S:.0f} s.")
            time.sleep(0.02)

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError), psycopg.connect(self._maintenance, connect_timeout=2):
            return True
        return False

    def _create_roles(self) -> None:
        """Idempotent step by step: the first start may have been killed in between."""
        with psycopg.connect(self._maintenance, autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = 'paddock_owner'").fetchone():
                with connection.transaction():
                    connection.execute(_ROLES)
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute("CREATE DATABASE paddock OWNER paddock_owner")

    def _failed(self, what: str) -> Unavailable:
        return Unavailable(f"{what} It says: {_last_words(self.log_file)}", f"Its log is {self.log_file}.")


def _last_words(log_file: Path) -> str:
    """The last thing PostgreSQL could not do, with its reason and hint."""
    lines = log_file.read_text(errors="replace").splitlines() if log_file.exists() else []
    said = [found[1] for line in lines[-30:] if (found := re.search(r"(?:FATAL|PANIC|DETAIL|HINT|error): +(.*)", line))]
    return " ".join(said[-3:]) or "nothing."


def _make_way(data: Path) -> None:
    """End a server that outlived its supervisor; the caller holds the lock of the data folder, so it has no other user.

    It may still be shutting down, or (macOS) run on. A process that only inherited the number of a server that crashed
    is left alone, and our own number, which PostgreSQL passes over, takes its place: with that of a living process
    the server would never start, and without the file it could not see whether the dead server's helpers still write.
    """
    file = data / "postmaster.pid"
    deadline = time.monotonic() + _ORPHAN_PATIENCE_S
    while (pid := _running(file)) is not None and time.monotonic() < deadline:
        if not _serves(pid, data):
            file.write_text("\n".join([str(os.getpid()), *file.read_text().split("\n")[1:]]))
            return
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
        time.sleep(0.1)


def _running(file: Path) -> int | None:
    """The process that the file names, if there is one that we may signal."""
    try:
        pid = int(file.read_text().split("\n", 1)[0])
        os.kill(pid, 0)
    except (FileNotFoundError, ValueError, ProcessLookupError, PermissionError):
        return None
    return pid


def _serves(pid: int, data: Path) -> bool:
    """Whether the process is a PostgreSQL on this folder: each of its processes works inside the folder."""
    if LINUX:
        try:
            return Path(f"/proc/{pid}/cwd").readlink() == data
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            return False
    ask = ["/bin/ps", "-o", "command=", "-p", str(pid)]
    return str(data) in subprocess.run(ask, capture_output=True, text=True, check=False).stdout  # noqa: S603 - a number
