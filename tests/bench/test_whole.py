"""A whole installation with the demo race: how soon it is ready, how fast a penalty travels, what it costs in memory.

Figures are printed, never asserted. `PADDOCK_BENCH_MINUTES` (default 1) is how long the demo runs before memory is
read; memory is PSS, so what processes share is counted once.
"""

import json
import os
import statistics
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Page, sync_playwright
from websockets.sync.client import ClientConnection, connect

from core.io.children import LINUX
from tests.contract.io.processes import descendants, one
from tests.e2e import browser as chromium
from tests.e2e.installation import PARTS, Installation, installed

pytestmark = pytest.mark.skipif(not LINUX, reason="processes are read from /proc")

PENALTIES = 60
VIEWERS = 50
WATCHED_S = 20.0
MINUTES = float(os.environ.get("PADDOCK_BENCH_MINUTES", "1"))  # noqa: TID251 - a switch of the bench, not of Paddock

SIGNS = """[...document.querySelectorAll("*")]
  .flatMap((element) => [...(element.shadowRoot?.querySelectorAll("td") ?? [])])
  .filter((cell) => cell.textContent.includes("+10 s")).length"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    began = time.monotonic()
    with installed(tmp_path_factory.mktemp("whole") / "data", demo=True) as installation:
        tell("first start, until the demo can be entered", time.monotonic() - began, "s")
        yield installation


@pytest.fixture(scope="module")
def race_control(demo: Installation) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=demo.api, headers=demo.key("race_control", "race_control"), timeout=10) as client:
        yield client


def test_a_penalty_travels(demo: Installation, race_control: httpx.Client) -> None:
    session = f"/race-sessions/{active_session(race_control)}"
    karts = [car["number"] for car in race_control.get("/circuits/demo/board").json()["board"]["cars"]]
    with watching(demo, race_control) as viewer:
        acknowledged, visible = [], []
        for at in range(PENALTIES):
            sent, lasted = give(race_control, session, f"{karts[at % len(karts)]} w =t5")
            acknowledged.append(lasted)
            visible.append(seen_penalty(viewer) - sent)
    spread("penalty: Enter to durable acknowledgement, REST", acknowledged)
    spread("penalty: Enter to another socket", visible)


def test_viewers_cost_the_portal_little(demo: Installation, race_control: httpx.Client) -> None:
    portal = one(demo.pid, PARTS["portal"])
    with ExitStack() as sockets:
        for _ in range(VIEWERS):
            viewer = sockets.enter_context(watching(demo, race_control))
            threading.Thread(target=drain, args=[viewer], daemon=True).start()
        before = cpu_s(portal)
        time.sleep(WATCHED_S)
        used = (cpu_s(portal) - before) / WATCHED_S
    tell(f"portal with {VIEWERS} sockets on the demo race", 100 * used, "% of a core")


def test_a_penalty_reaches_another_browser(demo: Installation, race_control: httpx.Client) -> None:
    executable = chromium.find()
    if executable is None:
        (pytest.fail if chromium.required() else pytest.skip)(chromium.MISSING)
    session = f"/race-sessions/{active_session(race_control)}"
    karts = [car["number"] for car in race_control.get("/circuits/demo/board").json()["board"]["cars"]]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(chromium.ARGS))
        page = sign_in(browser.new_page(base_url=demo.url, bypass_csp=True), demo.passwords()["viewer"])
        page.goto("/live")
        page.wait_for_selector("td")
        drawn = []
        for at, kart in enumerate(karts[:20], start=1):
            sent, _ = give(race_control, session, f"{kart} w =t10")
            page.wait_for_function(f"{SIGNS} >= {at}")
            drawn.append(time.time() - sent)
        browser.close()
    spread("penalty: Enter to another browser's screen", drawn)


def test_the_whole_house_fits(demo: Installation) -> None:
    time.sleep(60 * MINUTES)

    parts: dict[str, float] = {}
    for pid, command in descendants(demo.pid).items() | {(demo.pid, "supervisor")}:
        name = next((part for part, words in PARTS.items() if words in command), "supervisor")
        parts["postgres" if "postgres:" in command else name] = parts.get(name, 0.0) + pss_mb(pid)

    for name, size in parts.items():
        tell(f"memory of {name}", size, "MB")
    tell(f"memory of everything after {MINUTES:g} min of demo", sum(parts.values()), "MB")


def test_a_warm_start(demo: Installation) -> None:
    demo.stop()
    began = time.monotonic()
    demo.start()

    tell("warm start, until the demo can be entered", time.monotonic() - began, "s")


def give(client: httpx.Client, session: str, line: str) -> tuple[float, float]:
    """Record, decide and issue; returns when the issue was sent and how long its acknowledgement took, seconds."""
    recorded = post(client, session, line)
    began, sent = time.perf_counter(), time.time()
    post(client, session, f"#{recorded['incidents'][0]} !")
    return sent, time.perf_counter() - began


def post(client: httpx.Client, session: str, line: str) -> dict[str, list[int]]:
    answer = client.post(f"{session}/lines", json={"line": line, "request_id": str(uuid4())})
    receipt: dict[str, list[int]] = answer.raise_for_status().json()
    return receipt


def active_session(client: httpx.Client) -> str:
    return str(client.get("/circuits/demo").raise_for_status().json()["active_session_id"])


@contextmanager
def watching(demo: Installation, client: httpx.Client) -> Iterator[ClientConnection]:
    """A viewer's socket, its snapshot read."""
    url = f"ws://127.0.0.1:{demo.port}/ws/circuits/demo/live"
    key = {"Authorization": client.headers["Authorization"]}
    with connect(url, additional_headers=key, max_size=None) as socket:
        socket.recv()
        yield socket


def seen_penalty(viewer: ClientConnection) -> float:
    """The moment at which the next message with somebody's penalties comes."""
    while True:
        message = json.loads(viewer.recv(timeout=10))
        if any("penalties" in row for row in message.get("rows", {}).values()):
            return time.time()


def drain(viewer: ClientConnection) -> None:
    """Read until it is closed."""
    deque(viewer, maxlen=0)


def sign_in(page: Page, password: str) -> Page:
    page.goto("/sign-in")
    page.fill("input[name=name]", "viewer")
    page.fill("input[name=password]", password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    return page


def cpu_s(pid: int) -> float:
    """Processor time of a process so far, seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def pss_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def spread(what: str, seconds: list[float]) -> None:
    ordered = sorted(1000 * value for value in seconds)
    p95 = ordered[int(0.95 * (len(ordered) - 1))]
    print(f"\n{what}: p50 {statistics.median(ordered):.1f} ms, p95 {p95:.1f} ms, n {len(ordered)}")  # noqa: T201


def tell(what: str, value: float, unit: str) -> None:
    print(f"\n{what}: {value:.1f} {unit}")  # noqa: T201
