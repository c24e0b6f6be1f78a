"""An invented race in the middle of it, as a worker would have stored and published it: for pages that analyse."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from uuid import uuid4

from core.io.clock import utc_now
from core.io.database.leases import Lease, Leases, Owner
from core.io.database.timing import Batch, TimingRows
from core.io.runtime import Runtime
from core.timing.desk import KeptSession
from core.timing.model import Lap, SourceState, SourceStatus
from core.timing.moments import moved
from core.timing.replay import ReplayedSession, replay
from core.timing.simulate import Plan, simulate
from core.timing.sources.apex import Apex
from core.timing.wire import board_to_json
from core.tracks.model import Circuit

PLAN = Plan(seed=11, karts=24, duration_s=3_600, stint_s=600, title="Evening race")
SEEN_S = 3_000.0
"""So much of it has been driven."""


@dataclass
class Race:
    """The feed session that is on, and the pen that goes on writing it."""

    owner: Runtime
    circuit: Circuit
    session: KeptSession
    told: ReplayedSession
    shift: timedelta
    lease: Lease
    epoch: int = 1

    @property
    def laps(self) -> tuple[Lap, ...]:
        return tuple(replace(lap, at=lap.at + self.shift) for lap in self.told.laps)

    def write(self, *laps: Lap) -> None:
        TimingRows(self.owner.control).write(
            self.lease, Batch([self.session], [(self.session.id, lap) for lap in laps])
        )

    def publish(self, *, laps_of: str | None = None, team: str | None = None) -> None:
        """Its board; `laps_of` has one more lap than before, every car is called `team`."""
        self.epoch += 1
        board = moved(self.told.board, self.shift)
        cars = tuple(
            replace(car, team=team or car.team, laps=(car.laps or 0) + (car.source_id == laps_of)) for car in board.cars
        )
        running = SourceState(SourceStatus.RUNNING, self.session.started_at)
        body = board_to_json(replace(board, cars=cars, source=running))
        self.owner.bus.publish_board(self.circuit.id, self.epoch, body)


def race_on(owner: Runtime, circuit: Circuit, plan: Plan = PLAN, *, until_s: float | None = SEEN_S) -> Race:
    """Fold the race as far as it has come, store it as the circuit's running feed session, publish its board."""
    told = _told(plan, until_s)
    shift = utc_now() - _end(told)
    lease = Leases(owner.control, Owner("stage", str(uuid4())), timedelta(minutes=30)).take(
        circuit.id, above=0, alone_on_node=False
    )
    assert lease is not None
    began_at = told.session.opened_at + shift
    session = KeptSession(uuid4(), circuit.id, plan.title, told.session.kind, told.session.track, began_at)
    race = Race(owner, circuit, session, told, shift, lease)
    race.write(*race.laps)
    _write_stops(race)
    race.publish()
    return race


@cache
def _told(plan: Plan, until_s: float | None) -> ReplayedSession:
    return max(replay(simulate(plan).frames, Apex(), until_s=until_s).sessions, key=lambda one: len(one.laps))


def _write_stops(race: Race) -> None:
    counted: dict[str, int] = {}
    rows = []
    for stop in race.told.stops:
        counted[stop.source_id] = counted.get(stop.source_id, 0) + 1
        rows.append((race.session.id, counted[stop.source_id], replace(
            stop, in_at=_moved(stop.in_at, race.shift), out_at=_moved(stop.out_at, race.shift)
        )))  # fmt: skip
    TimingRows(race.owner.control).write(race.lease, Batch([race.session], [], rows))


def _end(told: ReplayedSession) -> datetime:
    return max(lap.at for lap in told.laps)


def _moved(at: datetime | None, by: timedelta) -> datetime | None:
    return None if at is None else at + by
