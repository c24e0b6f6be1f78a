"""Where the embedded servers of a data folder answer: unix sockets in a short folder that only one user may enter.

The path of a unix socket may have 107 bytes (103 on macOS), so the folder is not below the data. It is the same for
each start on the same data folder, so an address is known before its server runs.
"""

import hashlib
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from core.errors import Unavailable
from core.io.children import User

DATABASE = "paddock"
_LONGEST_PATH = 103


def sockets_folder(data: Path) -> Path:
    """The folder of these data's sockets, which may not be there yet."""
    name = f"paddock-{os.getuid()}-{hashlib.sha256(bytes(data.resolve())).hexdigest()[:8]}"
    for base in _short_folders():
        if len(bytes(base / name / ".s.PGSQL.5432")) <= _LONGEST_PATH:
            return base / name
    raise Unavailable("No folder is short enough for the servers' sockets.", "Set TMPDIR to a short path.")


def database_url(sockets: Path, role: str = "paddock_owner", database: str = DATABASE) -> str:
    return f"postgresql://{role}@/{database}?host={quote(str(sockets), safe='')}"


def bus_socket(sockets: Path) -> Path:
    return sockets / "valkey.sock"


def bus_url(sockets: Path) -> str:
    return f"unix://{quote(str(bus_socket(sockets)))}"


def private_folder(folder: Path, user: User | None) -> Path:
    """Make the folder, or take it if it is the servers' alone: in /tmp anybody could have been first.

    Args:
        folder: to be made with its parents.
        user: who the servers run as; None for ourselves.

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


def _short_folders() -> list[Path]:
    """As root /run, which only root may write; else the user's own runtime folder; else the temporary one."""
    own = "/run" if os.geteuid() == 0 else os.environ.get("XDG_RUNTIME_DIR", "")  # noqa: TID251 - not a setting of ours
    candidates = [*([own] if own else []), tempfile.gettempdir(), "/tmp"]  # noqa: S108 - the folder made in it is checked
    return [Path(base) for base in candidates if os.access(base, os.W_OK)]
