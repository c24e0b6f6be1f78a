"""The order of the cars: what the feed says, moved by the penalties that are in force.

Without such penalties the feed's own order stands. With them each car of a race has a place (laps behind, milliseconds
behind) that runs along the feed's order and never back, so that an unpenalised field keeps its order whatever the feed
leaves out; a penalty only adds to its own car's place. Therefore more penalty never improves a position.

Milliseconds come from the feed's gap, else from its interval to the car ahead, else from the time between passings of
the line. A car with a gap in time counts as on the leader's lap although it may not have passed the line yet, which
keeps the order from flickering once a lap. Time is compared inside a lap only: laps go first. Where the feed orders by
best time (practice, qualifying), penalties leave the order alone and exclusions go last.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from core.penalties.model import Amount, Penalty, PenaltyType
from core.timing.model import Board, Car, Gap, SessionKind

_EXCLUDING = frozenset({PenaltyType.DISQUALIFICATION, PenaltyType.EXCLUSION})
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """One car in the order that counts."""

    position: int
    car: Car
    added_ms: int = 0
    deducted_laps: int = 0
    excluded: bool = False
    gap: Gap | None = None
    interval: Gap | None = None
    behind_ms: int | None = None
    """Behind the leader in time, also when lapped, penalties included."""
    marks: tuple[str, ...] = ()
    """Short signs of the penalties in force, such as `+5 s`, `S&G 10`, `DT`."""


@dataclass(frozen=True, slots=True)
class _Burden:
    """What the penalties in force put on one car."""

    added_ms: int = 0
    deducted_laps: int = 0
    excluded: bool = False
    marks: tuple[str, ...] = ()

    @property
    def moves(self) -> bool:
        return bool(self.added_ms or self.deducted_laps or self.excluded)


@dataclass(frozen=True, slots=True)
class _Place:
    """How far behind: whole laps, then milliseconds; `known` says that the milliseconds are measured."""

    laps: int = 0
    ms: int = 0
    known: bool = True


@dataclass(frozen=True, slots=True)
class _Row:
    """A car at its index in the feed's order, and the place that its burden leaves it."""

    index: int
    car: Car
    burden: _Burden
    place: _Place


def classify(board: Board, penalties: Sequence[Penalty]) -> tuple[Standing, ...]:
    """The standings: every car of the board once, positions from 1."""
    by_number = _burdens(penalties)
    cars = sorted(board.cars, key=_feed_position)
    burdens = [by_number.get(car.number, _Burden()) for car in cars]
    if board.kind is SessionKind.RACE:
        places = map(_moved, _race_places(cars), burdens)
        rows = sorted(map(_Row, count(), cars, burdens, places), key=_race_order)
    else:
        rows = sorted(map(_Row, count(), cars, burdens, map(_best_place, cars)), key=_feed_order)
    return tuple(_standing(at, rows) for at in range(len(rows)))


def mark(penalty: Penalty) -> str:
    """The short sign of a penalty, for a table's cell."""
    sign = _SIGNS.get(penalty.type)
    return sign(penalty) if sign else penalty.label


def _plain(amount: Amount | None) -> str:
    if amount is None:
        return "?"
    return str(amount) if isinstance(amount, int) else f"{amount:f}"


_SIGNS: Mapping[PenaltyType, Callable[[Penalty], str]] = {
    PenaltyType.WARNING: lambda _: "W",
    PenaltyType.WARNING_FLAG: lambda _: "BW",
    PenaltyType.REPRIMAND: lambda _: "R",
    PenaltyType.TIME: lambda penalty: f"+{_plain(penalty.seconds)} s",
    PenaltyType.TIME_AT_STOP: lambda penalty: f"stop {_plain(penalty.seconds)} s",
    PenaltyType.STOP_GO: lambda penalty: f"S&G {_plain(penalty.seconds)}",
    PenaltyType.STOP_EXTRA: lambda penalty: f"stop +{_plain(penalty.seconds)} s",
    PenaltyType.DRIVE_THROUGH: lambda _: "DT",
    PenaltyType.LAP: lambda penalty: f"-{_plain(penalty.laps)} L",
    PenaltyType.EXCLUSION: lambda _: "EX",
    PenaltyType.DISQUALIFICATION: lambda _: "DQ",
}


def _burdens(penalties: Sequence[Penalty]) -> dict[str, _Burden]:
    burdens: dict[str, _Burden] = {}
    for penalty in penalties:
        if penalty.state.in_force:
            burdens[penalty.kart] = _heavier(burdens.get(penalty.kart, _Burden()), penalty)
    return burdens


