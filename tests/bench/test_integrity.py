"""How fast race control is over the wire, and how soon a house stands again: printed, not judged.

What must never happen (a write in the wrong session, a dump that is not what was dumped) is asserted.
"""

import json
import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from core.errors import StaleSession
from core.io.children import LINUX
from core.io.clock import utc_now
from core.io.embedded import Embedded
from core.io.migrate import migrate
from core.io.runtime import open_runtime
from core.io.session_copies import bring_in, carry_out
from core.io.settings import Settings
from core.penalties.bodies import IncidentRecorded
from core.penalties.integrity import Why
from core.tracks.model import CircuitPlan, Recording
from tests.bench.test_race_control import ROWS, durable_house, fill, say, timed_ms
from tests.contract.race_control.conftest import Asking, House, ask
from tests.e2e.drill import add_circuit, drill
from tests.e2e.installation import Installation, installed

pytestmark = pytest.mark.skipif(not LINUX, reason="only Linux ends children with their parent")

WRITES = 300
WRITERS = 8
SOCKETS = 50
SESSIONS = 30
SWITCHES = 1_000
ANCHORS = 500

__all__ = ["ask"]


@pytest.fixture(scope="module")
def durable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with durable_house(tmp_path_factory.mktemp("bench")) as house:
        yield house


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PADDOCK_REQUESTS_PER_MINUTE", "0")
        with installed(tmp_path_factory.mktemp("wire") / "data") as running:
            add_circuit(running)
            yield running


@pytest.fixture(scope="module")
def control(installation: Installation) -> dict[str, str]:
    return installation.token("race_control")


@dataclass
class Listener:
    """A screen: when it was told of which event, by its number."""

    socket: ClientConnection
    heard: dict[int, float] = field(default_factory=dict)

    def listen(self) -> None:
        with suppress(ConnectionClosed):
            for message in self.socket:
                self.heard.setdefault(json.loads(message)["seq"], time.perf_counter())


def test_a_write_is_acknowledged_over_rest(installation: Installation, control: dict[str, str]) -> None:
    with drill(installation.api, control, "Acknowledged") as one:
        alone = [_sent(one.client, one.session, number) for number in range(WRITES)]
        with ThreadPoolExecutor(WRITERS) as crowd:
            crowded = list(crowd.map(lambda number: _sent(one.client, one.session, number), range(2 * WRITES)))
    spread("durable acknowledgement over REST, one official", alone)
    spread(f"the same, {WRITERS} officials at once", crowded)


def test_a_write_is_visible_on_fifty_other_sockets(installation: Installation, control: dict[str, str]) -> None:
    with drill(installation.api, control, "Visible") as one, ExitStack() as open_sockets:
        subject = one.session.rpartition("/")[2]
        url = f"ws://127.0.0.1:{installation.port}/ws/bell?topics=session&subject={subject}"
        listeners = [
            Listener(open_sockets.enter_context(connect(url, additional_headers=control))) for _ in range(SOCKETS)
        ]
        for listener in listeners:
            threading.Thread(target=listener.listen, daemon=True).start()
        time.sleep(0.5)
        began = {}
        for number in range(100):
            sent = time.perf_counter()
            began[_written(one.client, one.session, number)] = sent
            time.sleep(0.05)
        time.sleep(1)
    took = [listener.heard[seq] - sent for listener in listeners for seq, sent in began.items()]
    spread(f"from Enter to {SOCKETS} other sockets", took)


def test_a_long_log_is_verified_with_its_anchors(durable: House) -> None:
    session = durable.session("Anchored")
    fill(durable.portal.sessions.engine(session.database_name), session.id.hex)
    desk = durable.portal.integrity
    for _ in range(ANCHORS):
        desk.keep(session.id, Why.ASKED, durable.anna, utc_now())

    took = min(timed_ms(lambda: desk.verify(session.id, utc_now())) for _ in range(3))

    assert desk.verify(session.id, utc_now()).whole
    say(f"{ROWS} rows and {ANCHORS} anchors verified: {took:.0f} ms")


def test_thirty_sessions_come_back_into_an_empty_cluster(durable: House, tmp_path: Path) -> None:
    manifests = []
    for number in range(SESSIONS):
        session = durable.session(f"Session {number}")
        fill(durable.portal.sessions.engine(session.database_name), session.id.hex, ROWS // SESSIONS)
        manifests.append(carry_out(durable.worker, session, tmp_path / "copies", utc_now()))
    fresh = Embedded(tmp_path / "fresh")
    began = time.monotonic()
    fresh.start()
    try:
        settings = Settings(data=tmp_path / "fresh", database_url=fresh.database_url(), redis_url=fresh.redis_url)
        with open_runtime(settings, owner=True) as runtime:
            migrate(runtime.control)
            plan = CircuitPlan("test", "Test", "apex", Recording("test.jsonl"))
            runtime.circuits.create(plan, by=None, now=utc_now())
            for manifest in manifests:
                back = bring_in(runtime, manifest, utc_now(), circuit=None, name=None)
                assert runtime.integrity.verify(back.id, utc_now()).whole
            took_s = time.monotonic() - began
    finally:
        fresh.stop()
    say(f"{SESSIONS} sessions of {ROWS // SESSIONS} events into an empty cluster, verified: {took_s:.1f} s")


def test_a_thousand_switches_under_load_put_no_write_into_another_session(durable: House, ask: Asking) -> None:
    sessions = [durable.session("First"), durable.session("Second")]
    desks = [durable.desk(session) for session in sessions]
    acknowledged: list[set[str]] = [set(), set()]
    done = threading.Event()

    def write(writer: int) -> int:
        for tried in count():
            if done.is_set():
                return tried
            which, mark = (tried + writer) % 2, f"mark {uuid4()}"
            with suppress(StaleSession):
                desks[which].submit(f"{which + 1} o {mark}", ask(sessions[which], durable.anna, mark))
                acknowledged[which].add(mark)
        raise AssertionError("unreachable")

    with ThreadPoolExecutor(WRITERS) as crowd:
        writers = [crowd.submit(write, number) for number in range(WRITERS)]
        began = time.monotonic()
        for number in range(SWITCHES):
            durable.open(sessions[number % 2])
        took_s = time.monotonic() - began
        done.set()
    tried = sum(writer.result() for writer in writers)

    for which, desk in enumerate(desks):
        recorded = [event for event in desk.history() if isinstance(event.body, IncidentRecorded)]
        assert {event.body.kart for event in recorded if isinstance(event.body, IncidentRecorded)} <= {str(which + 1)}
        assert {event.request_id for event in recorded} == acknowledged[which]
        assert desk.verify() is None
    say(f"{SWITCHES} switches in {took_s:.0f} s, {tried} writes tried, {sum(map(len, acknowledged))} stored, 0 astray")


def _sent(client: httpx.Client, session: str, number: int) -> float:
    began = time.perf_counter()
    _written(client, session, number)
    return time.perf_counter() - began


def _written(client: httpx.Client, session: str, number: int) -> int:
    """The number of the last event that the line became."""
    line = {"line": f"{number % 40 + 1} w 7 =t5", "request_id": str(uuid4())}
    seqs: list[int] = client.post(f"{session}/lines", json=line).raise_for_status().json()["seqs"]
    return seqs[-1]


def spread(what: str, seconds: list[float]) -> None:
    cuts = statistics.quantiles([1000 * value for value in seconds], n=100)
    say(f"{what}: p50 {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms, n {len(seconds)}")
