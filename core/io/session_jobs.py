"""What a worker does for race sessions, as the owner: makes, puts away and brings back their databases.

`make_ready` does every job that the registry asks for; it may be killed at any point and run again, and several workers
may run it at once: one works, the others come away. A database that stands while its row still says `creating` was cut
short and is made anew: nobody has written to it.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol
from uuid import UUID

from sqlalchemy import Engine, NullPool, text, update
from sqlalchemy.exc import DBAPIError

from core.errors import PortalError, Unavailable
from core.io.backup import beside_transactions, keep_dump, restore
from core.io.blobs import Blobs
from core.io.bus import Bell, Bus, Topic
from core.io.clock import utc_now
from core.io.database.circuits import circuit
from core.io.database.engine import SessionEngines, beside, checked_name, session_template
from core.io.database.entries import refresh_names
from core.io.database.event_log import SealState
from core.io.database.event_rows import seal
from core.io.database.people import merged_people, merged_teams
from core.io.database.seals import SessionLogs, SessionSeals
from core.io.database.sessions import RaceSessions, race_session
from core.io.migrate import migrate_session
from core.io.rulesets import RulesetFiles
from core.io.settings import Settings
from core.sessions.desk import SessionsDesk
from core.sessions.model import RaceSession, SessionState

log = logging.getLogger(__name__)

_LOCK = 20817
_EXISTS = text("SELECT 1 FROM pg_database WHERE datname = :name")
_END_OTHERS = text("""
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = :name AND pid <> pg_backend_pid() AND pg_has_role(usesysid, 'MEMBER')""")
_APP_ROLES = "paddock_app, paddock_read"


class Shop(Protocol):
    """What the jobs stand on: a runtime opened as the owner."""

    @property
    def settings(self) -> Settings: ...
    @property
    def control(self) -> Engine: ...
    @property
    def sessions(self) -> SessionEngines: ...
    @property
    def bus(self) -> Bus: ...
    @property
    def blobs(self) -> Blobs: ...
    @property
    def session_logs(self) -> SessionLogs: ...
    @property
    def race_sessions(self) -> SessionsDesk: ...


def make_ready(shop: Shop) -> None:
    """Do what the registry asks for, then put right a switch that a crash has cut in half.

    Raises:
        Unavailable: the database does not answer; run it again.
    """
    with _alone(shop.control) as first:
        if first:
            for session in RaceSessions(shop.control).all():
                if session.state in _JOBS:
                    _attempt(shop, session)
            shop.race_sessions.settle(utc_now())


def create(shop: Shop, session: RaceSession) -> SessionState:
    name = checked_name(session.database_name)
    with beside_transactions(shop.control) as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        template = session_template(shop.control)
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY WAL_LOG")
        connection.exec_driver_sql(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
    migrate_session(shop.control, name)
    _own(shop.control, name, session.id)
    _admit(shop.control, name)
    return SessionState.READY


def archive(shop: Shop, session: RaceSession) -> SessionState:
    """Nobody but the owner comes in any more, then the dump, then nobody at all."""
    name = checked_name(session.database_name)
    with beside_transactions(shop.control) as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        connection.exec_driver_sql(f"REVOKE CONNECT ON DATABASE {name} FROM {_APP_ROLES}")
        shop.sessions.forget(name)
        connection.execute(_END_OTHERS, {"name": name})
    sha256 = keep_dump(shop.control, name, shop.blobs, _drafts(shop.settings))
    with beside_transactions(shop.control) as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    _set(shop.control, session.id, {"dump_sha256": sha256})
    return SessionState.ARCHIVED


def bring_back(shop: Shop, session: RaceSession) -> SessionState:
    """The database itself where it still stands, else its dump."""
    name = checked_name(session.database_name)
    with beside_transactions(shop.control) as connection:
        stands = connection.scalar(_EXISTS, {"name": name})
        if stands:
            connection.exec_driver_sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    if stands:
        migrate_session(shop.control, name)
    else:
        restore(shop.control, shop.blobs.path(session.dump_sha256 or ""), name)
    _calm(shop, session)
    # somebody may have been erased while it was away
    people, teams = merged_people(shop.control), merged_teams(shop.control)
    refresh_names(beside(shop.control, name, NullPool), people, teams)
    _admit(shop.control, name)
    return SessionState.CLOSED if session.closed else SessionState.READY


_JOBS: Mapping[SessionState, Callable[[Shop, RaceSession], SessionState]] = {
    SessionState.CREATING: create,
    SessionState.ARCHIVING: archive,
    SessionState.RESTORING: bring_back,
}


def _calm(shop: Shop, session: RaceSession) -> None:
    """A dump may be of a session that was open: no pointer names it here, so it takes no writes.

    The circuit's epoch goes beyond that of the seal, which would refuse to be moved by an older one.
    """
    found = shop.session_logs.log(session).seal()
    here = update(circuit).where(circuit.c.id == session.circuit_id, circuit.c.pointer_epoch < found.epoch)
    with shop.control.begin() as connection:
        connection.execute(here.values(pointer_epoch=found.epoch))
    if found.state is SealState.OPEN:
        SessionSeals(shop.session_logs, RulesetFiles()).pause(session, found.epoch, None, utc_now())


def _attempt(shop: Shop, session: RaceSession) -> None:
    """What is away may come back: such a job waits. What failed otherwise is shown and undone."""
    try:
        done = {"state": _JOBS[session.state](shop, session).value, "problem": None}
    except Unavailable as error:
        done = {"problem": error.what}
        log.warning("session job waits", extra={"session": str(session.id), "job": session.state, "why": str(error)})
    except (PortalError, DBAPIError, OSError) as error:
        log.exception("session job failed", extra={"session": str(session.id), "job": session.state})
        done = {"state": _undone(shop, session).value, "problem": str(error)}
    else:
        log.info("session job done", extra={"session": str(session.id), "job": session.state})
    _set(shop.control, session.id, done)
    shop.bus.ring(Bell(Topic.REGISTRY, str(session.id)))


def _undone(shop: Shop, session: RaceSession) -> SessionState:
    if session.state is SessionState.CREATING:
        return SessionState.FAILED
    if session.state is SessionState.RESTORING:
        return SessionState.ARCHIVED
    _admit(shop.control, session.database_name)
    return SessionState.CLOSED if session.closed else SessionState.READY


def _own(owner: Engine, database_name: str, session_id: UUID) -> None:
    """The database knows whose it is, and refuses what is meant for another."""
    with beside(owner, database_name, NullPool).begin() as connection:
        connection.execute(update(seal).values(session_id=session_id))


def _admit(owner: Engine, database_name: str) -> None:
    with beside_transactions(owner) as connection:
        connection.exec_driver_sql(f"GRANT CONNECT ON DATABASE {database_name} TO {_APP_ROLES}")


def _set(control: Engine, session_id: UUID, values: Mapping[str, object]) -> None:
    with control.begin() as connection:
        connection.execute(update(race_session).where(race_session.c.id == session_id).values(values))


def _drafts(settings: Settings) -> Path:
    return settings.data / "dumps"


@contextmanager
def _alone(control: Engine) -> Iterator[bool]:
    """True: no other worker is at it. The lock goes with the connection, also after a kill."""
    with beside_transactions(control) as connection:
        connection.detach()
        first = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _LOCK}))
        try:
            yield first
        finally:
            # at once: the server notices only a moment later that a connection is gone
            if first:
                connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})
