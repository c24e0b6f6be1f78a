"""How fast race control is: a durable write, a check of the whole log, a fold from nothing. Printed, not judged."""

import json
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from core.io.embedded import Embedded
from core.io.migrate import migrate
from core.io.runtime import open_runtime
from core.io.settings import Settings
from core.penalties.events import encode
from core.penalties.fold import EMPTY, advance
from core.timing.model import Board, Car, Gap, SessionKind
from core.timing.standings import classify
from tests.contract.race_control.conftest import Asking, House, ask, house_of
from tests.unit.penalties.log import PINNED, decided, issued, recorded, rows

ROWS = 20_000
EVENTS = 5_000
WRITES = 300

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


def test_a_log_is_folded() -> None:
    log = rows(PINNED, *(body for n in range(1, EVENTS // 3 + 1) for body in (recorded(n), decided(n), issued(n))))

    say(f"{len(log)} events folded: {min(timed_ms(lambda: advance(EMPTY, log)) for _ in range(5)):.0f} ms")


def test_a_field_is_classified() -> None:
    cars = tuple(Car(f"r{n}", str(n), laps=50, gap=Gap(ms=1000 * n)) for n in range(40))
    board = Board(kind=SessionKind.RACE, cars=cars)
    penalties = tuple(advance(EMPTY, rows(PINNED, recorded(1, "7"), decided(1), issued(1))).penalties.values())

    say(f"40 cars classified: {min(timed_ms(lambda: classify(board, penalties)) for _ in range(50)):.2f} ms")


def fill(engine: Engine, session_id: str) -> None:
    """One request of many rows, as fast as the database makes them."""
    body = encode(recorded(1))
    append = text("""
        SELECT count(*) FROM append_events(CAST(:session AS uuid), 'fill', sha256('fill'),
          (SELECT max(seq) FROM event), 'bench', 'race_control', '',
          (SELECT jsonb_agg(jsonb_build_object('subject', n::text, 'at', now(), 'type', 'incident_recorded',
                                               'body', CAST(:body AS jsonb) || jsonb_build_object('incident', n)))
           FROM generate_series(1, :rows) n))""")
    with engine.begin() as connection:
        connection.execute(append, {"session": session_id, "body": json.dumps(body), "rows": ROWS})


def timed_ms(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def say(line: str) -> None:
    print(f"\n{line}", end="")  # noqa: T201 - the figures are the product
