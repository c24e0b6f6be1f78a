"""A circuit with a recording, and worker processes that follow it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from core.io.clock import utc_now
from core.io.database.circuits import Circuits
from core.io.database.leases import Leases, Owner
from core.io.database.timing import TimingRows
from core.io.runtime import Runtime
from core.io.settings import Settings
from core.timing.model import Board, SourceStatus
from core.timing.wire import board_from_json
from core.tracks.model import Circuit, CircuitPlan, Recording
from tests.apex_feed import Race, Told

ROOT = Path(__file__).parents[3]

StartWorker = Callable[[], "subprocess.Popen[bytes]"]


class Paddock:
    """What an operator does and what a screen sees."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.data = runtime.settings.data
        self.circuits = Circuits(runtime.control)
        self.rows = TimingRows(runtime.control)
        self.leases = Leases(runtime.control, Owner("elsewhere", "1"), timedelta(seconds=1))

    def run(self, race: Race, *, speed: float = 100, loop: bool = False, slug: str = "ring") -> Circuit:
        """A circuit that replays the race and should run."""
        race.write(self.data / "recordings" / f"{slug}.jsonl.gz")
        recording = Recording(f"recordings/{slug}.jsonl.gz", speed, loop)
        circuit = self.circuits.add(CircuitPlan(slug, slug, "apex", recording), None, utc_now())
        assert circuit is not None
        self.circuits.set_running(circuit.id, None, utc_now(), running=True)
        return circuit

    def stop(self, circuit: Circuit) -> None:
        self.circuits.set_running(circuit.id, None, utc_now(), running=False)

    def spool(self, circuit: Circuit) -> Path:
        return self.data / "spool" / str(circuit.id)

    def board(self, circuit: Circuit) -> Board | None:
        body = self.runtime.bus.board(circuit.id)
        return None if body is None else board_from_json(body)

    def shows(self, circuit: Circuit, status: SourceStatus) -> bool:
        board = self.board(circuit)
        return board is not None and board.source is not None and board.source.status is status

    def has_ended(self, circuit: Circuit) -> bool:
        return self.shows(circuit, SourceStatus.STOPPED)

    def laps(self, circuit: Circuit) -> list[Told]:
        """Everything stored, in the order in which sessions and laps came."""
        sessions = reversed(self.rows.feed_sessions(circuit.id, 100))
        laps = [lap for session in sessions for lap in self.rows.laps(session.id, None)]
        return [Told(lap.source_id, lap.number, lap.lap, lap.lap_ms or 0) for lap in laps]

    def sessions(self, circuit_id: UUID) -> int:
        return len(self.rows.feed_sessions(circuit_id, 100))


@pytest.fixture
def paddock(owner_runtime: Runtime) -> Paddock:
    return Paddock(owner_runtime)


@pytest.fixture
def start_worker(settings: Settings) -> Iterator[StartWorker]:
    """Starts worker processes with a lease of one second; those that still live at the end are killed."""
    with ExitStack() as started:
        yield lambda: started.enter_context(worker_process(settings))


@contextmanager
def worker_process(settings: Settings, lease_s: float = 1.0) -> Iterator["subprocess.Popen[bytes]"]:
    wanted = settings.model_dump(exclude_none=True)
    environment = {f"PADDOCK_{name.upper()}": str(value) for name, value in wanted.items()}
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.contract.workers.worker_process", str(lease_s)],
        cwd=ROOT,
        env={**os.environ, **environment},  # noqa: TID251 - what a child inherits
    )
    try:
        yield worker
    finally:
        worker.kill()
        worker.wait()


def until(holds: Callable[[], object], timeout_s: float = 15) -> None:
    """Wait for something that another process does."""
    deadline = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
