"""Eight officials who write over REST while parts of the installation are killed, and what must hold afterwards.

Each repeats a request under its id until it is answered, as the entry pad does.
"""

import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import uuid4

import httpx

from tests.contract.io.processes import ROOT, alive, descendants, kill, soon
from tests.e2e.installation import Installation, free_port

WRITERS = 8
KARTS = 900
ROWS_OF_A_LINE = 2
"""The incident and the decision on it."""


class Api:
    """A portal of its own beside the installation's, killed and started again without the supervisor's pauses."""

    def __init__(self, installation: Installation) -> None:
        self._data = installation.data
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}/api/v1"
        self._process = self._started()

    def kill(self) -> None:
        """And start it again at once; who calls it meanwhile finds nobody."""
        self._process.kill()
        self._process.wait()
        self._process = self._started()

    def answers(self) -> bool:
        with suppress(httpx.TransportError):
            return httpx.get(self.url.replace("/api/v1", "/readyz"), timeout=5).status_code == 200
        return False

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(20)

    def _started(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "portal.cli", "portal", "--data", str(self._data), "--port", str(self._port)]
        with (self._data / "logs" / "drilled.log").open("ab") as said:
            return subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=said)


@contextmanager
def running_api(installation: Installation) -> Iterator[Api]:
    api = Api(installation)
    try:
        soon(api.answers, within_s=120)
        yield api
    finally:
        api.stop()


@dataclass
class Drill:
    """One session of an installation; `acknowledged` is what its officials were told is stored."""

    client: httpx.Client
    session: str
    acknowledged: dict[str, list[int]] = field(default_factory=dict)

    @contextmanager
    def officials(self) -> Iterator[None]:
        """They write for as long as this lasts."""
        done = threading.Event()
        with ThreadPoolExecutor(WRITERS) as crowd:
            writers = [crowd.submit(self._write, done, number) for number in range(WRITERS)]
            try:
                yield
            finally:
                done.set()
        for writer in writers:
            writer.result()

    def audit(self) -> dict[str, int]:
        """Hold what is stored against what was acknowledged; returns the figures of the drill.

        Nothing acknowledged is missing, no request is stored twice or half, no penalty stands without its event, the
        numbers have no gap, the chain is whole.
        """
        events = self.get(f"{self.session}/events?after=0")
        stored = Counter(event["request_id"] for event in events if event["type"].startswith("incident_"))
        seqs = {event["seq"] for event in events}
        assert self.acknowledged.keys() - stored.keys() == set()
        assert {seq for known in self.acknowledged.values() for seq in known} - seqs == set()
        assert set(stored.values()) == {ROWS_OF_A_LINE}
        assert seqs == set(range(1, len(events) + 1))
        assert len(self.get(f"{self.session}/incidents")) == len(self.get(f"{self.session}/penalties")) == len(stored)
        assert self.get(f"{self.session}/verify")["whole"]
        return {"acknowledged": len(self.acknowledged), "stored": len(stored), "lost": 0}

    def get(self, path: str) -> Any:
        return self.client.get(path, timeout=120).raise_for_status().json()

    def _write(self, done: threading.Event, writer: int) -> None:
        for number in count():
            if done.is_set():
                return
            request_id = str(uuid4())
            kart = (number * WRITERS + writer) % KARTS + 1
            receipt = self._answered({"line": f"{kart} w 7 =t5", "request_id": request_id}, done)
            if receipt is not None:
                self.acknowledged[request_id] = receipt["seqs"]

    def _answered(self, line: dict[str, str], done: threading.Event) -> Any:
        """Send until somebody answers; None when the drill ended before."""
        while not done.is_set():
            with suppress(httpx.TransportError):
                answer = self.client.post(f"{self.session}/lines", json=line)
                if answer.status_code < 500:
                    return answer.raise_for_status().json()
            time.sleep(0.05)
        return None


@contextmanager
def drill(address: str, token: dict[str, str], name: str) -> Iterator[Drill]:
    """A new session that is open for writing."""
    with httpx.Client(base_url=address, headers=token, timeout=10) as client:
        asked = {"circuit": "drill", "name": name}
        made = client.post("/race-sessions?wait_s=20", json=asked, timeout=60).raise_for_status().json()
        client.post(f"/race-sessions/{made['id']}/open", timeout=30).raise_for_status()
        yield Drill(client, f"/race-sessions/{made['id']}")


def add_circuit(installation: Installation) -> None:
    plan = {"slug": "drill", "name": "Drill", "protocol": "apex", "transport": {"kind": "recording", "path": "none"}}
    httpx.post(f"{installation.api}/circuits", json=plan, headers=installation.token("admin")).raise_for_status()


def kill_everything(installation: Installation) -> None:
    installation.kill()
    installation.start()


def kill_postmaster(installation: Installation) -> None:
    installation.kill_part("postgres")
    soon(installation.ready, within_s=120)


def kill_backend(installation: Installation) -> None:
    """The server process that serves a session's connection; PostgreSQL then starts all of them anew."""
    serving = [pid for pid, command in descendants(installation.pid).items() if " session_" in command]
    if serving:
        pid = random.choice(serving)  # noqa: S311 - any of them
        kill(pid)
        soon(lambda: not alive(pid))
    soon(installation.ready, within_s=120)


def some_time(longest_s: float) -> None:
    """A random instant of what goes on."""
    time.sleep(random.uniform(0.1, longest_s))  # noqa: S311 - not a secret
