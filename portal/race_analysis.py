"""The analysis of a feed session as pages and API ask for it: laps, stops and board in, everybody's numbers out.

What was judged is kept for a few sessions, by the number of their laps and stops: the same question of fifty viewers is
answered once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from core.timing.analysis import Analysis, analyse
from core.timing.analysis_debt import Adjusted, Runner, StopRules, adjusted, runners, stop_loss_ms
from core.timing.analysis_plan import Neighbour, Passing, Standing, StopPlan, exit_traffic, plan_stops
from core.timing.desk import KeptSession, TimingDesk
from core.timing.model import Board, Car, ClockKind, Lap, Stop

_MILLISECOND = timedelta(milliseconds=1)
_KEPT = 4
_GONE_LAPS = 4
"""A car that has not passed for so many laps has stopped."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A session and what its laps say."""

    session: KeptSession
    laps: tuple[Lap, ...]
    stops: tuple[Stop, ...]
    analysis: Analysis
    order: tuple[Runner, ...]
    """On the track: laps first."""
    loss_ms: int | None
    """What a stop costs against driving on."""
    cars: Mapping[str, Car] = field(default_factory=dict)
    """Of the board, where the session is the one that is on."""
    board: Board | None = None

    @property
    def at(self) -> datetime:
        """When the race stands like this."""
        known = [lap.at for lap in self.laps[-1:]] + [stop.out_at for stop in self.stops if stop.out_at]
        shown = [self.board.at] if self.board and self.board.at else []
        return max([self.session.started_at, *known, *shown])

    def name(self, source_id: str) -> str:
        """What people call the car besides its number."""
        car = self.cars.get(source_id)
        return (car.team or car.driver or "") if car else ""

    def number(self, source_id: str) -> str:
        car = self.cars.get(source_id)
        return car.number if car else next((lap.number for lap in self.laps if lap.source_id == source_id), source_id)


def chosen(desk: TimingDesk, circuit_id: UUID, wanted: UUID | None) -> KeptSession | None:
    """The feed session that is wanted, else the newest; None while there is none.

    Raises:
        NotFound: the one that is wanted is not of this circuit.
    """
    if wanted is not None:
        return desk.feed_session(circuit_id, wanted)
    return next(iter(desk.feed_sessions(circuit_id, 1)), None)


def moment(session: KeptSession, since_ms: int) -> datetime:
    return session.started_at + timedelta(milliseconds=since_ms)


def board_of(desk: TimingDesk, session: KeptSession) -> Board | None:
    """The circuit's board, if it shows this session: it is the newest and has not ended."""
    return desk.board(session.circuit_id) if session.ended_at is None else None


def judged(desk: TimingDesk, session: KeptSession) -> Judged:
    """Everything about a session. Reads and judges anew only when laps or stops were added."""
    laps, stops, analysis, loss_ms = _judge(desk, session.id, desk.lap_count(session.id), desk.stops(session.id))
    board = board_of(desk, session)
    cars = {car.source_id: car for car in board.cars} if board else {}
    return Judged(session, laps, stops, analysis, runners(laps), loss_ms, cars, board)


def classification(race: Judged, rules: StopRules, now: datetime) -> tuple[Adjusted, ...]:
    """The order with every stop debt paid, now or as the session ended."""
    return adjusted(race.order, race.stops, rules, now if race.board else race.at)


def plan(race: Judged, source_id: str, rules: StopRules, now: datetime) -> StopPlan | None:
    """When this car has to stop; None where nobody knows how long the race still goes."""
    remaining_ms = _remaining_ms(race.board, now)
    if remaining_ms is None or not any(lap.source_id == source_id for lap in race.laps):
        return None
    made = [stop for stop in race.stops if stop.source_id == source_id]
    began_at = max((stop.out_at for stop in made if stop.out_at), default=_started_at(race, source_id))
    return plan_stops(Standing(remaining_ms, max(0, (now - began_at) // _MILLISECOND), len(made)), rules)


def traffic(race: Judged, source_id: str) -> tuple[Neighbour, ...]:
    """Who would be near if this car came in on the lap it is on; empty while the cost of a stop is not known."""
    passings = _passings(race)
    own = passings.get(source_id)
    if own is None or race.loss_ms is None:
        return ()
    return exit_traffic(own, passings.values(), race.loss_ms)


@lru_cache(maxsize=_KEPT)
def _judge(
    desk: TimingDesk, session_id: UUID, _total: int, stops: tuple[Stop, ...]
) -> tuple[tuple[Lap, ...], tuple[Stop, ...], Analysis, int | None]:
    laps = desk.laps(session_id)
    return laps, stops, analyse(laps, stops), stop_loss_ms(laps, stops)


def _remaining_ms(board: Board | None, now: datetime) -> int | None:
    clock = board.clock if board else None
    if clock is None or clock.kind is not ClockKind.COUNTDOWN or clock.ms is None:
        return None
    return max(0, clock.ms - (now - clock.at) // _MILLISECOND)


def _started_at(race: Judged, source_id: str) -> datetime:
    """When the car began its first lap that is known."""
    first = next(lap for lap in race.laps if lap.source_id == source_id)
    return first.at - timedelta(milliseconds=first.lap_ms or 0)


def _passings(race: Judged) -> dict[str, Passing]:
    """The last passing of every car that still laps: the others are in nobody's way."""
    paces = {one.source_id: one.pace.pace_ms for one in race.analysis.teams}
    last = {lap.source_id: lap for lap in race.laps if lap.source_id in paces}
    begun = race.session.started_at
    passings = {
        source_id: Passing(source_id, (lap.at - begun) // _MILLISECOND, paces[source_id])
        for source_id, lap in last.items()
    }
    newest_ms = max((one.crossed_ms for one in passings.values()), default=0)
    return {name: one for name, one in passings.items() if newest_ms - one.crossed_ms < _GONE_LAPS * one.lap_ms}
