"""Ten circuits, fifty clients each, on one portal: how soon a change reaches them, what a newcomer waits, what is lost.

A source of our own publishes boards of 40 cars and one happening a change; the audience is a process of its own. Times
are printed, never asserted; that nobody misses a happening is.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from uuid import UUID

import pytest

from core.accounts.model import Role
from core.accounts.plan import AccountPlan
from core.io.children import LINUX
from core.io.clock import utc_now
from core.io.installation import beside
from core.io.runtime import Runtime, open_runtime
from core.io.settings import Settings
from core.timing.happenings import Happening, HappeningKind, key_of
from core.timing.wire import board_to_json
from core.tracks.model import CircuitPlan, Recording
from tests.bench.fanout_clients import Seen
from tests.bench.test_whole import cpu_s, tell
from tests.contract.io.processes import ROOT, one
from tests.e2e.installation import PARTS, PASSWORD, Installation, installed
from tests.e2e.stage import after_a_lap, race

pytestmark = pytest.mark.skipif(not LINUX, reason="processes are read from /proc")

CIRCUITS, EACH, CARS = 10, 50, 40
CHANGES_PER_S = 8
HAPPENS_EVERY = 8
"""Changes; a grid of 40 has less than one lap a second."""
WATCHED_S = 15.0
SETTLED_S = 2.0
BOARD = race(CARS)


@dataclass(frozen=True, slots=True)
class Venue:
    """A running installation with ten circuits that only this bench publishes."""

    installation: Installation
    runtime: Runtime
    circuits: dict[str, UUID]
    key: str

    def publish(self, circuit_id: UUID, change: int) -> None:
        """A lap of the first car: a new board, and now and then a happening."""
        moment = f"{time.time():.6f}"
        if change % HAPPENS_EVERY == 0:
            message = Happening(utc_now(), HappeningKind.MESSAGE, None, {"from": "banner", "text": moment}).to_json()
            self.runtime.bus.append_happenings(circuit_id, 1, [(key_of(message), message)])
        board = replace(after_a_lap(BOARD, 61_000 + change % 1000), banner=moment)
        self.runtime.bus.publish_board(circuit_id, 1, board_to_json(board))


@pytest.fixture(scope="module")
def venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Venue]:
    data = tmp_path_factory.mktemp("fanout") / "data"
    with installed(data) as installation:
        settings = beside(Settings(data=data))
        assert settings is not None
        with open_runtime(settings, owner=True) as runtime:
            plans = [CircuitPlan(f"bench-{n}", f"Bench {n}", "apex", Recording("none.jsonl")) for n in range(CIRCUITS)]
            circuits = [runtime.circuits.create(plan, by=None, now=utc_now()) for plan in plans]
            account = AccountPlan("bench", "Bench", Role.VIEWER, PASSWORD)
            runtime.accounts.create_account(account, by=None, now=utc_now())
            key = runtime.accounts.sign_in("bench", PASSWORD, client="bench", now=utc_now())
            yield Venue(installation, runtime, {circuit.slug: circuit.id for circuit in circuits}, key)


def test_five_hundred_clients_hear_everything_at_once(venue: Venue) -> None:
    for circuit_id in venue.circuits.values():
        venue.publish(circuit_id, 0)
    portal = one(venue.installation.pid, PARTS["portal"])

    with _audience(venue) as clients:
        before = cpu_s(portal)
        sent = _drive(venue)
        used = (cpu_s(portal) - before) / WATCHED_S
        seen = _answer(clients)

    _print(seen, used)
    assert seen.happenings == [sent] * (CIRCUITS * EACH)
    assert (seen.gaps, seen.closed) == (0, 0)


@contextmanager
def _audience(venue: Venue) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "tests.bench.fanout_clients", str(venue.installation.port), venue.key, str(EACH)]
    with subprocess.Popen(
        [*command, *venue.circuits], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as clients:
        assert clients.stdout is not None
        assert clients.stdout.readline() == "ready\n"
        yield clients


def _drive(venue: Venue) -> int:
    """Publish at every circuit, one after the other, at an even pace; returns how often something happened at each."""
    changes = int(WATCHED_S * CHANGES_PER_S)
    step_s = 1 / (CHANGES_PER_S * CIRCUITS)
    due = time.monotonic()
    for change in range(1, changes + 1):
        for circuit_id in venue.circuits.values():
            venue.publish(circuit_id, change)
            due += step_s
            time.sleep(max(0.0, due - time.monotonic()))
    time.sleep(SETTLED_S)
    return changes // HAPPENS_EVERY


def _answer(clients: "subprocess.Popen[str]") -> Seen:
    said, _ = clients.communicate(timeout=30)
    return Seen(**json.loads(said))


def _print(seen: Seen, used: float) -> None:
    rows = {
        "publish to client, boards": seen.late_s,
        "publish to client, happenings": seen.happened_late_s,
        f"snapshot of a newcomer beside {CIRCUITS * EACH}": seen.snapshot_s,
        "snapshot while all connect": seen.first_snapshot_s,
    }
    head = f"{CIRCUITS} circuits x {EACH} clients, {CARS} cars, {CHANGES_PER_S} changes/s a circuit"
    print(f"\n{head}\n{'':40}{'p50':>8}{'p99':>8}{'most':>8}{'n':>8}   ms")  # noqa: T201
    for what, seconds in rows.items():
        print(f"{what:40}{_row(seconds)}")  # noqa: T201
    tell("portal", 100 * used, "% of a core")
    tell("pictures skipped by slow clients", seen.snapshots_again, "snapshots")


def _row(seconds: Sequence[float]) -> str:
    ordered = sorted(1000 * value for value in seconds)
    p99 = ordered[int(0.99 * (len(ordered) - 1))]
    return f"{statistics.median(ordered):8.1f}{p99:8.1f}{ordered[-1]:8.1f}{len(ordered):8}"
