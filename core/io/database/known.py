"""What a replay tells again: laps and stops of a time that is known already add nothing.

A recording may overlap what was followed live, or another recording: the same cars, the same minutes, other sessions.
Laps are compared by when they were driven, by the clock of the recording; the numbers of laps may differ, because a
recording that begins in the middle of a race counts from where it begins.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Interval, Select, Table, cast, func, select

from core.timing.model import Lap, Stop

_SAME_MOMENT = timedelta(seconds=1.5)
_SAME_TIME = timedelta(seconds=10)
"""Two recorders' clocks may differ by so much when the lap's time is the same to the millisecond."""

Shifts = Mapping[UUID, timedelta]
"""By session of a replay: how far the recording's clock is from that of the frames."""


@dataclass(frozen=True, slots=True)
class _Told:
    """A lap or a stop that is stored: when it was by its own clock, and how long it took."""

    at: datetime
    ms: int | None


class Known:
    """Compares with everything that is stored of one circuit.

    Args:
        connection: inside the transaction that writes.
        circuit_id: whose laps.
        sessions: the table of feed sessions.
        shifts: of the sessions that are replayed.
    """

    def __init__(self, connection: Connection, circuit_id: UUID, sessions: Table, shifts: Shifts) -> None:
        self._connection = connection
        self._circuit_id = circuit_id
        self._sessions = sessions
        self._shifts = shifts
        self._clocks = self._stored_clocks()

    def new_laps(self, table: Table, laps: list[tuple[UUID, Lap]]) -> list[tuple[UUID, Lap]]:
        """Those that nobody has stored in another session, by the clock of the performance that was stored first."""
        driven = [self._driven_at(session_id, lap.at) for session_id, lap in laps]
        known = self._told(table, table.c.at, table.c.lap_ms, driven)
        return [
            (session_id, replace(lap, at=self._kept_at(session_id, at)))
            for (session_id, lap), at in zip(laps, driven, strict=True)
            if session_id not in self._shifts or not _is_known(known[lap.source_id], at, lap.lap_ms)
        ]

    def kept_at(self, session_id: UUID, at: datetime) -> datetime:
        """A moment of the frames by the clock of the rows."""
        return self._kept_at(session_id, self._driven_at(session_id, at))

    def new_stops(self, table: Table, stops: list[tuple[UUID, int, Stop]]) -> list[tuple[UUID, int, Stop]]:
        """As `new_laps`."""
        ats = [stop.in_at or stop.out_at for _, _, stop in stops]
        moments = [at and self._driven_at(stop[0], at) for at, stop in zip(ats, stops, strict=True)]
        at = func.coalesce(table.c.in_at, table.c.out_at)
        known = self._told(table, at, table.c.duration_ms, [moment for moment in moments if moment is not None])
        return [
            (session_id, ordinal, self._kept_stop(session_id, stop))
            for (session_id, ordinal, stop), moment in zip(stops, moments, strict=True)
            if session_id not in self._shifts
            or moment is None
            or not _is_known(known[stop.source_id], moment, stop.duration_ms)
        ]

    def _stored_clocks(self) -> dict[UUID, timedelta]:
        """How far the recording's clock is from that of the rows, by session."""
        sessions = self._sessions.c
        wanted = select(sessions.id, sessions.recorded_at - sessions.started_at).where(sessions.id.in_(self._shifts))
        return {session_id: shift or timedelta() for session_id, shift in self._connection.execute(wanted)}

    def _driven_at(self, session_id: UUID, at: datetime) -> datetime:
        return at + self._shifts.get(session_id, timedelta())

    def _kept_at(self, session_id: UUID, driven_at: datetime) -> datetime:
        return driven_at - self._clocks.get(session_id, timedelta())

    def _kept_stop(self, session_id: UUID, stop: Stop) -> Stop:
        moments = (stop.in_at, stop.out_at)
        kept = [at and self._kept_at(session_id, self._driven_at(session_id, at)) for at in moments]
        return replace(stop, in_at=kept[0], out_at=kept[1])

    def _told(
        self, table: Table, at: ColumnElement[datetime], ms: ColumnElement[int | None], moments: Iterable[datetime]
    ) -> defaultdict[str, list[_Told]]:
        """What other sessions have of the time between the first and the last of the moments, by car."""
        told: defaultdict[str, list[_Told]] = defaultdict(list)
        times = sorted(moments)
        if times:
            for source_id, driven_at, took_ms in self._connection.execute(self._around(table, at, ms, times)):
                told[source_id].append(_Told(driven_at, took_ms))
        return told

    def _around(
        self, table: Table, at: ColumnElement[datetime], ms: ColumnElement[int | None], times: list[datetime]
    ) -> "Select[str, datetime, int | None]":
        sessions = self._sessions.c
        shift = func.coalesce(sessions.recorded_at - sessions.started_at, cast(timedelta(), Interval))
        return (
            select(table.c.source_id, at + shift, ms)
            .join(self._sessions, sessions.id == table.c.feed_session_id)
            .where(
                sessions.circuit_id == self._circuit_id,
                sessions.id.not_in(self._shifts),
                (at + shift).between(times[0] - _SAME_TIME, times[-1] + _SAME_TIME),
            )
        )


def _is_known(told: list[_Told], at: datetime, ms: int | None) -> bool:
    return any(abs(one.at - at) <= (_SAME_TIME if ms == one.ms is not None else _SAME_MOMENT) for one in told)
