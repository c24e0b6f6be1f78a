"""How long raw frames are kept: a setting in days; without it, for ever.

A segment that holds a bookmark, or any part of a piece that somebody wants kept, stays whatever its age. Laps, stops
and sessions stay always: only the frames they were folded from go.
"""

from datetime import datetime, timedelta
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import Engine, delete, exists, func

from core.io.database.audit import Act
from core.io.database.recordings import bookmark, still_named
from core.io.database.settings import set_value, value_of
from core.io.database.timing import recording_segment

_SETTING = "recording_retention_days"
_DAYS: TypeAdapter[int | None] = TypeAdapter(int | None)
LEAST_DAYS = 1


def retention(control: Engine) -> timedelta | None:
    """How long raw frames are kept; None = for ever."""
    with control.connect() as connection:
        days = _DAYS.validate_python(value_of(connection, _SETTING))
    return None if days is None else timedelta(days=days)


def set_retention(control: Engine, days: int | None, by: UUID | None, now: datetime) -> None:
    """From now on keep raw frames for so many days; None = for ever."""
    with control.begin() as connection:
        act = Act(now, by, "set recording retention", "for ever" if days is None else f"{days} days")
        set_value(connection, _SETTING, days if days is None else max(days, LEAST_DAYS), act)


class RetentionSetting:
    """`Retention` on the control database."""

    def __init__(self, control: Engine) -> None:
        self._control = control

    def days(self) -> int | None:
        kept_for = retention(self._control)
        return None if kept_for is None else kept_for.days

    def set_days(self, days: int | None, by: UUID | None, now: datetime) -> None:
        set_retention(self._control, days, by, now)


def forget_segments(control: Engine, before: datetime) -> list[str]:
    """Drop the rows of segments that ended before then and that nobody wants kept; returns blobs that nothing names."""
    wanted = exists().where(
        bookmark.c.circuit_id == recording_segment.c.circuit_id,
        bookmark.c.recording_id.is_(None),
        bookmark.c.at <= recording_segment.c.ended_at,
        func.coalesce(bookmark.c.until, bookmark.c.at) >= recording_segment.c.started_at,
    )
    old = delete(recording_segment).where(recording_segment.c.ended_at < before, ~wanted)
    with control.begin() as connection:
        gone = set(connection.execute(old.returning(recording_segment.c.sha256)).scalars())
        return sorted(gone - still_named(connection, gone))
