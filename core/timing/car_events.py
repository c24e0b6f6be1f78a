"""What each event about a car does to its accumulator. One short function an event, found by the event's type.

Laps and stops are not decided here but by the rules in `laps` and `stops`.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeAlias

from core.timing import events as said
from core.timing.cars import CarState, Visit
from core.timing.laps import overdue_time, pass_line, show_laps, show_last_lap
from core.timing.model import CarStatus, Provenance
from core.timing.numbers import needs_number, rebase
from core.timing.sectors import end_sector, late_sector, show_sector
from core.timing.session_state import SessionState
from core.timing.stops import enter, found_on_track, is_another_stop, is_out, leave, show_icon, tick
from core.timing.told import fill_lap, fill_stop, race_began_at, take_lap
from core.timing.withdrawn import guesses_above, taken_back

_MOST_EXTRAS = 32


def _position(_session: SessionState, car: CarState, event: said.Positioned) -> None:
    car.position = event.position


def _plate(_session: SessionState, car: CarState, event: said.Plated) -> None:
    car.number, car.plate_colour = event.number, event.colour


def _team(_session: SessionState, car: CarState, event: said.TeamNamed) -> None:
    car.team = event.name or None


def _driver(session: SessionState, car: CarState, event: said.DriverNamed) -> None:
    car.driver = event.name or None
    if car.visit is None or not car.visit.is_whole:
        car.wheel = car.driver
    if "driver" not in session.columns:
        place = session.columns.index("team") + 1 if "team" in session.columns else 0
        session.columns = (*session.columns[:place], "driver", *session.columns[place:])


def _category(_session: SessionState, car: CarState, event: said.Categorised) -> None:
    car.category = event.category or None


def _nation(_session: SessionState, car: CarState, event: said.NationShown) -> None:
    car.nation = event.nation or None


def _last(session: SessionState, car: CarState, event: said.LastLap) -> None:
    overdue = overdue_time(car, event.ms, event.rank, session.now)
    if overdue is not None:
        session.correct(overdue)
        return
    session.keep(show_last_lap(car, event.ms, event.rank, session.now))
    if car.fresh_at is not None:
        session.waiting.add(car.source_id)


def _best(_session: SessionState, car: CarState, event: said.BestLap) -> None:
    car.best_ms, car.best_rank = event.ms, event.rank


def _sector(session: SessionState, car: CarState, event: said.SectorTime) -> None:
    sector, ms = event.sector, event.ms
    if not show_sector(car, sector, ms, event.rank) or ms is None:
        return
    lap = late_sector(car, sector, ms, session.now)
    if lap is None:
        car.splits[sector] = ms
    else:
        session.correct(lap)


def _gap(session: SessionState, car: CarState, event: said.GapShown) -> None:
    car.gap_ms, car.gap_laps, car.leader_laps = event.ms, event.laps, event.leader_laps
    car.is_gap_old = False
    if event.leader_laps is not None:
        session.leader_laps = event.leader_laps


def _interval(_session: SessionState, car: CarState, event: said.IntervalShown) -> None:
    car.interval_ms, car.interval_laps = event.ms, event.laps


def _laps(session: SessionState, car: CarState, event: said.LapsShown) -> None:
    show_laps(car, event.laps, session.now)


def _pits(session: SessionState, car: CarState, event: said.PitsShown) -> None:
    """A count that grows is a way in, where the venue has no better signal."""
    if not session.has_way_in and (event.pits or 0) > (car.pits or 0):
        enter(car, session.now)
    car.pits = event.pits


def _road(session: SessionState, car: CarState, event: said.RoadShown) -> None:
    match event.road:
        case said.Road.IN:
            _enter(session, car)
            show_icon(car)
        case said.Road.OUT:
            _leave(session, car)
        case said.Road.FINISHED:
            car.status = CarStatus.FINISHED
        case said.Road.STOPPED if car.status is CarStatus.RUNNING:
            car.status = CarStatus.STOPPED
        case said.Road.RUNNING if car.status is CarStatus.STOPPED:
            car.status = CarStatus.RUNNING
        case said.Road.RESUMED if car.visit is None:
            car.status = CarStatus.RUNNING


def _pit_in(session: SessionState, car: CarState, _event: said.PitIn) -> None:
    _enter(session, car)


def _pit_out(session: SessionState, car: CarState, _event: said.PitOut) -> None:
    _leave(session, car)


def _enter(session: SessionState, car: CarState) -> None:
    session.has_way_in = True
    enter(car, session.now)


def _leave(session: SessionState, car: CarState) -> None:
    session.has_way_out = True
    leave(car, session.now)
    session.waiting.add(car.source_id)


def _pit_clock(session: SessionState, car: CarState, event: said.PitClock) -> None:
    session.has_way_in = True
    visit = car.visit
    if visit is not None and event.ms is not None and not visit.is_whole:
        _check_visit(session, car, visit, event.ms)
    tick(car, event.ms, session.now)


def _check_visit(session: SessionState, car: CarState, visit: Visit, ms: int) -> None:
    """Whether the stop before a hole is the stop behind it."""
    if is_another_stop(visit, session.now - timedelta(milliseconds=ms)):
        _found_on_track(session, car)


def _track_clock(session: SessionState, car: CarState, event: said.TrackClock) -> None:
    car.stint_ms = event.ms
    if car.visit is not None and not (car.visit.is_whole and car.visit.clock_at is None) and event.ms is not None:
        _found_on_track(session, car)


def _penalty(_session: SessionState, car: CarState, event: said.PenaltyShown) -> None:
    car.feed_penalty = event.text or None


def _extra(_session: SessionState, car: CarState, event: said.Extra) -> None:
    if event.heading in car.more or len(car.more) < _MOST_EXTRAS:
        car.more[event.heading] = event.text


def _crossed(session: SessionState, car: CarState, _event: said.Crossed) -> None:
    if car.visit is not None and is_out(car.visit, session.now, has_way_out=session.has_way_out):
        _found_on_track(session, car)
    if car.status is CarStatus.STOPPED:
        car.status = CarStatus.RUNNING
    if car.laps_shown is None and needs_number(car):
        rebase(car, session.laps_by_gap(car), session.now, is_told=session.tells_laps(car))
    if car.fell_at is not None:
        session.withdraw(car, taken_back(car, session.now))
    session.keep(pass_line(car, session.now))
    if car.passed_at is not None:
        session.waiting.add(car.source_id)


def _sector_crossed(_session: SessionState, car: CarState, event: said.SectorCrossed) -> None:
    end_sector(car, event.sector)
    if car.status is CarStatus.STOPPED:
        car.status = CarStatus.RUNNING


def _lap_told(session: SessionState, car: CarState, event: said.LapTold) -> None:
    if event.provenance is Provenance.BACK_FILLED:
        _lap_filled(session, car, event)
        return
    lap = take_lap(car, event, session.now)
    if event.corrects and lap.lap in car.told:
        session.correct(lap)
    else:
        session.keep(lap, event.total_ms)


def _lap_filled(session: SessionState, car: CarState, event: said.LapTold) -> None:
    was_sure = car.is_sure
    lap = fill_lap(car, event, session.now)
    if car.is_sure and not was_sure:
        session.withdraw(car, guesses_above(car))
    if lap is not None:
        session.tell(lap)


def _stop_told(session: SessionState, car: CarState, event: said.StopTold) -> None:
    session.began_at = session.began_at or race_began_at(car, event)
    stop = fill_stop(car, event, session.began_at)
    if stop is not None:
        session.keep_stop(stop)


def _found_on_track(session: SessionState, car: CarState) -> None:
    found_on_track(car, session.now, session.deaf_at)
    session.waiting.add(car.source_id)


CarHandler: TypeAlias = Callable[[SessionState, CarState, Any], None]
"""Takes the event of its key in `CAR_HANDLERS`."""

CAR_HANDLERS: dict[type[tuple[Any, ...]], CarHandler] = {
    said.Positioned: _position,
    said.Plated: _plate,
    said.TeamNamed: _team,
    said.DriverNamed: _driver,
    said.Categorised: _category,
    said.NationShown: _nation,
    said.LastLap: _last,
    said.BestLap: _best,
    said.SectorTime: _sector,
    said.GapShown: _gap,
    said.IntervalShown: _interval,
    said.LapsShown: _laps,
    said.PitsShown: _pits,
    said.RoadShown: _road,
    said.PitClock: _pit_clock,
    said.TrackClock: _track_clock,
    said.PenaltyShown: _penalty,
    said.Extra: _extra,
    said.Crossed: _crossed,
    said.SectorCrossed: _sector_crossed,
    said.PitIn: _pit_in,
    said.PitOut: _pit_out,
    said.LapTold: _lap_told,
    said.StopTold: _stop_told,
}
