"""What is published, in real browsers: a decision from the press to the PDF, the notice board on a TV and a phone."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from core.accounts.model import Role
from core.io.runtime import open_runtime
from tests.conftest import Model, Servers
from tests.e2e.screens import PHONE, TV, Screens, chromium_running, faults_of_access, photograph, portal_running
from tests.e2e.stage import Stage, furnish
from tests.quick_passwords import hurry
from tests.unit.documents.samples import pdf_text

FOLLOWS_S = 1.0
"""Within which an open page shows what was issued."""
LETTERS_PX = 28
"""The least on a TV."""


@pytest.fixture(scope="module")
def screens(servers: Servers, model: Model, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screens]:
    data = tmp_path_factory.mktemp("published")
    with model.copy() as database:
        settings = servers.settings(data, database)
        with open_runtime(settings, owner=True) as owner, open_runtime(settings, owner=False) as app:
            hurry(app)
            stage = furnish(owner, app)
            stage.account("steward", Role.STEWARD)
            stage.account("viewer", Role.VIEWER)
            with portal_running(settings, data / "portal.log") as url, chromium_running() as browser:
                yield Screens(browser, stage, url, [])


@pytest.fixture
def stage(screens: Screens) -> Iterator[Stage]:
    """A fresh session in which a penalty of kart 7 was issued; nothing may have gone wrong in any browser."""
    stage = screens.stage
    fresh = stage.new_session(f"Round {len(stage.app.race_sessions.all())}")
    stage.session = stage.open(fresh.id)
    stage.line("7 c 2 =t5")
    stage.line("#1 !")
    yield stage
    assert screens.complaints == []


def test_a_decision_is_published_by_a_press_and_its_pdf_says_it(screens: Screens, stage: Stage) -> None:
    with screens.page("/documents", "steward") as page:
        page.get_by_role("button", name="Publish #1").click()
        page.get_by_role("button", name="1", exact=True).click()
        expect(page.locator(".paper h1")).to_have_text("Decision")
        link = page.get_by_role("link", name="PDF").last
        text = pdf_text(page.request.get(f"{screens.url}{link.get_attribute('href')}").body())
        page.reload()
        page.get_by_role("button", name="1", exact=True).click()
        expect(page.locator(".paper h1")).to_have_text("Decision")
        photograph(page, "documents")
        assert faults_of_access(page) == []

    for words in ("Document no. 1", "Competitor Kart 7", "Fact Contact, turn 2.", "Decision 5 second time penalty"):
        assert words in text
    assert stage.session.name in text


def test_the_notice_board_fills_a_tv_and_turns_its_pages(screens: Screens, stage: Stage) -> None:
    for kart in range(10, 30):
        stage.line(f"{kart} c 2 =sg5")
        stage.line(f"#{kart - 8} !")

    with screens.page("/notice_board?tv=1", "viewer", TV) as page:
        expect(page.locator(".penalties .pages")).to_have_text(re.compile("1 / [34]"))
        photograph(page, "notice-board-tv")
        assert _whole(page)
        assert _least_letters(page) >= LETTERS_PX
        expect(page.locator(".penalties .pages")).to_have_text(re.compile("2 / [34]"), timeout=12_000)
        assert page.locator("[data-testid='stHeader']").is_hidden()
        _until_turned(page)
        assert faults_of_access(page) == []


def test_the_board_shows_at_once_what_is_issued_and_nothing_before(screens: Screens, stage: Stage) -> None:
    with screens.page("/notice_board", "viewer", PHONE) as page:
        expect(page.locator(".penalties tbody tr")).to_have_count(1)
        stage.line("12 w 3 =dt")
        stage.line("#2 !")
        began = time.monotonic()
        expect(page.locator(".penalties tbody tr")).to_have_count(2, timeout=5_000)
        took_s = time.monotonic() - began
        photograph(page, "notice-board-phone")
        assert "NOTED" not in page.locator(".messages").inner_text()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    assert took_s < 3 * FOLLOWS_S  # a loaded machine is slower than a track's


def _until_turned(page: Page) -> None:
    """Rows fade for six tenths of a second."""
    expect(page.locator(".penalties tbody tr.away").last).to_have_css("opacity", "0")
    expect(page.locator(".penalties tbody tr:not(.away)").last).to_have_css("opacity", "1")


def _whole(page: Page) -> bool:
    """Nothing hangs over the edge of the screen."""
    box = page.locator(".notices").bounding_box()
    return box is not None and box["y"] + box["height"] <= TV["height"]


def _least_letters(page: Page) -> float:
    sizes: list[float] = page.locator(".notices :is(td, th, h2, h3)").evaluate_all(
        "all => all.filter(one => one.offsetParent).map(one => parseFloat(getComputedStyle(one).fontSize))"
    )
    return min(sizes)
