"""Finding the servers: those the settings name, those of a running `paddock up`, or our own while we need them.

`<data>/runtime.json` (0600) holds the addresses of a running installation, so that other commands work beside it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel, ValidationError

from core.errors import BadInput, Conflict, NotFound
from core.io.claim import claim, holder
from core.io.clock import utc_now
from core.io.database.engine import control_engine
from core.io.embedded import Embedded
from core.io.migrate import migrate
from core.io.settings import Settings


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


@contextmanager
def installed(settings: Settings, command: str) -> Iterator[Settings]:
    """Settings that reach an installation: one that runs, or its own servers, started and migrated while this lasts.

    Raises:
        NotFound: there is no installation in the data folder.
        Conflict: another command holds the folder for itself, or `paddock up` is just starting.
    """
    if (running := beside(settings)) is not None:
        yield running
        return
    if not (settings.data / "postgres" / "PG_VERSION").exists():
        raise nothing_runs(settings.data)
    with claim(settings.data, command, utc_now()), _embedded(settings) as own:
        bring_up_to_date(own)
        yield own


def nothing_runs(data: Path) -> NotFound:
    return NotFound(
        f"No installation runs on {data}.", f"Start it with `paddock up --data {data}`, or give another with --data."
    )


def reaching(servers: Embedded, settings: Settings) -> Settings:
    """The settings with the addresses of these servers."""
    urls = {
        "database_url": servers.database_url(),
        "app_database_url": servers.database_url("paddock_app"),
        "redis_url": servers.redis_url,
    }
    return settings.model_copy(update=urls)


def bring_up_to_date(settings: Settings) -> list[str]:
    """Migrate; returns what was applied."""
    owner = control_engine(settings, owner=True)
    try:
        return migrate(owner)
    finally:
        owner.dispose()


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


@contextmanager
def _embedded(settings: Settings) -> Iterator[Settings]:
    servers = Embedded(settings.data)
    try:
        servers.start()
        yield reaching(servers, settings)
    finally:
        servers.stop()


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
