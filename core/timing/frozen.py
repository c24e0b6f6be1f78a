"""What the timing said while a race session was open, kept with it once it is closed: laps, stops, classification.

Timing belongs to the circuit and goes on; a closed session is complete by itself. Of the circuit's laps and stops those
are the session's that were completed while it was open.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.penalties.bodies import SessionClosed, SessionOpened, SessionPaused
from core.penalties.events import LogEvent
from core.penalties.fold import Fold
from core.timing.desk import KeptSession
from core.timing.model import Board, Car, Lap, Rank, SessionKind, Stop, TimedValue
from core.timing.results import Results, results
from core.timing.standings import classify

LATE = timedelta(seconds=30)
"""A board may have seen crossings so long after the closing and still be of this session."""


@dataclass(frozen=True, slots=True)
class Span:
    """The session was open from `since` up to `until`."""

    since: datetime
    until: datetime

    def has(self, at: datetime) -> bool:
        return self.since <= at <= self.until


@dataclass(frozen=True, slots=True)
class FrozenSession:
    """A feed session with the laps and stops that fell into the race session; stops in order, car by car."""

    about: KeptSession
    laps: tuple[Lap, ...]
    stops: tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class Frozen:
    """All of it, as of the closing that it belongs to."""

    closed_at: datetime
    frozen_at: datetime
    sessions: tuple[FrozenSession, ...]
    board: Board | None
    classification: Results

    @property
    def laps(self) -> int:
        return sum(len(one.laps) for one in self.sessions)

    @property
    def stops(self) -> int:
        return sum(len(one.stops) for one in self.sessions)


def spans(events: Iterable[LogEvent], until: datetime) -> tuple[Span, ...]:
    """When the session was open, told by its own log; one that nobody has closed lasts `until`."""
    found: list[Span] = []
    since: datetime | None = None
    for event in events:
        if isinstance(event.body, SessionOpened):
            since = since or event.at
        elif isinstance(event.body, SessionPaused | SessionClosed) and since is not None:
            found.append(Span(since, event.at))
            since = None
    return (*found, *([] if since is None else [Span(since, until)]))


def within(one: FrozenSession, open_: Sequence[Span]) -> FrozenSession:
    """Of a feed session what fell into these times."""
    laps = tuple(lap for lap in one.laps if any(span.has(lap.at) for span in open_))
    stops = tuple(stop for stop in one.stops if any(_touches(stop, span) for span in open_))
    return FrozenSession(one.about, laps, stops)


def board_at_close(last: Board | None, sessions: Sequence[FrozenSession], open_: Sequence[Span]) -> Board | None:
    """The circuit's last board if it is still of this session, else one counted from the laps driven last."""
    if last is not None and _is_of(last, open_):
        return last
    driven = [one for one in sessions if one.laps]
    return board_of_laps(max(driven, key=lambda one: one.laps[-1].at)) if driven else None


def board_of_laps(one: FrozenSession) -> Board:
    """What the laps alone say, in the order of the session's kind: most laps first, or the best time."""
    kind = one.about.kind
    cars = [_car(laps) for laps in _by_car(one.laps).values()]
    order = _race_order if kind is SessionKind.RACE else _time_order
    placed = (replace(car, position=at) for at, car in enumerate(sorted(cars, key=order), start=1))
    return Board(title=one.about.title, kind=kind, cars=tuple(placed))


def classification(fold: Fold, board: Board | None, closed_at: datetime) -> Results:
    """The result sheet as it stood at the closing; without a board, the penalties alone."""
    penalties = tuple(fold.penalties.values())
    return results(fold, classify(board, penalties) if board else (), closed_at)


def _touches(stop: Stop, span: Span) -> bool:
    return any(span.has(at) for at in (stop.in_at, stop.out_at) if at is not None)


def _is_of(board: Board, open_: Sequence[Span]) -> bool:
    crossed = max((car.crossed_at for car in board.cars if car.crossed_at is not None), default=None)
    return crossed is not None and any(Span(span.since, span.until + LATE).has(crossed) for span in open_)


def _by_car(laps: Iterable[Lap]) -> Mapping[str, list[Lap]]:
    found: dict[str, list[Lap]] = {}
    for lap in laps:
        found.setdefault(lap.source_id, []).append(lap)
    return found


def _car(laps: Sequence[Lap]) -> Car:
    last = laps[-1]
    best = min(_times(laps), default=None)
    return Car(
        source_id=last.source_id,
        number=last.number,
        driver=last.driver,
        laps=max(lap.lap for lap in laps),
        best=None if best is None else TimedValue(best, Rank.PERSONAL),
        crossed_at=last.at,
    )


def _times(laps: Iterable[Lap]) -> Iterator[int]:
    return (lap.lap_ms for lap in laps if lap.lap_ms is not None)


def _race_order(car: Car) -> tuple[int, float, str]:
    return -(car.laps or 0), car.crossed_at.timestamp() if car.crossed_at else 0, car.number


def _time_order(car: Car) -> tuple[bool, int, str]:
    return car.best is None, car.best.ms if car.best else 0, car.number
