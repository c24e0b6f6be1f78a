"""An installation for one command: the one that runs on the data folder, or its servers started while we need them."""

from collections.abc import Iterator
from contextlib import contextmanager

from core.io.claim import claim
from core.io.clock import utc_now
from core.io.database.engine import control_engine
from core.io.embedded import Embedded
from core.io.installation import beside, embedded, nothing_runs
from core.io.migrate import migrate
from core.io.roles import let_in
from core.io.settings import Settings


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
    with claim(settings.data, command, utc_now()), _own_servers(settings) as own:
        bring_up_to_date(own)
        yield own


def bring_up_to_date(settings: Settings) -> list[str]:
    """Migrate, and let the portal's role in; returns what was applied."""
    owner = control_engine(settings, owner=True)
    try:
        applied = migrate(owner)
        if settings.app_database_url is not None:
            let_in(owner, settings.app_database_url)
    finally:
        owner.dispose()
    return applied


@contextmanager
def _own_servers(settings: Settings) -> Iterator[Settings]:
    servers = Embedded(settings.data)
    try:
        servers.start()
        yield embedded(settings)
    finally:
        servers.stop()
