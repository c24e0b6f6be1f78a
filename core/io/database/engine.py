"""Connections to PostgreSQL: one pool for the control database, a small one for each race session's own.

A database's name travels as a value, never as part of a URL's text, which it could hijack. All connections speak UTC.
A PostgreSQL that is away, starting or full raises `Unavailable`, whatever was asked; the next call connects again.
"""

import logging
import math
import re
import threading
import time

import psycopg
from sqlalchemy import URL, Engine, ExceptionContext, Pool, QueuePool, create_engine, event, make_url

from core.errors import Unavailable
from core.io.settings import Settings

log = logging.getLogger(__name__)

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_TEMPLATE = "session_template"
_NOTED_EVERY_S = 30.0
_AWAY = ("08", "53", "57P")
"""SQLSTATEs of a server that is lost, out of something, or shutting down or starting (not 57014, a cancelled query)."""


def control_engine(settings: Settings, *, owner: bool) -> Engine:
    """The control database, as the owner (workers, migrations) or as `paddock_app` (portal).

    Raises:
        Unavailable: the settings name no database.
    """
    url = settings.database_url if owner else settings.app_database_url or settings.database_url
    if url is None:
        raise Unavailable(
            "No database is known.", "Start `paddock up` and give its --data folder, or set PADDOCK_DATABASE_URL."
        )
    take_role = not owner and settings.app_database_url is None
    return _engine(_psycopg(url), role="paddock_app" if take_role else None, pool_size=5)


class SessionEngines:
    """Pools of the race sessions' databases, made when first asked for; shared between threads."""

    def __init__(self, control: Engine) -> None:
        self._control = control
        self._engines: dict[str, Engine] = {}
        self._guard = threading.Lock()

    def engine(self, database_name: str) -> Engine:
        with self._guard:
            if database_name not in self._engines:
                self._engines[database_name] = beside(self._control, database_name)
            return self._engines[database_name]

    def forget(self, database_name: str) -> None:
        """Close what is idle: the database is about to be copied, archived or dropped."""
        with self._guard:
            engine = self._engines.pop(database_name, None)
        if engine is not None:
            engine.dispose()

    def close(self) -> None:
        with self._guard:
            engines, self._engines = self._engines, {}
        for engine in engines.values():
            engine.dispose()


def beside(engine: Engine, database_name: str, poolclass: type[Pool] = QueuePool) -> Engine:
    """Another database of the same server, as the same role."""
    size = 2 if poolclass is QueuePool else None
    return _engine(engine.url.set(database=checked_name(database_name)), poolclass=poolclass, pool_size=size)


def session_template(control: Engine) -> str:
    """The name of the database that sessions are copied from.

    One server may hold several installations; copies of a control database, `<control>__<what>`, share its template.
    """
    name = str(control.url.database).partition("__")[0]
    return _TEMPLATE if name == "paddock" else checked_name(f"{name}_{_TEMPLATE}")


def checked_name(database_name: str) -> str:
    """The name itself, which may stand unquoted in SQL.

    Raises:
        ValueError: PostgreSQL would cut it, fold its case or need quotes.
    """
    if not _NAME.fullmatch(database_name):
        raise ValueError(f"not a database name of ours: {database_name!r}")
    return database_name


def _psycopg(url: str) -> URL:
    return make_url(url).set(drivername="postgresql+psycopg")


def _engine(
    url: URL, *, role: str | None = None, pool_size: int | None = None, poolclass: type[Pool] = QueuePool
) -> Engine:
    """What the session must be set to travels in the URL, so that `beside` keeps it."""
    given = url.query.get("options", "")
    options = given if isinstance(given, str) else " ".join(given)
    for option in ("-c timezone=UTC", *([f"-c role={role}"] if role else [])):
        if option not in options:
            options = f"{options} {option}".strip()
    url = url.update_query_dict({"options": options})
    sizes = {} if pool_size is None else {"pool_size": pool_size, "max_overflow": 10}
    # pre-ping: PostgreSQL may have been restarted since the connection was last used
    engine = create_engine(url, poolclass=poolclass, pool_pre_ping=True, connect_args={"connect_timeout": 5}, **sizes)
    event.listen(engine, "handle_error", _say_unavailable)
    return engine


def _say_unavailable(context: ExceptionContext) -> None:
    error = context.original_exception
    if context.is_pre_ping or not isinstance(error, psycopg.OperationalError):
        return
    if context.connection is None or context.is_disconnect or (error.sqlstate or "").startswith(_AWAY):
        _OUTAGE.note(str(error))
        raise Unavailable("The database does not answer.", "Paddock tries again by itself; its log says why.")


class _Outage:
    """Why the database is away, in the log twice a minute and not for each call."""

    def __init__(self) -> None:
        self._noted_at = -math.inf

    def note(self, reason: str) -> None:
        if time.monotonic() - self._noted_at > _NOTED_EVERY_S:
            self._noted_at = time.monotonic()
            log.warning("database away", extra={"reason": reason.strip()})


_OUTAGE = _Outage()
