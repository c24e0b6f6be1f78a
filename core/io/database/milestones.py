"""What a race session's log says about the session itself: opened, phases, rules, end, closed. Few rows of many."""

from sqlalchemy import Engine

from core.io.database.event_rows import TAIL, event, event_of
from core.penalties.events import EventType, LogEvent

_TYPES = (
    EventType.SESSION_IMPORTED,
    EventType.RULESET_PINNED,
    EventType.RULESET_CHANGED,
    EventType.SESSION_OPENED,
    EventType.SESSION_PAUSED,
    EventType.PHASE_STARTED,
    EventType.SESSION_ENDED,
    EventType.SESSION_CLOSED,
)
_ROWS = TAIL.where(event.c.type.in_(_TYPES))


def milestones(session: Engine) -> tuple[LogEvent, ...]:
    """In log order."""
    with session.connect() as connection:
        return tuple(map(event_of, connection.execute(_ROWS)))
