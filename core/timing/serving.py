"""Serving seen by timing: which penalties wait, how many crossings they have left, which stop looks like theirs.

Laps and stops of the circuit since the first open penalty was issued become crossings and stops of `core.penalties`
here, when somebody looks: nothing is copied, so a lap that timing takes back or fills in later changes the clocks at
the next look. A kart is followed by the feed's own identity of it: by its entry, else by whoever bears the number now,
else by who bore it last. A visit that is still on comes from the board, all others from what is stored.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from core.penalties.crossings import Crossing
from core.penalties.crossings import Stop as Visit
from core.penalties.fold import Fold
from core.penalties.serving_clock import ServingClock, clocks, waiting
from core.sessions.model import Entry
from core.timing.desk import KeptSession, TimingDesk
from core.timing.laps_left import laps_left, leader_of, usual_lap_ms
from core.timing.model import Board, Car, Lap, Stop

_SESSIONS = 20
"""Feed sessions looked through: a penalty is served in the one it was issued in, or in the next after a restart."""
_SAME = timedelta(seconds=2)
_LEADER_S = 1800
"""What counts as the leader's usual lap: the laps of the last half hour, which have seen the same weather."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What timing saw of the karts that have to serve, by kart."""

    crossings: Mapping[str, Sequence[Crossing]]
    stops: Mapping[str, Sequence[Visit]]


class ServingDesk:
    """Questions about serving; shared between threads."""

    def __init__(self, timing: TimingDesk) -> None:
        self._timing = timing

    def clocks(self, circuit_id: UUID, fold: Fold, entries: Iterable[Entry], now: datetime) -> tuple[ServingClock, ...]:
        """The clock of every penalty that waits to be served, in the order of their issue."""
        seen = self.seen(circuit_id, fold, entries)
        return clocks(fold, seen.crossings, seen.stops, now)

    def seen(self, circuit_id: UUID, fold: Fold, entries: Iterable[Entry]) -> Seen:
        """Crossings and stops of the karts that have to serve, since the first of these penalties was issued."""
        since: dict[str, datetime] = {}
        for penalty in waiting(fold):
            if penalty.issued is not None:
                since.setdefault(penalty.kart, penalty.issued.at)
        if not since:
            return Seen({}, {})
        sessions = self._sessions(circuit_id, min(since.values()))
        board = self._timing.board(circuit_id)
        sources = source_ids(since, entries, board, self._bearers(sessions, since, entries, board))
        laps = {kart: self._laps(sessions, sources.get(kart), at) for kart, at in since.items()}
        stops = {kart: self._stops(sessions, sources.get(kart), at) for kart, at in since.items()}
        return Seen(
            {kart: crossings(kart, own) for kart, own in laps.items()},
            {kart: visits(kart, own, _car(board, sources.get(kart)), since[kart]) for kart, own in stops.items()},
        )

    def passed(self, circuit_id: UUID, kart: str, entry: Entry | None, since: datetime) -> tuple[datetime, ...]:
        """When a kart crossed the line after a moment, in order; one that nobody knows is looked for by its number."""
        known = None if entry is None else entry.source_id
        source_id = known or source_ids((kart,), (), self._timing.board(circuit_id), {}).get(kart)
        return self._timing.passings(circuit_id, kart, source_id, since)

    def laps_left(self, circuit_id: UUID, now: datetime) -> int | None:
        """The estimate for the race that is on; None where nobody can say."""
        board = self._timing.board(circuit_id)
        leader = None if board is None else leader_of(board)
        if board is None or leader is None:
            return None
        sessions = self._timing.feed_sessions(circuit_id, 1)
        since = now - timedelta(seconds=_LEADER_S)
        laps = [lap for one in sessions for lap in self._timing.laps(one.id, leader.source_id, since)]
        return laps_left(board, usual_lap_ms(laps), now)

    def _sessions(self, circuit_id: UUID, since: datetime) -> tuple[KeptSession, ...]:
        found = self._timing.feed_sessions(circuit_id, _SESSIONS)
        return tuple(one for one in found if one.ended_at is None or one.ended_at >= since)

    def _laps(self, sessions: Iterable[KeptSession], source_id: str | None, since: datetime) -> tuple[Lap, ...]:
        if source_id is None:
            return ()
        return tuple(lap for one in sessions for lap in self._timing.laps(one.id, source_id, since))

    def _stops(self, sessions: Iterable[KeptSession], source_id: str | None, since: datetime) -> tuple[Stop, ...]:
        if source_id is None:
            return ()
        found = (stop for one in sessions for stop in self._timing.stops(one.id, source_id))
        return tuple(stop for stop in found if stop.in_at is not None and stop.in_at >= since)

    def _bearers(
        self, sessions: Iterable[KeptSession], karts: Iterable[str], entries: Iterable[Entry], board: Board | None
    ) -> Mapping[str, str]:
        """Who bore a number last, asked only for numbers that neither an entry nor the board tells."""
        if all(kart in source_ids(karts, entries, board, {}) for kart in karts):
            return {}
        return {lap.number: lap.source_id for one in reversed(tuple(sessions)) for lap in self._timing.laps(one.id)}


def source_ids(
    karts: Iterable[str], entries: Iterable[Entry], board: Board | None, bearers: Mapping[str, str]
) -> dict[str, str]:
    """The feed's identity of each kart, where it is known."""
    entered = {entry.number: entry.source_id for entry in entries if entry.source_id is not None}
    shown = {car.number: car.source_id for car in board.cars} if board else {}
    known = {**bearers, **shown, **entered}
    return {kart: known[kart] for kart in karts if kart in known}


def crossings(kart: str, laps: Iterable[Lap]) -> tuple[Crossing, ...]:
    """The passages of the line that ended these laps."""
    return tuple(Crossing(kart, lap.at, lap.lap) for lap in laps)


def visits(kart: str, stops: Iterable[Stop], car: Car | None, since: datetime) -> tuple[Visit, ...]:
    """The stops, and the visit that is on as far as the board tells; one whose way in nobody saw is left out."""
    found = [
        Visit(kart, stop.in_at, stop.out_at, _seconds(stop.duration_ms), stop.provenance)
        for stop in stops if stop.in_at is not None
    ]  # fmt: skip
    in_at = None if car is None else car.in_pit_since
    if in_at is not None and in_at >= since and not any(abs(one.in_at - in_at) <= _SAME for one in found):
        found.append(Visit(kart, in_at))
    return tuple(found)


def _seconds(ms: int | None) -> Decimal | None:
    """Whole milliseconds as seconds, exactly."""
    return None if ms is None else Decimal(ms) / 1000


def _car(board: Board | None, source_id: str | None) -> Car | None:
    return next((car for car in board.cars if car.source_id == source_id), None) if board else None
