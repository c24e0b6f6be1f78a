"""A marshal's phone without a line: reports are kept, come in order and once, and the phone says what became of them.

The browser keeps the page's own content policy and service worker here: both are part of what is proved.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from core.accounts.model import Role
from core.io.clock import utc_now
from core.io.runtime import open_runtime
from core.penalties.commands import Command, Record, RefuseReport
from core.penalties.log import WriteRequest
from core.penalties.model import Report
from tests.conftest import Model, Servers
from tests.e2e.screens import PHONE, Screens, chromium_running, faults_of_access, photograph, portal_running
from tests.e2e.stage import Stage, furnish
from tests.quick_passwords import hurry

SENT_MS = 12_000
"""Held for five seconds, then on its way."""
SMALLEST_TARGET_PX = 56
SIDES = """[...document.querySelectorAll('button')].map((key) => key.getBoundingClientRect())
.map((box) => Math.min(box.width, box.height))"""


@pytest.fixture(scope="module")
def screens(servers: Servers, model: Model, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screens]:
    data = tmp_path_factory.mktemp("marshal")
    with model.copy() as database:
        settings = servers.settings(data, database)
        with open_runtime(settings, owner=True) as owner, open_runtime(settings, owner=False) as app:
            hurry(app)
            stage = furnish(owner, app)
            stage.account("post5", Role.MARSHAL)
            with portal_running(settings, data / "portal.log") as url, chromium_running() as browser:
                yield Screens(browser, stage, url, [])


@pytest.fixture
def stage(screens: Screens) -> Iterator[Stage]:
    """A fresh session is open; nothing may have gone wrong in the browser."""
    stage = screens.stage
    fresh = stage.new_session(f"Race {len(stage.app.race_sessions.all()) + 1}")
    stage.session = stage.open(fresh.id)
    yield stage
    assert screens.complaints == []


@contextmanager
def phone(screens: Screens) -> Iterator[tuple[BrowserContext, Page]]:
    """At post 5, on the page that a service worker keeps by now."""
    context = screens.browser.new_context(
        base_url=screens.url, viewport=PHONE, has_touch=True, is_mobile=True, color_scheme="dark"
    )
    context.add_cookies([{"name": "paddock", "value": screens.stage.sign_in("post5"), "url": screens.url}])
    page = context.new_page()
    page.on("pageerror", lambda error: screens.complaints.append(str(error)))
    page.goto("/marshal")
    page.get_by_role("button", name="5", exact=True).tap()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    yield context, page
    context.close()


def report(page: Page, kart: str, code: str) -> None:
    """Two taps."""
    page.get_by_role("button", name=f"{kart} Team {kart}", exact=True).first.tap()
    page.get_by_role("button", name=code, exact=True).tap()


def pocket(page: Page) -> None:
    """The phone goes into the pocket: what is held goes on its way at once."""
    page.evaluate("window.dispatchEvent(new Event('pagehide'))")


def fates(page: Page) -> list[str]:
    return page.locator("#reports .fate").all_inner_texts()


def queue(stage: Stage) -> list[Report]:
    return list(stage.app.penalties(stage.session.id).state().reports.values())


def test_reports_of_a_phone_without_a_line_arrive_once_and_it_is_told_what_became_of_them(
    screens: Screens, stage: Stage
) -> None:
    with phone(screens) as (context, page):
        report(page, "9", "Contact")
        expect(page.locator(".held")).to_contain_text("9 Contact")
        expect(page.locator("#reports .fate").first).to_have_text("sent, not judged yet", timeout=SENT_MS)

        context.set_offline(True)
        report(page, "3", "White line")
        report(page, "12", "Track limits")
        expect(page.locator(".held")).to_have_count(2)
        expect(page.locator("#status")).to_contain_text("No connection")
        page.reload()
        expect(page.locator("#reports li")).to_have_count(3)
        expect(page.locator("#status")).to_have_text("No connection · 2 kept on this phone")
        photograph(page, "marshal-offline")
        assert fates(page) == ["kept on this phone", "kept on this phone", "sent, not judged yet"]

        context.set_offline(False)
        expect(page.locator("#status")).to_have_text("Connected · all sent", timeout=SENT_MS)
        arrived = queue(stage)
        judge(stage, arrived)

        expect(page.locator("[data-state=accepted] .fate")).to_have_text("accepted as #1", timeout=SENT_MS)
        expect(page.locator("[data-state=refused] .fate")).to_have_text("refused: seen twice")
        photograph(page, "marshal-fates")

    assert [(one.kart, one.code, one.post) for one in arrived] == [
        ("9", "CON", "5"),
        ("3", "WL", "5"),
        ("12", "TL", "5"),
    ]
    assert [one.at for one in arrived] == sorted(one.at for one in arrived)
    assert len(queue(stage)) == 3


def judge(stage: Stage, arrived: list[Report]) -> None:
    """Race control accepts the first and refuses the second."""
    desk = stage.app.penalties(stage.session.id)
    verdicts: list[Command] = [Record((), "", report=arrived[0].id), RefuseReport(arrived[1].id, "seen twice")]
    for number, verdict in enumerate(verdicts):
        desk.perform(verdict, WriteRequest(f"judged {number}", stage.session.id, stage.clerk, utc_now()))


def test_a_report_is_undone_before_it_is_sent(screens: Screens, stage: Stage) -> None:
    with phone(screens) as (_, page):
        report(page, "9", "Contact")
        page.get_by_role("button", name="Undo the report on 9").tap()
        expect(page.locator(".held")).to_have_count(0)
        report(page, "3", "White line")
        pocket(page)

        expect(page.locator("#reports .fate")).to_have_text(["sent, not judged yet"])
    assert [one.kart for one in queue(stage)] == ["3"]


def test_a_turn_and_a_second_kart_are_added_before_it_is_sent(screens: Screens, stage: Stage) -> None:
    with phone(screens) as (_, page):
        report(page, "9", "Contact")
        page.get_by_role("button", name="Add to the report on 9").tap()
        page.get_by_label("Turn").fill("7")
        page.get_by_label("Second kart").fill("4")
        page.get_by_role("button", name="Send").tap()

        expect(page.locator("#reports .fate")).to_have_text("sent, not judged yet", timeout=SENT_MS)
    assert [(one.kart, one.second_kart, one.turn) for one in queue(stage)] == [("9", "4", 7)]


def test_a_session_switched_meanwhile_leaves_the_report_on_the_phone_until_a_tap_sends_it(
    screens: Screens, stage: Stage
) -> None:
    with phone(screens) as (context, page):
        context.set_offline(True)
        report(page, "9", "Contact")
        pocket(page)
        expect(page.locator("#status")).to_contain_text("No connection")
        old, fresh = stage.session, stage.new_session(f"After {stage.session.name}")
        stage.session = stage.open(fresh.id)

        context.set_offline(False)
        expect(page.locator("[data-state=stale] .fate")).to_contain_text("kept on this phone.", timeout=SENT_MS)
        page.get_by_role("button", name=f"Send to {fresh.name}").tap()

        expect(page.locator("#reports .fate")).to_have_text("sent, not judged yet", timeout=SENT_MS)
    assert [one.kart for one in queue(stage)] == ["9"]
    assert not stage.app.penalties(old.id).state().reports


def test_after_the_sign_in_has_ended_reports_are_kept_and_it_is_said(screens: Screens, stage: Stage) -> None:
    with phone(screens) as (context, page):
        context.clear_cookies()
        report(page, "9", "Contact")
        pocket(page)

        expect(page.get_by_role("alert")).to_contain_text("Your sign-in has ended.", timeout=SENT_MS)
        expect(page.locator("#reports .fate")).to_have_text("kept on this phone until you sign in")
        context.add_cookies([{"name": "paddock", "value": stage.sign_in("post5"), "url": screens.url}])
        page.reload()
        expect(page.locator("#reports .fate")).to_have_text("sent, not judged yet", timeout=SENT_MS)
    assert [one.kart for one in queue(stage)] == ["9"]


def test_wet_fingers_find_every_key_and_nobody_is_shut_out(screens: Screens, stage: Stage) -> None:
    assert stage
    context = screens.browser.new_context(base_url=screens.url, viewport=PHONE, has_touch=True, bypass_csp=True)
    context.add_cookies([{"name": "paddock", "value": stage.sign_in("post5"), "url": screens.url}])
    page = context.new_page()
    page.goto("/marshal")
    smallest, faults = [], []
    for button in ("5", "9 Team 9", None):
        expect(page.locator("main button").first).to_be_visible()
        smallest.append(min(page.evaluate(SIDES)))
        faults += faults_of_access(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        if button:
            page.get_by_role("button", name=button, exact=True).tap()
    context.close()

    assert min(smallest) >= SMALLEST_TARGET_PX
    assert faults == []
