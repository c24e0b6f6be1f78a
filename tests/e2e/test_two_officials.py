"""A whole installation with the demo race and two people: penalties cross over, and what is killed comes back.

Nobody clicks and nobody reloads: what recovers does so by itself. `PADDOCK_PICTURES=1` renews the README's picture.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect, sync_playwright

from core.io.children import LINUX
from tests.e2e import browser as chromium
from tests.e2e.installation import Installation, installed

pytestmark = pytest.mark.skipif(not LINUX, reason="only Linux ends children with their parent")

ARTEFACTS = Path(__file__).parents[2] / "artefacts"
PICTURES = Path(__file__).parent / "pictures"
DESKTOP = ViewportSize(width=1440, height=900)
BACK_MS = 30_000
"""How long a part may take to come back on a busy machine."""


@dataclass
class People:
    """An official at the desk and a viewer at the live table, each in a browser of their own."""

    official: Page
    viewer: Page
    given: int = 0

    def give(self, kart: str, penalty: str) -> None:
        """By keyboard alone: an incident with its decision, then the application."""
        self.given += 1
        self._enter(f"{kart} c 7 ={penalty}", f"Incident {self.given}")
        self._enter(f"#{self.given} !", f"Penalty {self.given}/decision issued")

    def _enter(self, line: str, receipt: str) -> None:
        expect(self.official.get_by_label("Entry line")).to_be_focused(timeout=BACK_MS)
        self.official.keyboard.type(line)
        self.official.keyboard.press("Enter")
        expect(self.official.locator(".receipts li").first).to_contain_text(receipt, timeout=BACK_MS)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    executable = chromium.find()
    if executable is None:
        (pytest.fail if chromium.required() else pytest.skip)(chromium.MISSING)
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=executable, args=list(chromium.ARGS))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(tmp_path_factory.mktemp("demo") / "data", demo=True) as installation:
        yield installation


@pytest.fixture(scope="module")
def people(browser: Browser, demo: Installation) -> People:
    official, viewer = (enter(browser, demo, name) for name in ("race_control", "viewer"))
    official.goto("/desk")
    viewer.goto("/live")
    for page in (official, viewer):
        expect(page.locator("tbody .plate").first).to_be_visible(timeout=BACK_MS)
        page.evaluate("window.neverReloaded = true")
    return People(official, viewer)


def test_a_penalty_by_keyboard_moves_the_other_screens_standings(people: People) -> None:
    kart = numbers(people.viewer)[1]

    people.give(kart, "t30")

    expect(row(people.viewer, kart)).to_contain_text("+30 s", timeout=2_000)
    assert numbers(people.viewer).index(kart) > 1
    photograph(people)


@pytest.mark.parametrize("part", ["worker", "bus", "portal", "postgres"])
def test_what_is_killed_comes_back_on_both_screens_without_a_click(
    demo: Installation, people: People, part: str
) -> None:
    kart = numbers(people.viewer)[5]

    demo.kill_part(part)

    for page in (people.official, people.viewer):
        expect(page.locator(".live .age")).to_contain_text("Live", timeout=BACK_MS)
    people.give(kart, "t10")
    expect(row(people.viewer, kart)).to_contain_text("+10 s", timeout=BACK_MS)
    assert all(page.evaluate("window.neverReloaded") for page in (people.official, people.viewer))


def test_no_penalty_was_lost(demo: Installation, people: People) -> None:
    with httpx.Client(base_url=demo.api, headers=demo.key("race_control", "race_control"), timeout=10) as client:
        session = client.get("/circuits/demo").raise_for_status().json()["active_session_id"]
        penalties = client.get(f"/race-sessions/{session}/penalties").raise_for_status().json()
        verified = client.get(f"/race-sessions/{session}/verify").raise_for_status().json()

    assert [penalty["state"] for penalty in penalties] == ["issued"] * people.given
    assert verified["first_broken"] is None
    for penalty in penalties:
        expect(row(people.viewer, penalty["kart"])).to_contain_text(f"+{penalty['seconds']} s")


def enter(browser: Browser, demo: Installation, name: str) -> Page:
    """A page of a browser of its own, signed in."""
    page = browser.new_context(base_url=demo.url, viewport=DESKTOP, color_scheme="dark", bypass_csp=True).new_page()
    page.goto("/sign-in")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", demo.passwords()[name])
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    return page


def numbers(page: Page) -> list[str]:
    """Start numbers from top to bottom."""
    return page.locator("tbody .plate").all_inner_texts()


def row(page: Page, number: str) -> Locator:
    return page.locator("tbody tr", has=page.get_by_role("button", name=number, exact=True))


def photograph(people: People) -> None:
    renewed = os.environ.get("PADDOCK_PICTURES") == "1"  # noqa: TID251 - a switch of the test run, not of Paddock
    folder = PICTURES if renewed else ARTEFACTS
    folder.mkdir(exist_ok=True)
    people.viewer.wait_for_timeout(1_000)  # rows that change places have arrived
    people.viewer.screenshot(path=folder / "live.png")
    people.official.screenshot(path=folder / "desk.png")
