"""`kill -9` of everything while officials write: what was acknowledged is stored, once, in an unbroken chain.

Eight officials give penalties over the REST API. Each repeats a request under its id until it is answered, as the entry
pad does. Five times the supervisor is killed without a word and started again on the same data folder.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from core.io.children import LINUX
from tests.e2e.installation import Installation, installed

pytestmark = pytest.mark.skipif(not LINUX, reason="only Linux ends children with their parent")

WRITERS = 8
KILLS = 5
BETWEEN_KILLS_S = 2.0


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    with installed(tmp_path / "data") as drill:
        yield drill


@pytest.fixture
def control(installation: Installation) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=installation.api, headers=installation.token("race_control"), timeout=5) as client:
        yield client


def test_no_acknowledged_penalty_is_lost_when_everything_is_killed(
    installation: Installation, control: httpx.Client
) -> None:
    session = _open_session(installation, control)
    done = threading.Event()

    with ThreadPoolExecutor(WRITERS) as crowd:
        writers = [crowd.submit(_write, control, session, done) for _ in range(WRITERS)]
        try:
            for _ in range(KILLS):
                time.sleep(BETWEEN_KILLS_S)
                installation.kill()
                installation.start()
            time.sleep(BETWEEN_KILLS_S)
        finally:
            done.set()
    acknowledged = [receipt for writer in writers for receipt in writer.result()]

    events = _get(control, f"{session}/events?after=2")
    stored = Counter(event["request_id"] for event in events)
    print(f"\n{len(acknowledged)} acknowledged, {len(events)} events stored")  # noqa: T201 - the figure of the drill
    assert {request_id for request_id, _ in acknowledged} <= stored.keys()
    assert set(stored.values()) == {2}
    assert {event["seq"] for event in events} >= {seq for _, seqs in acknowledged for seq in seqs}
    assert _get(control, f"{session}/verify")["first_broken"] is None
    assert len(_get(control, f"{session}/penalties")) == len(stored)
    assert len(acknowledged) > 10 * WRITERS


def _open_session(installation: Installation, control: httpx.Client) -> str:
    """The path of the active session of a new circuit."""
    plan = {"slug": "drill", "name": "Drill", "protocol": "apex", "transport": {"kind": "recording", "path": "none"}}
    httpx.post(f"{installation.api}/circuits", json=plan, headers=installation.token("admin")).raise_for_status()
    asked = {"circuit": "drill", "name": "Drill"}
    made = control.post("/race-sessions?wait_s=20", json=asked, timeout=30).raise_for_status().json()
    control.post(f"/race-sessions/{made['id']}/open").raise_for_status()
    return f"/race-sessions/{made['id']}"


def _write(client: httpx.Client, session: str, done: threading.Event) -> list[tuple[str, list[int]]]:
    """One official: the id and the sequence numbers of each penalty that was acknowledged."""
    acknowledged = []
    while not done.is_set():
        request_id = str(uuid4())
        receipt = _answered(client, session, {"line": "42 w 7 =t5", "request_id": request_id}, done)
        if receipt is not None:
            acknowledged.append((request_id, receipt["seqs"]))
    return acknowledged


def _answered(client: httpx.Client, session: str, line: dict[str, str], done: threading.Event) -> Any:
    """Send until somebody answers; None when the drill ended before."""
    while not done.is_set():
        with suppress(httpx.TransportError):
            answer = client.post(f"{session}/lines", json=line)
            if answer.status_code < 500:
                return answer.raise_for_status().json()
        time.sleep(0.1)
    return None


def _get(client: httpx.Client, path: str) -> Any:
    return client.get(path, timeout=30).raise_for_status().json()
