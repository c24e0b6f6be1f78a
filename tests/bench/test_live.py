"""How soon a change at the source is on a screen, and what many screens cost the portal. Printed, never asserted.

A source of our own publishes boards of 40 cars, ten changes a second; 20 sockets are open beside one real browser which
notes the moment at which the changed cell stands in its page. Both read the same clock.
"""

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from uuid import UUID

import pytest
from playwright.sync_api import Page, sync_playwright
from websockets.sync.client import ClientConnection, connect

from core.accounts.model import Role
from core.accounts.plan import AccountPlan
from core.io.children import LINUX
from core.io.clock import utc_now
from core.io.installation import beside
from core.io.runtime import Runtime, open_runtime
from core.io.settings import Settings
from core.timing.wire import board_to_json
from core.tracks.model import CircuitPlan, Recording
from tests.bench.test_whole import cpu_s, spread, tell
from tests.contract.io.processes import one
from tests.e2e import browser as chromium
from tests.e2e.installation import PARTS, PASSWORD, Installation, installed
from tests.e2e.stage import after_a_lap, race

pytestmark = pytest.mark.skipif(not LINUX, reason="processes are read from /proc")

CARS = 40
EVERY_S = 0.1
CHANGES = 200
WARM_UP = 20
LISTENERS = 20
VIEWERS = 50
WATCHED_S = 15.0
FASTEST_MS = 61_000

NOTE_CHANGES = """() => {
  const host = [...document.querySelectorAll("*")].find((one) => one.shadowRoot?.querySelector(".live"));
  window.seen = {};
  new MutationObserver(() => {
    const text = host.shadowRoot.querySelector("td.time span")?.textContent;
    if (text) window.seen[text] ??= Date.now();
  }).observe(host.shadowRoot, { subtree: true, childList: true, characterData: true });
}"""


@dataclass(frozen=True, slots=True)
class Track:
    """A running installation with a circuit that only this bench publishes."""

    installation: Installation
    runtime: Runtime
    circuit_id: UUID
    key: str

    def publish(self, change: int) -> None:
        board = after_a_lap(race(CARS, lap=change), FASTEST_MS + change)
        self.runtime.bus.publish_board(self.circuit_id, 1, board_to_json(board))

    def socket(self) -> ClientConnection:
        url = f"ws://127.0.0.1:{self.installation.port}/ws/circuits/bench/live"
        headers = {"Cookie": f"paddock={self.key}", "Origin": self.installation.url}
        return connect(url, additional_headers=headers, max_size=None, compression=None)


@pytest.fixture(scope="module")
def track(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Track]:
    data = tmp_path_factory.mktemp("live") / "data"
    with installed(data) as installation:
        settings = beside(Settings(data=data))
        assert settings is not None
        with open_runtime(settings, owner=True) as runtime:
            plan = CircuitPlan("bench", "Bench", "apex", Recording("none.jsonl"))
            circuit = runtime.circuits.create(plan, by=None, now=utc_now())
            account = AccountPlan("bench", "Bench", Role.VIEWER, PASSWORD)
            runtime.accounts.create_account(account, by=None, now=utc_now())
            key = runtime.accounts.sign_in("bench", PASSWORD, client="bench", now=utc_now())
            yield Track(installation, runtime, circuit.id, key)


def test_a_change_reaches_the_screen(track: Track) -> None:
    executable = chromium.find()
    if executable is None:
        (pytest.fail if chromium.required() else pytest.skip)(chromium.MISSING)
    track.publish(0)
    with sync_playwright() as playwright, listeners(track, LISTENERS):
        browser = playwright.chromium.launch(executable_path=executable, args=list(chromium.ARGS))
        page = _page(browser.new_page(base_url=track.installation.url), track)
        sent = _drive(track)
        seen = page.evaluate("window.seen")
        browser.close()
    late = [(seen[text] - at) / 1000 for text, at in list(sent.items())[WARM_UP:] if text in seen]
    spread(f"source to DOM, {LISTENERS} sockets, {1 / EVERY_S:.0f} changes/s", late)
    tell("changes that were on the screen", 100 * len(late) / (CHANGES - WARM_UP), "%")


def test_many_screens_cost_the_portal_little(track: Track) -> None:
    portal = one(track.installation.pid, PARTS["portal"])
    with listeners(track, VIEWERS), _publishing(track):
        time.sleep(2)
        before = cpu_s(portal)
        time.sleep(WATCHED_S)
        used = (cpu_s(portal) - before) / WATCHED_S
    tell(f"portal with {VIEWERS} sockets at {1 / EVERY_S:.0f} changes/s", 100 * used, "% of a core")


@contextmanager
def listeners(track: Track, count: int) -> Iterator[None]:
    """So many open sockets that read everything."""
    with ExitStack() as sockets:
        for _ in range(count):
            socket = sockets.enter_context(track.socket())
            threading.Thread(target=deque, args=[socket, 0], daemon=True).start()
        yield


@contextmanager
def _publishing(track: Track) -> Iterator[None]:
    done = threading.Event()

    def publish() -> None:
        change = 0
        while not done.wait(EVERY_S):
            change += 1
            track.publish(change)

    thread = threading.Thread(target=publish)
    thread.start()
    yield
    done.set()
    thread.join()


def _page(page: Page, track: Track) -> Page:
    page.context.add_cookies([{"name": "paddock", "value": track.key, "url": track.installation.url}])
    page.goto("/live?circuit=bench")
    page.wait_for_selector("td.time")
    page.evaluate(NOTE_CHANGES)
    return page


def _drive(track: Track) -> dict[str, float]:
    """Publish the changes at their pace; returns when each was sent, by the text that it puts into its cell."""
    sent = {}
    for change in range(1, CHANGES + 1):
        ms = FASTEST_MS + change
        sent[f"{ms // 60_000}:{ms % 60_000 / 1000:06.3f}"] = time.time() * 1000
        track.publish(change)
        time.sleep(EVERY_S)
    return sent
