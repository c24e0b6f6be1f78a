"""A race weekend in miniature for the pages: accounts, a circuit with a board, an open race session, two incidents."""

import random
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from core.accounts.model import Account, Identity, Role
from core.accounts.plan import AccountPlan
from core.io.clock import utc_now
from core.io.runtime import Runtime
from core.io.session_jobs import make_ready
from core.penalties.log import WriteRequest
from core.sessions.desk import DEFAULT_RULESET
from core.sessions.model import RaceSession
from core.timing.model import Board, Car, Clock, ClockKind, Flag, Gap, Rank, SessionKind, SourceState, SourceStatus
from core.timing.model import TimedValue as Time
from core.timing.wire import board_to_json
from core.tracks.model import Circuit, CircuitPlan, Recording

PASSWORD = "slow in, fast out"
PLATES = ("#e8002d", "#ffd400", "#0057b8", "#ffffff", "#1b8a3a", "#ff7f00", "#111111", "#7b2d8e")
COLUMNS = ("position", "number", "team", "driver", "category", "laps", "gap", "interval", "last", "best", "sectors")


def race(cars: int = 24, *, lap: int = 40, now: datetime | None = None, seed: int = 7) -> Board:
    """A board of so many karts some laps into a race; the same every time."""
    chance = random.Random(seed)  # noqa: S311 - not a secret
    at = now or utc_now()
    return Board(
        seq=lap * cars,
        at=at,
        title="Endurance 4 h",
        track="Example Kartway",
        kind=SessionKind.RACE,
        flag=Flag.GREEN,
        clock=Clock(ClockKind.COUNTDOWN, at, ms=5_400_000),
        columns=(*COLUMNS, "pits", "status"),
        cars=tuple(_car(index, lap, chance) for index in range(cars)),
        source=SourceState(SourceStatus.RUNNING, at),
    )


def _car(index: int, lap: int, chance: random.Random) -> Car:
    best = 60_500 + chance.randint(0, 900)
    return Car(
        source_id=f"r{index}",
        number=str(index + 1),
        position=index + 1,
        plate_colour=PLATES[index % len(PLATES)],
        team=f"Team {index + 1}",
        driver=f"Driver {index + 1}{chance.choice('AB')}",
        category=("Pro", "Am")[index % 2],
        laps=lap,
        last=Time(best + chance.randint(0, 2_000), Rank.NORMAL),
        best=Time(best, Rank.OVERALL if index == 0 else Rank.PERSONAL),
        sectors=(Time(20_000 + chance.randint(0, 400), Rank.NORMAL), Time(19_900, Rank.PERSONAL)),
        gap=Gap(ms=index * 1_500) if index else None,
        interval=Gap(ms=1_500) if index else None,
        pits=index % 3,
    )


@dataclass
class Stage:
    """What stands on it; `owner` is a worker's runtime, `app` the portal's."""

    owner: Runtime
    app: Runtime
    circuit: Circuit
    clerk: Identity
    session: RaceSession

    def account(self, name: str, role: Role) -> Account:
        plan = AccountPlan(name, name.capitalize(), role, PASSWORD)
        return self.app.accounts.create_account(plan, by=None, now=utc_now())

    def sign_in(self, name: str) -> str:
        """The key for the cookie."""
        return self.app.accounts.sign_in(name, PASSWORD, client="test", now=utc_now())

    def entered(self, name: str, role: Role) -> Identity:
        self.account(name, role)
        return _present(self.app, self.sign_in(name))

    def publish(self, board: Board, epoch: int = 1) -> None:
        self.owner.bus.publish_board(self.circuit.id, epoch, board_to_json(board))

    def line(self, text: str, session: RaceSession | None = None) -> None:
        """As if the clerk had typed it."""
        one = session or self.session
        self.app.penalties(one.id).submit(text, WriteRequest(str(uuid4()), one.id, self.clerk, utc_now()))

    def new_session(self, name: str, ruleset: str = DEFAULT_RULESET) -> RaceSession:
        created = self.app.race_sessions.create(self.circuit.id, name, by=None, now=utc_now(), ruleset=ruleset)
        make_ready(self.owner)
        return self.app.race_sessions.get(created.id)

    def open(self, session_id: UUID) -> RaceSession:
        return self.app.race_sessions.open(session_id, self.clerk, utc_now())


def furnish(owner: Runtime, app: Runtime) -> Stage:
    """A stage with a board on the bus; incident 1 waits for a decision, the penalty of incident 2 to be applied."""
    plan = CircuitPlan("kartway", "Example Kartway", "apex", Recording("recordings/none.jsonl"), "Europe/Berlin")
    circuit = app.circuits.create(plan, by=None, now=utc_now())
    app.circuits.start(circuit.id, by=None, now=utc_now())
    app.accounts.create_account(AccountPlan("clerk", "Clerk", Role.RACE_CONTROL, PASSWORD), by=None, now=utc_now())
    clerk = _present(app, app.accounts.sign_in("clerk", PASSWORD, client="test", now=utc_now()))
    created = app.race_sessions.create(circuit.id, "Race 1", by=clerk, now=utc_now())
    make_ready(owner)
    stage = Stage(owner, app, circuit, clerk, app.race_sessions.open(created.id, clerk, utc_now()))
    stage.publish(race())
    stage.line("4 w 7")
    stage.line("7 c 2 =t5")
    return stage


def after_a_lap(board: Board, last_ms: int) -> Board:
    """The same board when its first car has completed one more lap in this time."""
    first = board.cars[0]
    changed = replace(first, laps=(first.laps or 0) + 1, last=Time(last_ms, Rank.PERSONAL))
    return replace(board, seq=board.seq + 1, at=utc_now(), cars=(changed, *board.cars[1:]))


def _present(app: Runtime, key: str) -> Identity:
    identity = app.accounts.identify_cookie(key, utc_now())
    assert identity is not None
    return identity
