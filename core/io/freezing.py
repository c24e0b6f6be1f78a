"""Closing a race session freezes what the timing said while it was open, in the session's own database.

Done by the job that writes the ledger, before the ledger: neither a crash nor a lost bell leaves one out, and doing it
twice writes the same again. Opening and closing again writes it anew.
"""

import logging
import time
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Engine

from core.io.clock import utc_now
from core.io.database.engine import SessionEngines
from core.io.database.frozen import write_frozen
from core.io.database.seals import SessionLogs
from core.sessions.model import RaceSession
from core.timing.desk import KeptSession, TimingDesk
from core.timing.frozen import Frozen, FrozenSession, Span, board_at_close, classification, spans, within

log = logging.getLogger(__name__)

_WRITTEN = timedelta(seconds=0.5)
"""Whoever follows a source writes laps in batches, the last ones of the session a moment after the closing."""
_FEED_SESSIONS = 1000
"""So far back one is looked for."""


class Shop(Protocol):
    """What the job stands on: a runtime opened as the owner."""

    @property
    def control(self) -> Engine: ...
    @property
    def sessions(self) -> SessionEngines: ...
    @property
    def session_logs(self) -> SessionLogs: ...
    @property
    def timing(self) -> TimingDesk: ...


def freeze(shop: Shop, session: RaceSession, closed_at: datetime) -> None:
    time.sleep(max(timedelta(), closed_at + _WRITTEN - utc_now()).total_seconds())
    what = frozen_now(shop, session, closed_at)
    write_frozen(shop.sessions.engine(session.database_name), what)
    log.info("session frozen", extra={"session": str(session.id), "laps": what.laps, "stops": what.stops})


def frozen_now(shop: Shop, session: RaceSession, closed_at: datetime) -> Frozen:
    """What the timing says of the time in which the session was open."""
    race = shop.session_logs.log(session)
    open_ = spans(race.events(), closed_at)
    sessions = [_within(shop.timing, one, open_) for one in _met(shop.timing, session, open_)]
    driven = tuple(one for one in reversed(sessions) if one.laps or one.stops)
    board = board_at_close(shop.timing.board(session.circuit_id), driven, open_)
    return Frozen(closed_at, utc_now(), driven, board, classification(race.fold(), board, closed_at))


def _met(timing: TimingDesk, session: RaceSession, open_: tuple[Span, ...]) -> list[KeptSession]:
    """The circuit's feed sessions that were on while the race session was open, newest first."""
    known = timing.feed_sessions(session.circuit_id, _FEED_SESSIONS)
    return [
        one
        for one in known
        if any(one.started_at <= span.until and (one.ended_at is None or one.ended_at >= span.since) for span in open_)
    ]


def _within(timing: TimingDesk, one: KeptSession, open_: tuple[Span, ...]) -> FrozenSession:
    return within(FrozenSession(one, timing.laps(one.id), timing.stops(one.id)), open_)
