"""Drops what two people wanted dropped for thirty days: a session's database and dumps. Its anchors stay."""

import logging
from typing import Protocol

from sqlalchemy import Engine

from core.io.backup import beside_transactions
from core.io.blobs import Blobs
from core.io.clock import utc_now
from core.io.database.engine import SessionEngines, checked_name
from core.io.database.rehearsals import Rehearsals
from core.sessions.model import RaceSession
from core.sessions.purges import PurgesDesk

log = logging.getLogger(__name__)


class Shop(Protocol):
    """What the job stands on."""

    @property
    def control(self) -> Engine: ...
    @property
    def sessions(self) -> SessionEngines: ...
    @property
    def blobs(self) -> Blobs: ...
    @property
    def rehearsals(self) -> Rehearsals: ...
    @property
    def purges(self) -> PurgesDesk: ...


def drop_purged(shop: Shop) -> None:
    """Safe to run twice: a crash between the steps leaves the rest to the next run."""
    for session in shop.purges.due(utc_now()):
        _drop(shop, session)
        shop.purges.dropped(session.id, utc_now())
        log.warning("session dropped for good", extra={"session": str(session.id), "number": session.number})


def _drop(shop: Shop, session: RaceSession) -> None:
    name = checked_name(session.database_name)
    shop.sessions.forget(name)
    with beside_transactions(shop.control) as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    held = shop.rehearsals.give_back(session.id)
    for sha256 in {*held, *([session.dump_sha256] if session.dump_sha256 else [])}:
        shop.blobs.remove(sha256)
