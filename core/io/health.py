"""Whether this process can do its work right now: what `/readyz` answers and `paddock up` waits for.

And whether what is kept is good: a broken log or a failed backup does not stop the work, but somebody must look.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.errors import Unavailable
from core.io.migrate import pending
from core.io.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Readiness:
    database: bool
    bus: bool
    migrations: bool
    """The database has everything this release needs."""

    @property
    def ready(self) -> bool:
        return self.database and self.bus and self.migrations


@dataclass(frozen=True, slots=True)
class Kept:
    """Of all sessions; numbers only, because strangers may read it."""

    logs_verified: int
    logs_broken: int
    oldest_verification: datetime | None
    backups_failed: int
    """Sessions whose last backup failed."""
    last_backup: datetime | None
    """The last good one; None: there was none."""
    backup_late: bool
    """There are sessions, and no good backup for longer than a day and a half."""


LATE_AFTER = timedelta(hours=36)


def kept(runtime: Runtime, now: datetime) -> Kept:
    """Raises Unavailable when the database is away."""
    verdicts = runtime.integrity.verdicts().values()
    newest = runtime.rehearsals.newest()
    good = [one.at for one in newest if one.problem is None]
    last = max(good, default=None)
    readable = runtime.integrity.readable()
    return Kept(
        logs_verified=len(verdicts),
        logs_broken=sum(not each.whole for each in verdicts),
        oldest_verification=min((each.at for each in verdicts), default=None),
        backups_failed=len(newest) - len(good),
        last_backup=last,
        backup_late=any(now - one.created.at > LATE_AFTER for one in readable)
        and (last is None or now - last > LATE_AFTER),
    )


def readiness(runtime: Runtime) -> Readiness:
    """Asks database and bus now; may take some seconds when one of them is away."""
    bus = runtime.bus.reachable()
    try:
        behind = pending(runtime.control)
    except Unavailable:
        return Readiness(database=False, bus=bus, migrations=False)
    return Readiness(database=True, bus=bus, migrations=not behind)
