"""A row of a table that is sent as a whole: at the start, at every reconnection, at every change of layout.

It is no news by itself. For a car met for the first time it is where its counting begins. For a car that is known it
tells what was missed: a lap whose time now stands in the last-lap cell, a stop that began or ended.
"""

from datetime import timedelta

from core.timing import events as said
from core.timing.car_events import CAR_HANDLERS
from core.timing.cars import CarState
from core.timing.model import CarStatus
from core.timing.numbers import recover_lap
from core.timing.sectors import forget_sectors, show_sector
from core.timing.session_state import SessionState
from core.timing.stops import enter, found_on_track, is_another_stop, show_icon, tick

_PLAIN = frozenset(CAR_HANDLERS) - {
    said.SectorTime,
    said.LastLap,
    said.LapsShown,
    said.GapShown,
    said.PitsShown,
    said.RoadShown,
    said.PitClock,
    said.TrackClock,
}
"""Cells that mean the same whether they come alone or in a table."""


def show_row(session: SessionState, source_id: str, events: tuple[said.CarEvent, ...]) -> None:
    is_known = source_id in session.cars
    car = session.car(source_id)
    car.frozen = None
    for event in events:
        if type(event) in _PLAIN:
            CAR_HANDLERS[type(event)](session, car, event)
        elif type(event) is said.SectorTime:
            show_sector(car, event.sector, event.ms, event.rank)
    cells = {type(event): event for event in events}
    visit = car.visit
    _show_pits(session, car, events)
    _show_laps(session, car, cells, is_known=is_known)
    if car.visit is not None and car.visit is not visit:
        car.visit.lap = car.laps  # as this row tells, not as we knew before


def _show_laps(
    session: SessionState, car: CarState, cells: dict[type[said.CarEvent], said.CarEvent], *, is_known: bool
) -> None:
    last, shown, gap = cells.get(said.LastLap), cells.get(said.LapsShown), cells.get(said.GapShown)
    if isinstance(gap, said.GapShown):
        CAR_HANDLERS[said.GapShown](session, car, gap)
    laps = shown.laps if isinstance(shown, said.LapsShown) else None
    if isinstance(last, said.LastLap):
        if is_known and last.ms is not None:
            _recover(session, car, last.ms, laps)
        car.is_sure = car.is_sure if is_known else last.ms is None
        car.last_ms, car.last_rank = last.ms, last.rank
    car.laps_shown = laps
    if car.fresh_at is None:
        car.counted = max(car.counted, laps or car.leader_laps or 0)


def _recover(session: SessionState, car: CarState, ms: int, laps: int | None) -> None:
    if ms != car.last_ms:
        forget_sectors(car)
    lap = recover_lap(car, ms, laps, session.now)
    if lap is None:
        return
    session.keep(lap) if car.is_sure else session.tell(lap)
    session.firsts.take_back(lap)  # nobody knows when it was completed
    session.firsts.forget()
    car.behind_ms = None


def _show_pits(session: SessionState, car: CarState, events: tuple[said.CarEvent, ...]) -> None:
    """Where the car is: its clock before its icon, which may say stopped of a car that stands in the pits."""
    for event in events:
        match event:
            case said.PitsShown():
                car.pits = event.pits
            case said.RoadShown():
                _show_road(session, car, event.road)
            case said.PitClock(_, int(ms)):
                _show_pit_clock(session, car, ms)
            case said.TrackClock(_, ms):
                car.stint_ms = ms
                if ms is not None:
                    _left_unseen(session, car)


def _show_road(session: SessionState, car: CarState, road: said.Road) -> None:
    if road is said.Road.IN:
        enter(car, session.now, is_seen=False)
        show_icon(car)
    elif road is said.Road.FINISHED:
        car.status = CarStatus.FINISHED
    elif road is said.Road.OUT or (road is said.Road.RUNNING and car.visit is not None and car.visit.has_icon):
        _left_unseen(session, car)
    elif road is said.Road.STOPPED and car.status is CarStatus.RUNNING:
        car.status = CarStatus.STOPPED


def _show_pit_clock(session: SessionState, car: CarState, ms: int) -> None:
    """The clock of a running stop; one that stands still, or of a car that is not in, is left from the last stop."""
    if car.visit is None or car.visit.clock_ms == ms:
        return
    if is_another_stop(car.visit, session.now - timedelta(milliseconds=ms)):
        _left_unseen(session, car)
        enter(car, session.now, is_seen=False)
    tick(car, ms, session.now)


def _left_unseen(session: SessionState, car: CarState) -> None:
    found_on_track(car, session.now, session.deaf_at)
    if car.left is not None:
        session.waiting.add(car.source_id)
