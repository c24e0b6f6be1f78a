"""The whole path of a live feed, in a browser: a circuit is tried out, made and started; its link fails in every way.

The timing servers are fakes on real sockets. In the end the screen shows what an uncut listener would show.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pydantic import TypeAdapter

from core.io.children import LINUX
from core.timing.board import BoardFold
from core.timing.model import Board, Car
from core.timing.simulate import Plan, simulate
from core.timing.sources import make_source
from core.tracks.model import CircuitPlan
from tests.contract.io.processes import soon
from tests.e2e.installation import PASSWORD, Installation, installed
from tests.e2e.screens import DESKTOP, chromium_running, photograph
from tests.fakes.apex import FakeApex
from tests.fakes.rmonitor import FakeRMonitor
from tests.fakes.scripts import script_from
from tests.fakes.stage import Script
from tests.feeds.race import STARTED_AT
from tests.feeds.rmonitor import rmonitor

pytestmark = pytest.mark.skipif(not LINUX, reason="only Linux ends children with their parent")

SLOW_MS = 30_000
"""How long anything may take on a busy machine that is not itself the matter of the test."""
BACK_MS = 1_000 + 2_000
"""What an official may wait for the screen once the link is up again, and what a busy machine adds."""
STALL_MS = 5_000 + 3_000
"""RMonitor's limit of silence, and what a busy machine adds."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium_running() as browser:
        yield browser


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(tmp_path_factory.mktemp("feed") / "data") as running:
        running.run("account", "create", "chief", "--role", "admin", said=f"{PASSWORD}\n")
        yield running


@pytest.fixture
def page(browser: Browser, installation: Installation) -> Iterator[Page]:
    """An administrator's browser."""
    context = browser.new_context(base_url=installation.url, viewport=DESKTOP, color_scheme="dark")
    context.set_default_timeout(SLOW_MS)
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("input[name=name]", "chief")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    yield page
    context.close()


def test_an_apex_feed_is_tried_out_made_started_and_survives_its_server(page: Page) -> None:
    script = script_from(simulate(Plan(karts=8, duration_s=300, lap_ms=20_000)).frames)
    with FakeApex(script) as fake:
        stage = fake.stage
        stage.tell(len(script) // 3)
        form = new_circuit(page, "Kartway north")
        form.get_by_label("Page with the live timing").fill(fake.page)
        form.get_by_text("Accept any certificate").click()
        form.get_by_role("button", name="Test connection").click()
        expect(form.get_by_text(re.compile("Apex.*sure"))).to_be_visible(timeout=SLOW_MS)
        expect(form.locator(".list tbody tr")).to_have_count(8, timeout=SLOW_MS)
        form.get_by_role("button", name="Add circuit").click()
        start(page, "Kartway north")

        page.goto("/live?circuit=kartway-north")
        expect_board(page, board_of("apex", script[: stage.told]))
        stage.junk("GET / HTTP/1.1", "<script>document.title='taken'</script>", "r1c1|<img src=x onerror=alert(1)>|x")
        stage.tell(len(script) // 3)
        visits = stage.visits
        stage.hang_up(clean=False)
        expect(page.locator(".live .age")).to_have_text("Source lost", timeout=SLOW_MS)
        stage.tell()

        soon(lambda: stage.visits > visits, within_s=SLOW_MS / 1000)
        expect_board(page, board_of("apex", script), BACK_MS)
        expect(page).not_to_have_title("taken")
        photograph(page, "live-feed-apex")


def test_a_silent_rmonitor_server_is_shown_in_time_and_heard_again(page: Page, installation: Installation) -> None:
    script: Script = script_from(rmonitor().frames)
    with FakeRMonitor(script) as fake:
        stage = fake.stage
        stage.tell(len(script) // 2)
        plan = CircuitPlan("oval-south", "Oval south", "rmonitor", fake.transport)
        body = TypeAdapter(CircuitPlan).dump_python(plan, mode="json")
        key = installation.key("chief", "admin")
        httpx.post(f"{installation.api}/circuits", json=body, headers=key).raise_for_status()
        page.goto("/circuits?circuit=oval-south")
        start(page, "Oval south")

        page.goto("/live?circuit=oval-south")
        expect_order(page, board_of("rmonitor", script[: stage.told]))
        stage.freeze()
        stage.tell(len(script) // 4)
        expect(page.locator(".live .age")).to_have_attribute("data-level", "lost", timeout=STALL_MS)
        visits = stage.visits
        stage.go_on()
        soon(lambda: stage.visits > visits, within_s=SLOW_MS / 1000)
        expect_order(page, board_of("rmonitor", script[: stage.told]), BACK_MS)
        stage.tell()

        expect_board(page, board_of("rmonitor", script))
        photograph(page, "live-feed-rmonitor")


def new_circuit(page: Page, name: str) -> Locator:
    """The form for a new circuit, opened and named."""
    page.goto("/circuits")
    form = page.locator(".st-key-add-circuit")
    expect(form).to_be_visible()
    if not form.locator("details[open]").count():
        form.get_by_text("Add a circuit", exact=True).click()
    form.get_by_label("Name", exact=True).fill(name)
    return form


def start(page: Page, name: str) -> None:
    page.locator(".list").get_by_role("button", name=name).click()
    page.get_by_role("button", name=f"Start {name}").click()
    expect(page.get_by_role("button", name=f"Stop {name}")).to_be_visible()


def board_of(protocol: str, script: Script) -> Board:
    """What an uncut listener knows."""
    source, fold = make_source(protocol), BoardFold()
    for due_s, text in script:
        fold.apply(source.feed(text, STARTED_AT + timedelta(seconds=due_s)))
    return fold.snapshot()


def expect_board(page: Page, board: Board, within_ms: int = SLOW_MS) -> None:
    """The rows are those of the board: its cars in its order, each with its laps and its last lap."""
    expect_order(page, board, within_ms)
    expect(column(page, "Last")).to_have_text([time_of(car) for car in ranked(board)], timeout=within_ms)


def expect_order(page: Page, board: Board, within_ms: int = SLOW_MS) -> None:
    """Its cars in its order, each with its laps: all that RMonitor tells somebody who comes late."""
    cars = ranked(board)
    expect(page.locator(".live tbody .plate")).to_have_text([car.number for car in cars], timeout=within_ms)
    expect(column(page, "Laps")).to_have_text([str(car.laps or 0) for car in cars], timeout=within_ms)


def ranked(board: Board) -> list[Car]:
    return sorted(board.cars, key=lambda car: car.position or 999)


def column(page: Page, heading: str) -> Locator:
    headings = [text.strip() for text in page.locator(".live thead th").all_inner_texts()]
    return page.locator(f".live tbody tr > :nth-child({headings.index(heading) + 1})")


def time_of(car: Car) -> re.Pattern[str]:
    """The last lap as the table writes it, whatever its mark."""
    if car.last is None:
        return re.compile(r"^\W*$")
    minutes, ms = divmod(car.last.ms, 60_000)
    return re.compile(rf"{minutes}:{ms / 1000:06.3f}" if minutes else rf"{ms / 1000:.3f}")
