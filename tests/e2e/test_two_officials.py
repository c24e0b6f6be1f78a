"""A whole installation with the demo race and two people: penalties cross over, and what is killed comes back.

Nobody clicks and nobody reloads: what recovers does so by itself. `make pictures` takes the README's from here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from core.io.children import LINUX
from tests.e2e.installation import Installation, installed
from tests.e2e.screens import DESKTOP, chromium_running, photograph

pytestmark = pytest.mark.skipif(not LINUX, reason="only Linux ends children with their parent")

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
        self.enter(f"{kart} c 7 ={penalty}", f"Incident {self.given}")
        self.enter(f"#{self.given} !", f"Penalty {self.given}/decision issued")

    def enter(self, line: str, receipt: str) -> None:
        expect(self.official.get_by_label("Entry line")).to_be_focused(timeout=BACK_MS)
        self.official.keyboard.type(line)
        self.official.keyboard.press("Enter")
        expect(self.official.locator(".receipts li").first).to_contain_text(receipt, timeout=BACK_MS)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium_running() as browser:
        yield browser


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
    people.viewer.wait_for_timeout(1_000)  # rows that change places have arrived
    photograph(people.viewer, "demo-live")
    photograph(people.official, "demo-desk")


@pytest.mark.parametrize("part", ["worker", "bus", "portal", "postgres"])
def test_what_is_killed_comes_back_on_both_screens_without_a_click(
    demo: Installation, people: People, part: str
) -> None:
    kart = numbers(people.viewer)[5]

    demo.kill_part(part)

    for page in (people.official, people.viewer):
        expect_live(page)
    people.give(kart, "t10")
    expect(row(people.viewer, kart)).to_contain_text("+10 s", timeout=BACK_MS)
    assert all(page.evaluate("window.neverReloaded") for page in (people.official, people.viewer))


def test_a_line_typed_while_the_portal_is_away_arrives_once(demo: Installation, people: People) -> None:
    demo.kill_part("portal")
    expect(people.official.locator(".live .age")).to_have_text("Reconnecting")

    people.enter("5 o typed in the dark", "typed in the dark")

    expect(people.official.locator(".list tbody tr", has_text="typed in the dark")).to_have_count(1, timeout=BACK_MS)


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
    page = browser.new_context(base_url=demo.url, viewport=DESKTOP, color_scheme="dark").new_page()
    page.goto("/sign-in")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", demo.passwords()[name])
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    return page


def expect_live(page: Page) -> None:
    """The table says so, and its times really change."""
    expect(page.locator(".live .age")).to_have_text(re.compile("^Live"), timeout=BACK_MS)
    before = page.locator(".live tbody").inner_text()
    page.wait_for_function(
        "(before) => [...document.querySelectorAll('*')].some((host) => "
        "(host.shadowRoot?.querySelector('.live tbody')?.innerText ?? before) !== before)",
        arg=before,
        timeout=BACK_MS,
    )


def numbers(page: Page) -> list[str]:
    """Start numbers from top to bottom."""
    return page.locator("tbody .plate").all_inner_texts()


def row(page: Page, number: str) -> Locator:
    return page.locator("tbody tr", has=page.get_by_role("button", name=number, exact=True))
