"""Acceptance: a race runs, an official enters a penalty by keyboard, another browser's standings move without a reload;
then worker, bus and portal are each killed, and both screens come back without a click and without a lost penalty.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from core.io.children import LINUX
from tests.e2e.installation import Installation, installed
from tests.e2e.screens import DESKTOP, chromium_running, photograph

pytestmark = pytest.mark.skipif(not LINUX, reason="parts are found and killed through /proc")

COMES_BACK_MS = 60_000
MOVES_MS = 30_000


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(tmp_path_factory.mktemp("officials") / "data", demo=True) as installation:
        yield installation


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium_running() as browser:
        yield browser


def entered(browser: Browser, demo: Installation, name: str, path: str) -> Page:
    """A page of the demo's account with this name, entered through the door; it notes whether it is ever reloaded."""
    page = browser.new_context(base_url=demo.url, viewport=DESKTOP, color_scheme="dark").new_page()
    page.goto("/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(demo.passwords()[name])
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    page.goto(path)
    expect(page.locator("tbody tr").first).to_be_visible()
    page.evaluate("window.never_reloaded = true")
    return page


def numbers(page: Page) -> list[str]:
    return page.locator(".live tbody .plate").all_inner_texts()


def expect_live(page: Page) -> None:
    """The table says so, and its times really change."""
    expect(page.locator(".live .age")).to_have_text(re.compile("^Live"), timeout=COMES_BACK_MS)
    before = page.locator(".live tbody").inner_text()
    page.wait_for_function(
        "(before) => [...document.querySelectorAll('*')].some((host) => "
        "(host.shadowRoot?.querySelector('.live tbody')?.innerText ?? before) !== before)",
        arg=before,
        timeout=MOVES_MS,
    )


def type_line(page: Page, line: str) -> str:
    """Type and press Enter; returns what the desk answered."""
    page.keyboard.type(line)
    page.keyboard.press("Enter")
    receipt = page.locator(".receipts li").first
    expect(receipt).to_have_attribute("data-state", "stored", timeout=COMES_BACK_MS)
    return receipt.inner_text()


def test_two_screens_show_one_race_through_every_failure(browser: Browser, demo: Installation) -> None:
    official = entered(browser, demo, "race_control", "/desk")
    viewer = entered(browser, demo, "viewer", "/live")
    expect_live(official)
    expect_live(viewer)
    expect(official.get_by_label("Entry line")).to_be_focused()

    kart = numbers(viewer)[0]
    answer = type_line(official, f"{kart} w 7 =dq")
    incident = re.search(r"Incident (\d+)", answer)
    assert incident is not None
    type_line(official, f"#{incident[1]} !")

    expect(viewer.locator(".live tbody tr").last).to_contain_text("DQ")
    assert numbers(viewer)[-1] == kart
    photograph(official, "official")
    photograph(viewer, "viewer")

    for part in ("worker", "bus", "portal"):
        demo.kill_part(part)
        expect_live(official)
        expect_live(viewer)
        assert numbers(viewer)[-1] == kart
        assert "Incident" in type_line(official, f"{kart} c")

    assert official.evaluate("window.never_reloaded")
    assert viewer.evaluate("window.never_reloaded")
    expect(official.locator(".list tbody tr", has_text="Contact")).to_have_count(3)


def test_a_line_typed_while_the_portal_is_away_arrives_once(browser: Browser, demo: Installation) -> None:
    official = entered(browser, demo, "race_control", "/desk")
    demo.kill_part("portal")
    expect(official.locator(".live .age")).to_have_text("Reconnecting")

    answer = type_line(official, "5 o typed in the dark")

    assert "typed in the dark" in answer
    expect(official.locator(".list tbody tr", has_text="typed in the dark")).to_have_count(1)
    expect(official.get_by_label("Entry line")).to_be_focused()
