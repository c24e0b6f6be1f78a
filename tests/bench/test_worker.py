"""How fast a frame reaches the bus, and what a worker costs. Printed, not asserted."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import redis

from core.io.clock import utc_now
from core.io.recorder import Place, Recorded, tail
from core.io.runtime import Runtime
from core.io.settings import Settings
from core.io.transports import Frame
from core.timing.simulate import Plan, simulate
from core.timing.wire import board_from_json
from core.tracks.model import Circuit
from tests.apex_feed import Race, race
from tests.bench import figure
from tests.contract.workers.conftest import Paddock, until, worker_process
from workers.reading import Reading


@pytest.fixture
def paddock(owner_runtime: Runtime) -> Paddock:
    return Paddock(owner_runtime)


class Listener:
    """Hears every board on the bus, with the moment it came."""

    def __init__(self, settings: Settings, circuit: Circuit) -> None:
        self.heard: dict[int, datetime] = {}
        self._stop = threading.Event()
        self._channel = f"{settings.bus_prefix}:live:{circuit.id}"
        self._url = str(settings.redis_url)
        self._thread = threading.Thread(target=self._listen)

    @contextmanager
    def listening(self) -> Iterator[None]:
        self._thread.start()
        yield
        self._stop.set()
        self._thread.join()

    def _listen(self) -> None:
        with redis.Redis.from_url(self._url) as bus, bus.pubsub() as channel:
            channel.subscribe(self._channel)
            while not self._stop.is_set():
                message = channel.get_message(ignore_subscribe_messages=True, timeout=0.2)
                if message is not None:
                    self.heard.setdefault(board_from_json(message["data"]).seq, utc_now())


def test_source_to_bus(paddock: Paddock, settings: Settings) -> None:
    circuit = paddock.run(race(karts=30, laps=1, apart_ms=240), speed=1)
    listener = Listener(settings, circuit)

    with listener.listening(), worker_process(settings):
        until(lambda: paddock.has_ended(circuit), timeout_s=30)

    late_ms = sorted(_latencies(paddock, circuit, listener.heard))
    p50, p95 = late_ms[len(late_ms) // 2], late_ms[int(len(late_ms) * 0.95)]
    worst = late_ms[-1]
    figure(f"source → bus after silence: p50 {p50:.1f} ms, p95 {p95:.1f} ms, worst of {len(late_ms)} {worst:.1f} ms")


def _latencies(paddock: Paddock, circuit: Circuit, heard: dict[int, datetime]) -> Iterator[float]:
    """Of every frame that had a board of its own: from its record in the spool to its board on the bus."""
    reading = Reading(circuit.id, circuit.protocol)
    for recorded in tail(paddock.spool(circuit), Place(0, -1)):
        reading.take(recorded)
        if (came_at := heard.get(reading.board().seq)) is not None:
            yield (came_at - recorded.received_at) / timedelta(milliseconds=1)


def test_a_worker_at_the_load_of_the_demo(paddock: Paddock, settings: Settings) -> None:
    told = simulate(Plan(seed=1, karts=30, duration_s=300))
    frames = tuple(((frame.at - told.plan.started_at).total_seconds(), frame.text) for frame in told.frames)
    circuit = paddock.run(Race(frames, ()), speed=10)

    with worker_process(settings) as child:
        until(lambda: paddock.board(circuit))
        before, since = cpu_s(child.pid), time.monotonic()
        until(lambda: paddock.has_ended(circuit), timeout_s=60)
        used = (cpu_s(child.pid) - before) / (time.monotonic() - since)
        memory_mb = pss_mb(child.pid)

    figure(f"worker, 30 karts at 10 × speed: {used:.1%} of a core, {memory_mb:.0f} MB (PSS)")


def test_reading_alone() -> None:
    told = simulate(Plan(seed=1, karts=40))
    place = Place(1, 0)
    frames = [Recorded(place, Frame(frame.text, frame.at), frame.at, 0) for frame in told.frames]
    lines = sum(frame.frame.text.count("\n") + 1 for frame in frames)
    reading = Reading(UUID(int=1), "apex")

    since = time.perf_counter()
    for frame in frames:
        reading.take(frame)
    took_s = time.perf_counter() - since

    figure(f"parse, fold and rows: {lines / took_s:,.0f} lines/s")


def cpu_s(process: int) -> float:
    """Processor time that the process has used (Linux)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def pss_mb(process: int) -> float:
    """Memory of the process, its share of what is shared (Linux)."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1000
