"""Finding the servers: those that the settings name, or those of `paddock up` on the data folder.

`<data>/runtime.json` (0600) holds the addresses of a running installation, so that other commands work beside it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel, ValidationError

from core.errors import BadInput, Conflict, NotFound
from core.io.claim import holder
from core.io.settings import Settings
from core.io.sockets import bus_url, database_url, sockets_folder


class Addresses(BaseModel, frozen=True):
    """What `paddock up` tells other commands of the same user."""

    pid: int
    database_url: str
    app_database_url: str | None
    redis_url: str
    bus_prefix: str


def has_servers(settings: Settings) -> bool:
    """Whether the environment names both servers; none at all means our own.

    Raises:
        BadInput: it names one of the two.
    """
    database = settings.database_url or settings.app_database_url
    if (database is None) != (settings.redis_url is None):
        raise BadInput(
            "Only one of PADDOCK_DATABASE_URL and PADDOCK_REDIS_URL is set.",
            "Set both to use servers of yours, or neither to use the embedded ones.",
        )
    return database is not None


def beside(settings: Settings) -> Settings | None:
    """Settings that reach servers which run already: those of the environment, or of `paddock up` on this folder.

    Raises:
        Conflict: another command holds the folder for itself, or `paddock up` is just starting.
    """
    if has_servers(settings):
        return settings
    running = _running(settings.data)
    return None if running is None else settings.model_copy(update=running.model_dump(exclude={"pid"}))


def nothing_runs(data: Path) -> NotFound:
    return NotFound(
        f"No installation runs on {data}.", f"Start it with `paddock up --data {data}`, or give another with --data."
    )


def embedded(settings: Settings) -> Settings:
    """The settings with the addresses of this data folder's own servers, whether they run or not."""
    sockets = sockets_folder(settings.data)
    urls = {
        "database_url": database_url(sockets),
        "app_database_url": database_url(sockets, "paddock_app"),
        "redis_url": bus_url(sockets),
    }
    return settings.model_copy(update=urls)


@contextmanager
def published(settings: Settings) -> Iterator[None]:
    """Let other commands find this installation."""
    addresses = Addresses(pid=os.getpid(), **settings.model_dump(include=set(Addresses.model_fields)))
    file = _file(settings.data)
    draft = file.with_suffix(".draft")
    draft.touch(mode=0o600)
    draft.write_text(addresses.model_dump_json())
    draft.replace(file)
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def _running(data: Path) -> Addresses | None:
    """The addresses of the installation that holds the folder; a file of one that was killed counts for nothing."""
    held = holder(data)
    if held is None:
        return None
    try:
        addresses = Addresses.model_validate_json(_file(data).read_bytes())
    except (FileNotFoundError, ValidationError):
        addresses = None
    if addresses is None or addresses.pid != held.pid:
        raise Conflict(f"The data folder {data} is held by {held}, which is not ready.", "Try again in a few seconds.")
    return addresses


def _file(data: Path) -> Path:
    return data / "runtime.json"
