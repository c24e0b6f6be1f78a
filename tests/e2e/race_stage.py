"""An invented race in the middle of it, as a worker would have stored and published it: for pages that analyse."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from core.io.clock import utc_now
from core.io.database.leases import Lease, Leases, Owner
from core.io.database.timing import Batch, TimingRows
from core.timing.desk import KeptSession
from core.timing.model import Lap, SourceState, SourceStatus
from core.timing.moments import moved
from core.timing.replay import ReplayedSession, replay
from core.timing.simulate import Plan, simulate
from core.timing.sources.apex import Apex
from core.timing.wire import board_to_json
from tests.e2e.stage import Stage

PLAN = Plan(seed=11, karts=24, duration_s=3_600, stint_s=600, title="Evening race")
SEEN_S = 3_000.0
"""So much of it has been driven."""


@dataclass
class Race:
    """The feed session that is on, and the pen that goes on writing it."""

    stage: Stage
    session: KeptSession
    told: ReplayedSession
    shift: timedelta
    lease: Lease

    @property
    def laps(self) -> tuple[Lap, ...]:
        return tuple(replace(lap, at=lap.at + self.shift) for lap in self.told.laps)

    def write(self, *laps: Lap) -> None:
        TimingRows(self.stage.owner.control).write(
            self.lease, Batch([self.session], [(self.session.id, lap) for lap in laps])
        )

    def publish(self, epoch: int = 2) -> None:
        board = moved(self.told.board, self.shift)
        running = SourceState(SourceStatus.RUNNING, self.session.started_at)
        self.stage.owner.bus.publish_board(self.stage.circuit.id, epoch, board_to_json(replace(board, source=running)))


def race_on(stage: Stage, plan: Plan = PLAN, *, until_s: float | None = SEEN_S) -> Race:
    """Fold the race as far as it has come, store it as the circuit's running feed session, publish its board."""
    told = max(replay(simulate(plan).frames, Apex(), until_s=until_s).sessions, key=lambda one: len(one.laps))
    shift = utc_now() - _end(told)
    lease = Leases(stage.owner.control, Owner("stage", str(uuid4())), timedelta(minutes=30)).take(
        stage.circuit.id, above=0, alone_on_node=False
    )
    assert lease is not None
    began_at = told.session.opened_at + shift
    session = KeptSession(_id(), stage.circuit.id, plan.title, told.session.kind, told.session.track, began_at)
    race = Race(stage, session, told, shift, lease)
    race.write(*race.laps)
    _write_stops(race)
    race.publish()
    return race


def _write_stops(race: Race) -> None:
    counted: dict[str, int] = {}
    rows = []
    for stop in race.told.stops:
        counted[stop.source_id] = counted.get(stop.source_id, 0) + 1
        rows.append((race.session.id, counted[stop.source_id], replace(
            stop, in_at=_moved(stop.in_at, race.shift), out_at=_moved(stop.out_at, race.shift)
        )))  # fmt: skip
    TimingRows(race.stage.owner.control).write(race.lease, Batch([race.session], [], rows))


def _end(told: ReplayedSession) -> datetime:
    return max(lap.at for lap in told.laps)


def _moved(at: datetime | None, by: timedelta) -> datetime | None:
    return None if at is None else at + by


def _id() -> UUID:
    return uuid4()