def _heavier(burden: _Burden, penalty: Penalty) -> _Burden:
    seconds = penalty.seconds if penalty.type is PenaltyType.TIME else None
    laps = int(penalty.laps or 0) if penalty.type is PenaltyType.LAP else 0
    return _Burden(
        added_ms=burden.added_ms + int((seconds or 0) * 1000),
        deducted_laps=burden.deducted_laps + laps,
        excluded=burden.excluded or penalty.type in _EXCLUDING,
        marks=(*burden.marks, mark(penalty)),
    )


def _feed_position(car: Car) -> tuple[bool, int]:
    """Cars that the feed gives no position stay behind the others, in the order in which it lists them."""
    return car.position is None, car.position or 0


def _best_place(car: Car) -> _Place:
    return _Place(ms=car.best.ms) if car.best else _Place(known=False)


def _race_places(cars: Iterable[Car]) -> Iterator[_Place]:
    """The places along the feed's order; none is before the one ahead of it."""
    leader, ahead = None, _Place()
    for car in cars:
        if leader is None:
            leader = car
        else:
            ahead = _behind(leader, ahead, car)
        yield ahead


def _behind(leader: Car, ahead: _Place, car: Car) -> _Place:
    laps = max(ahead.laps, _laps_behind(leader, ahead, car))
    floor = ahead.ms if laps == ahead.laps else 0
    measured = _ms_behind(leader, ahead, car, laps)
    return _Place(laps, floor, known=False) if measured is None else _Place(laps, max(floor, measured))


def _laps_behind(leader: Car, ahead: _Place, car: Car) -> int:
    if car.gap and car.gap.laps is not None:
        return car.gap.laps
    if car.gap and car.gap.ms is not None:
        return 0
    if leader.laps is not None and car.laps is not None:
        return leader.laps - car.laps
    return ahead.laps


def _ms_behind(leader: Car, ahead: _Place, car: Car, laps: int) -> int | None:
    if laps == 0 and car.gap and car.gap.ms is not None:
        return car.gap.ms
    if laps == ahead.laps and ahead.known and car.interval and car.interval.ms is not None:
        return ahead.ms + car.interval.ms
    if leader.crossed_at is None or car.crossed_at is None or car.crossed_at < leader.crossed_at:
        return None
    return (car.crossed_at - leader.crossed_at) // _MILLISECOND


def _moved(place: _Place, burden: _Burden) -> _Place:
    return _Place(place.laps + burden.deducted_laps, place.ms + burden.added_ms, place.known)


def _race_order(row: _Row) -> tuple[bool, int, int, int]:
    return row.burden.excluded, row.place.laps, row.place.ms, row.index


def _feed_order(row: _Row) -> tuple[bool, int]:
    return row.burden.excluded, row.index


def _standing(at: int, rows: Sequence[_Row]) -> Standing:
    row = rows[at]
    return Standing(
        position=at + 1,
        car=row.car,
        added_ms=row.burden.added_ms,
        deducted_laps=row.burden.deducted_laps,
        excluded=row.burden.excluded,
        gap=_to_leader(rows[0], row),
        interval=_distance(rows[max(at - 1, 0)], row, row.car.interval, ahead_in_feed=row.index - 1),
        behind_ms=_behind_ms(rows[0], row),
        marks=row.burden.marks,
    )


def _behind_ms(leader: _Row, row: _Row) -> int | None:
    own, first = _time_behind(row), _time_behind(leader)
    return None if own is None or first is None else max(0, own - first)


def _time_behind(row: _Row) -> int | None:
    """Behind whoever the feed has first; laps that a penalty took away are not so many seconds."""
    if row.car.behind_ms is None or row.burden.excluded or row.burden.deducted_laps:
        return None
    return row.car.behind_ms + row.burden.added_ms


def _to_leader(leader: _Row, row: _Row) -> Gap | None:
    """In laps as soon as there is one between them: the milliseconds of a lapped car count from its own lap's first."""
    laps = row.place.laps - leader.place.laps
    if laps and not row.burden.excluded:
        return Gap(laps=laps)
    return _distance(leader, row, row.car.gap, ahead_in_feed=0)


def _distance(other: _Row, row: _Row, of_feed: Gap | None, *, ahead_in_feed: int) -> Gap | None:
    """How far `row` is behind `other`: as the feed says, where it means the same two cars and no penalty moves them."""
    same_pair = other.index == ahead_in_feed or other is row and row.index == 0
    if same_pair and not (row.burden.moves or other.burden.moves):
        return of_feed
    if other is row or row.burden.excluded:
        return None
    if row.place.laps != other.place.laps:
        return Gap(laps=row.place.laps - other.place.laps)
    return Gap(ms=row.place.ms - other.place.ms) if row.place.known and other.place.known else None
