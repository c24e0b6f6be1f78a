"""How fast race control is: a durable write, a check of the whole log, a fold from nothing. Printed, not judged."""

import json
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import count, islice
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from core.io.clock import utc_now
from core.io.database.event_log import SessionLog
from core.io.embedded import Embedded
from core.io.migrate import migrate
from core.io.runtime import open_runtime
from core.io.settings import Settings
from core.penalties.bodies import Body, IncidentDecided, IncidentRecorded, PenaltyIssued, RulesetPinned
from core.penalties.catalogue import read_catalogue
from core.penalties.events import TYPES, encode
from core.penalties.fold import EMPTY, advance
from core.penalties.log import WriteRequest
from core.penalties.ticker import Reel, wind
from core.sessions.model import Phase, RaceSession
from core.timing.model import Board, Car, Gap, SessionKind
from core.timing.standings import classify
from tests.contract.race_control.conftest import Asking, House, ask, house_of
from tests.unit.penalties.log import NOON, PINNED, decided, issued, recorded, rows

ROWS = 20_000
EVENTS = 5_000
WRITES = 300
DUBAI = read_catalogue((Path(__file__).parents[2] / "config/rulesets/dubai.yaml").read_text(), "dubai.yaml")

__all__ = ["ask"]


@contextmanager
def durable_house(data: Path) -> Iterator[House]:
    """Servers that write to the disk before they answer, unlike those of the tests."""
    servers = Embedded(data)
    servers.start()
    settings = Settings(
        data=data,
        database_url=servers.database_url(),
        app_database_url=servers.database_url("paddock_app"),
        redis_url=servers.redis_url,
    )
    try:
        with open_runtime(settings, owner=True) as worker, open_runtime(settings, owner=False) as portal:
            migrate(worker.control)
            yield house_of(worker, portal)
    finally:
        servers.stop()


@pytest.fixture(scope="module")
def durable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with durable_house(tmp_path_factory.mktemp("bench")) as house:
        yield house


def test_a_penalty_is_written_durably(durable: House, ask: Asking) -> None:
    session = durable.session("Writes")
    desk = durable.desk(session)

    times = [timed_ms(lambda: desk.submit("42 w 7 =t5", ask(session, durable.anna))) for _ in range(WRITES)]

    cuts = statistics.quantiles(times, n=100)
    say(f"penalty decided, appended, committed: p50 {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms, {WRITES} writes")


def test_a_long_log_is_checked(durable: House) -> None:
    session = durable.session("Long")
    fill(durable.portal.sessions.engine(session.database_name), session.id.hex)
    desk = durable.desk(session)

    took = timed_ms(lambda: desk.verify())

    assert desk.verify() is None
    say(f"chain of {ROWS} rows checked: {took:.0f} ms")
    say(f"the same read and folded: {timed_ms(desk.state):.0f} ms, looked at again: {timed_ms(desk.state):.1f} ms")


def test_a_race_is_replayed_from_nothing(durable: House) -> None:
    """Read, decoded, folded, judged, as a process does that has just been started; then one event more."""
    session = durable.session("Race")
    engine = durable.portal.sessions.engine(session.database_name)
    append(engine, session.id.hex, list(race(EVENTS)))

    took = [cpu_ms(SessionLog(lambda: engine, session.id, lambda _: None).fold) for _ in range(7)]
    one = [timed_ms(lambda: durable.desk(session).submit("42 w", ask_of(durable, session))) for _ in range(20)]

    say(f"{EVENTS} rows read, folded and judged: {min(took):.0f} ms of CPU (median {statistics.median(took):.0f})")
    say(f"one more recorded on top of it: {statistics.median(one):.1f} ms")


def test_a_log_is_folded() -> None:
    log = rows(RulesetPinned(DUBAI.reference, DUBAI.text), *race(EVENTS))
    fold = advance(EMPTY, log)
    more = rows(recorded(EVENTS), after=len(log))

    say(f"{len(log)} events folded and judged: {best_ms(lambda: advance(EMPTY, log)):.0f} ms of CPU")
    say(f"one more judged with its group: {best_ms(lambda: advance(fold, more)):.2f} ms of CPU")
    say(f"all {len(fold.incidents)} incidents looked at: {cpu_ms(lambda: fold.pending):.0f} ms of CPU")
    say(f"the whole ticker: {cpu_ms(lambda: wind(Reel(), log)):.0f} ms of CPU")


def race(events: int) -> Iterator[Body]:
    """Forty karts over the line and into each other; every third incident is decided, every sixth issued."""
    yield from islice((body for n in count(1) for body in _happening(n)), events)


def _happening(n: int) -> Iterator[Body]:
    kart, code = str(n % 40 + 1), ("WL", "WL", "CON", "YZ")[n // 40 % 4]
    driver = f"driver {kart} {n // 500 % 4}"
    yield IncidentRecorded(n, kart, code, Phase.RACE, turn=n % 12, team=f"team {kart}", driver=driver)
    if n % 3 == 0:
        yield IncidentDecided(n, "time_10" if n % 2 else "nfa")
    if n % 6 == 3:
        yield PenaltyIssued(n, f"{n}/decision", "time_10")


def append(engine: Engine, session_id: str, bodies: Sequence[Body]) -> None:
    """All of it as one request."""
    events = [
        {
            "subject": "bench",
            "at": (NOON + timedelta(seconds=n)).isoformat(),
            "type": TYPES[type(body)],
            "body": encode(body),
        }
        for n, body in enumerate(bodies)
    ]
    statement = text("""
        SELECT count(*) FROM append_events(CAST(:session AS uuid), 'race', sha256('race'),
          (SELECT max(seq) FROM event), 'bench', 'race_control', '', CAST(:events AS jsonb))""")
    with engine.begin() as connection:
        connection.execute(statement, {"session": session_id, "events": json.dumps(events)})


def ask_of(house: House, session: RaceSession) -> WriteRequest:
    return WriteRequest(str(uuid4()), session.id, house.anna, utc_now())


def best_ms(act: Callable[[], object]) -> float:
    return min(cpu_ms(act) for _ in range(7))


def cpu_ms(act: Callable[[], object]) -> float:
    """Of this process alone: others may load the machine."""
    start = time.process_time()
    act()
    return (time.process_time() - start) * 1000


def test_a_field_is_classified() -> None:
    cars = tuple(Car(f"r{n}", str(n), laps=50, gap=Gap(ms=1000 * n)) for n in range(40))
    board = Board(kind=SessionKind.RACE, cars=cars)
    penalties = tuple(advance(EMPTY, rows(PINNED, recorded(1, "7"), decided(1), issued(1))).penalties.values())

    say(f"40 cars classified: {min(timed_ms(lambda: classify(board, penalties)) for _ in range(50)):.2f} ms")


def fill(engine: Engine, session_id: str, rows: int = ROWS) -> None:
    """One request of many rows, as fast as the database makes them."""
    body = encode(recorded(1))
    append = text("""
        SELECT count(*) FROM append_events(CAST(:session AS uuid), 'fill', sha256('fill'),
          (SELECT max(seq) FROM event), 'bench', 'race_control', '',
          (SELECT jsonb_agg(jsonb_build_object('subject', n::text, 'at', now(), 'type', 'incident_recorded',
                                               'body', CAST(:body AS jsonb) || jsonb_build_object('incident', n)))
           FROM generate_series(1, :rows) n))""")
    with engine.begin() as connection:
        connection.execute(append, {"session": session_id, "body": json.dumps(body), "rows": rows})


def timed_ms(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def say(line: str) -> None:
    print(f"\n{line}", end="")  # noqa: T201 - the figures are the product
