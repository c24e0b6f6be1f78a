"""What changed between two states of a heat. The first state of a heat says where everybody's counting begins."""

from datetime import datetime

from core.timing import events as said
from core.timing.events import CarEvent, Event, Layout
from core.timing.model import ClockKind, Flag, Rank, SessionKind
from core.timing.sources.clock_told import ClockTold
from core.timing.sources.sms_timing.state import Driver, State

_LAYOUT = Layout(("position", "number", "driver", "laps", "last", "best", "gap"), "sms_timing")
_FLAGS: dict[int | None, Flag | None] = {None: None, 0: None, 1: Flag.GREEN, 2: Flag.RED}
"""Idle, running, paused; any higher phase is the end."""


class Heat:
    """The heat that is on, as last told."""

    def __init__(self) -> None:
        self._state: State | None = None
        self._drivers: dict[str, Driver] = {}
        self._flag: Flag | None = None
        self._clock = ClockTold()
        self._is_whole = False
        """Whether it was seen from its beginning: then a first lap is a lap."""

    def tell(self, state: State, at: datetime) -> list[Event]:
        """The events of a new state."""
        events = self._open(state)
        self._state = state
        flag = _FLAGS.get(state.phase, Flag.CHEQUERED)
        if flag is not self._flag:
            self._flag = flag
            events.append(said.FlagShown(flag))
        clock = _clock(state)
        if self._clock.is_news(clock, at):
            events.append(clock)
        for driver in state.drivers:
            self._tell_driver(driver, events)
        self._list(state, events)
        return events

    def _open(self, state: State) -> list[Event]:
        before, kind = self._state, SessionKind.BEST_TIME if state.is_by_best else SessionKind.RACE
        titles = (state.name, "")
        if before is None:
            self._drivers = {driver.source_id: driver for driver in state.drivers}
            rows = tuple((driver.source_id, _row(driver)) for driver in state.drivers)
            return [said.Snapshot(kind, titles, "", None, _LAYOUT, rows)]
        if state.heat != before.heat or self._starts_over(state):
            self._begin()
            return [said.SessionBegun(titles, "", kind, _LAYOUT)]
        events: list[Event] = []
        if state.is_by_best is not before.is_by_best:
            events.append(said.TableShown(kind, _LAYOUT))
        return [*events, said.Titled(titles)] if state.name != before.name else events

    def _starts_over(self, state: State) -> bool:
        """Whether nobody has a lap any more."""
        had = any(driver.laps for driver in self._drivers.values())
        return had and bool(state.drivers) and all(driver.laps == 0 for driver in state.drivers)

    def _begin(self) -> None:
        self._drivers.clear()
        self._clock.forget()
        self._flag = None
        self._is_whole = True

    def _tell_driver(self, driver: Driver, events: list[Event]) -> None:
        before = self._drivers.get(driver.source_id)
        if before == driver:
            return
        self._drivers[driver.source_id] = driver
        was = [] if before is None else [(type(event), event) for event in _cells(before)]
        events += [event for event in _cells(driver) if (type(event), event) not in was]
        lap = _lap(driver, before, is_whole=self._is_whole)
        if lap is not None:
            events.append(lap._replace(rank=self._rank(driver, lap)))
        if driver.laps is not None and (before is None or driver.laps != before.laps):
            events.append(said.LapsShown(driver.source_id, driver.laps))
        if self._flag is Flag.CHEQUERED and lap is not None:
            events.append(said.RoadShown(driver.source_id, said.Road.FINISHED))

    def _rank(self, driver: Driver, lap: said.LapTold) -> Rank:
        if lap.ms is None or lap.ms != driver.best_ms:
            return Rank.NORMAL
        best = [known.best_ms for known in self._drivers.values() if known.best_ms is not None]
        return Rank.OVERALL if lap.ms <= min(best, default=lap.ms) else Rank.PERSONAL

    def _list(self, state: State, events: list[Event]) -> None:
        """Who is not in the state any more has left the table."""
        listed = [driver.source_id for driver in state.drivers]
        if listed and len(listed) != len(self._drivers):
            self._drivers = {source_id: self._drivers[source_id] for source_id in listed}
            events.append(said.Listed(tuple(listed)))


def _lap(driver: Driver, before: Driver | None, *, is_whole: bool) -> said.LapTold | None:
    """A count of laps that grew is a lap; of several that grew at once only the last has a time."""
    known = before.laps if before is not None else 0 if is_whole and driver.laps == 1 else None
    if known is None or driver.laps is None or driver.laps <= known:
        return None
    return said.LapTold(driver.source_id, driver.last_ms, driver.laps)


def _cells(driver: Driver) -> list[CarEvent]:
    """What stands in the row, but for laps."""
    source_id = driver.source_id
    return [
        said.Plated(source_id, driver.number, None),
        said.DriverNamed(source_id, driver.name),
        said.Positioned(source_id, driver.position),
        said.GapShown(source_id, *driver.gap),
        said.BestLap(source_id, driver.best_ms, Rank.NORMAL),
    ]


def _row(driver: Driver) -> tuple[CarEvent, ...]:
    last = said.LastLap(driver.source_id, driver.last_ms, Rank.NORMAL)
    return (*_cells(driver), last, said.LapsShown(driver.source_id, driver.laps))


def _clock(state: State) -> said.ClockShown:
    """Laps to go of a heat by laps; else what is left of its time, which stands unless the clock goes."""
    if state.is_by_laps and state.laps_left is not None:
        return said.ClockShown(ClockKind.TEXT, None, f"{state.laps_left} laps to go")
    if state.left_ms is None:
        return said.ClockShown(ClockKind.TEXT, None, "")
    if state.is_running:
        return said.ClockShown(ClockKind.COUNTDOWN, state.left_ms, None)
    minutes, seconds = divmod(state.left_ms // 1000, 60)
    return said.ClockShown(ClockKind.TEXT, None, f"{minutes}:{seconds:02}")
