"""Who drove a kart at a moment, in the feed's words.

The board knows who drives since the kart crossed the line last; what lies before that is told by its stints.
"""

from datetime import datetime
from uuid import UUID

from core.sessions.model import Entry
from core.timing.desk import KeptSession, TimingDesk

_SESSIONS = 20
"""Feed sessions looked through: an incident is reported minutes or hours later, not after twenty restarts."""


def driver_at(timing: TimingDesk, circuit_id: UUID, entry: Entry, at: datetime) -> str | None:
    """None: the feed did not say."""
    board = timing.board(circuit_id)
    car = next((car for car in board.cars if car.number == entry.number), None) if board else None
    now = car.driver if car else None
    if car and car.crossed_at and car.crossed_at <= at:
        return now
    source_id = entry.source_id or (car.source_id if car else None)
    for session in timing.feed_sessions(circuit_id, _SESSIONS) if source_id else ():
        if source_id and _is_on(session, at) and timing.laps(session.id, source_id, at):
            begun = [stint for stint in timing.stints(session.id, source_id) if stint.began_at <= at]
            return begun[-1].driver if begun else None
    return now


def _is_on(session: KeptSession, at: datetime) -> bool:
    return session.started_at <= at and (session.ended_at is None or at <= session.ended_at)
