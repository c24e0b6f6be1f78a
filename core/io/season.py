"""The season between the sessions: a closed one leaves its ledger, a new one takes over the counters of its ladders.

A worker's job freezes what the timing said and writes the ledger of every closing that has none yet, so that neither a
crash nor a lost bell leaves one out. What is taken over is decided at the first opening and
stands in the session's own log.
"""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import Engine

from core.errors import PortalError
from core.io.database.engine import SessionEngines
from core.io.database.entries import SessionEntries
from core.io.database.ledger import LedgerRows
from core.io.database.seals import SessionLogs
from core.io.freezing import freeze
from core.penalties.bodies import Counter
from core.penalties.catalogue import Catalogue
from core.penalties.season import Field, counters_for, goes_on, ledger_of
from core.sessions.desk import SessionsDesk
from core.sessions.model import Entry, RaceSession
from core.timing.desk import TimingDesk

log = logging.getLogger(__name__)


class Shop(Protocol):
    """What the job stands on."""

    @property
    def control(self) -> Engine: ...
    @property
    def sessions(self) -> SessionEngines: ...
    @property
    def session_logs(self) -> SessionLogs: ...
    @property
    def race_sessions(self) -> SessionsDesk: ...
    @property
    def timing(self) -> TimingDesk: ...


class SeasonCounters:
    """What a session takes over when it is opened for the first time."""

    def __init__(self, control: Engine, sessions: SessionEngines) -> None:
        self._rows = LedgerRows(control)
        self._entries = SessionEntries(sessions)

    def __call__(self, session: RaceSession, catalogue: Catalogue, now: datetime) -> tuple[Counter, ...]:
        codes = [f"{catalogue.rules.id}/{ladder.id}" for ladder in catalogue.rules.ladders if goes_on(ladder)]
        if not codes:
            return ()
        took_part = field_of(self._entries.all(session))
        return counters_for(self._rows.counters(codes), catalogue, session.season, now, took_part)


def keep_ledgers(shop: Shop) -> None:
    """Write the ledger of every closed session that has none since its last closing. Safe to run twice and at once."""
    ledger = LedgerRows(shop.control)
    for session_id in ledger.unwritten():
        try:
            _keep(shop, ledger, session_id)
        except PortalError as error:
            log.warning("ledger waits", extra={"session": str(session_id), "why": str(error)})


def _keep(shop: Shop, ledger: LedgerRows, session_id: UUID) -> None:
    session = shop.race_sessions.readable(session_id)
    if session.closed is None:
        return
    closed_at = session.closed.at
    freeze(shop, session, closed_at)
    took_part = field_of(SessionEntries(shop.sessions).all(session))
    fold = shop.session_logs.log(session).fold()
    rows = ledger_of(fold, took_part, f"session {session.number}", closed_at)
    if ledger.write(session, rows, closed_at):
        log.info("ledger written", extra={"session": str(session_id), "rows": len(rows)})


def field_of(entries: Iterable[Entry]) -> Field:
    listed = list(entries)
    teams = {entry.number: None if entry.team_id is None else str(entry.team_id) for entry in listed}
    return Field(teams, tuple(dict.fromkeys(str(driver) for entry in listed for driver in entry.driver_ids)))
