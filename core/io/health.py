"""Whether this process can do its work right now: what `/readyz` answers and `paddock up` waits for."""

from dataclasses import dataclass

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


def readiness(runtime: Runtime) -> Readiness:
    """Asks database and bus now; may take some seconds when one of them is away."""
    bus = runtime.bus.reachable()
    try:
        behind = pending(runtime.control)
    except Unavailable:
        return Readiness(database=False, bus=bus, migrations=False)
    return Readiness(database=True, bus=bus, migrations=not behind)
