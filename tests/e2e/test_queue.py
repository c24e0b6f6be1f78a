"""The desk under way: a moment marked by one key, a draft that outlives everything, the queue, and who is on what."""

import re
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Error, Locator, Page, Route, expect

from core.accounts.model import Identity, Role
from core.io.clock import utc_now
from core.io.runtime import open_runtime
from core.penalties.commands import FileReport
from core.penalties.log import WriteRequest
from core.penalties.model import Report, ReportSource, ReportState
from tests.conftest import Model, Servers
from tests.contract.pages.test_serving_pages import line_of, track_of
from tests.e2e.screens import PHONE, Screens, chromium_running, photograph, portal_running
from tests.e2e.stage import Stage, furnish
from tests.quick_passwords import hurry

CONFIRMED_MS = 150
"""From the key to the word that the mark is kept."""
PRESENT_MS = FOLLOWS_MS = 1_000
WATCH_CONFIRMATION = """() => { window.addEventListener("keydown", (event) => {
  if (event.key !== "F2") return;
  const began = performance.now();
  const look = () => {
    const found = [...document.querySelectorAll("*")].some((host) => host.shadowRoot?.querySelector(".receipts li"));
    if (found) window.confirmedAfter = performance.now() - began;
    else requestAnimationFrame(look);
  };
  look();
}, { capture: true }); }"""


@pytest.fixture(scope="module")
def screens(servers: Servers, model: Model, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screens]:
    data = tmp_path_factory.mktemp("queue")
    with model.copy() as database:
        settings = servers.settings(data, database)
        with open_runtime(settings, owner=True) as owner, open_runtime(settings, owner=False) as app:
            hurry(app)
            stage = furnish(owner, app)
            stage.account("anna", Role.STEWARD)
            stage.account("post5", Role.MARSHAL)
            with portal_running(settings, data / "portal.log") as url, chromium_running() as browser:
                yield Screens(browser, stage, url, [])


@pytest.fixture
def stage(screens: Screens) -> Iterator[Stage]:
    stage = screens.stage
    fresh = stage.new_session(f"Race {len(stage.app.race_sessions.all()) + 1}")
    stage.session = stage.open(fresh.id)
    yield stage
    assert screens.complaints == []


@pytest.fixture
def marshal(screens: Screens) -> Identity:
    stage = screens.stage
    found = stage.app.accounts.identify_cookie(stage.sign_in("post5"), utc_now())
    assert found is not None
    return found


def line(page: Page) -> Locator:
    return page.get_by_label("Entry line")


def receipt(page: Page) -> Locator:
    return page.locator(".receipts li").first


def reports(stage: Stage) -> list[Report]:
    return list(stage.app.penalties(stage.session.id).state().reports.values())


def file(stage: Stage, by: Identity, **what: object) -> None:
    report = FileReport(ReportSource.MARSHAL, **what)  # type: ignore[arg-type]  # fields by name
    request = WriteRequest(str(uuid4()), stage.session.id, by, utc_now())
    stage.app.penalties(stage.session.id).perform(report, request)


def test_one_key_marks_the_moment_while_a_line_is_half_typed(screens: Screens, stage: Stage) -> None:
    with screens.page("/desk") as page:
        expect(line(page)).to_be_focused()
        page.keyboard.type("9 w")
        page.evaluate(WATCH_CONFIRMATION)

        page.keyboard.press("F2")

        expect(receipt(page)).to_have_attribute("data-state", "stored")
        expect(line(page)).to_have_value("9 w")
        expect(line(page)).to_be_focused()
        expect(page.get_by_role("group", name="Queue").get_by_role("button", name=re.compile("@1"))).to_be_visible()
        assert page.evaluate("window.confirmedAfter") <= CONFIRMED_MS
    [mark] = reports(stage)
    assert mark.source is ReportSource.MARK
    assert timedelta(seconds=9) < utc_now() - mark.at < timedelta(seconds=30)


def test_a_mark_becomes_an_incident_at_its_own_time_by_the_entry_line(screens: Screens, stage: Stage) -> None:
    with screens.page("/desk") as page:
        expect(line(page)).to_be_focused()
        page.keyboard.press("F2")
        page.get_by_role("group", name="Queue").get_by_role("button", name=re.compile("@1")).click()
        page.keyboard.type("42 w 7")
        page.keyboard.press("Enter")

        expect(receipt(page)).to_contain_text("Incident 1")
    [mark] = reports(stage)
    incident = stage.app.penalties(stage.session.id).state().incidents[1]
    assert (mark.state, mark.incidents, incident.at, incident.turn) == (ReportState.ACCEPTED, (1,), mark.at, 7)


def test_marks_and_lines_made_without_a_connection_arrive_once_with_their_own_time(
    screens: Screens, stage: Stage
) -> None:
    with screens.page("/desk") as page:
        expect(line(page)).to_be_focused()
        page.context.set_offline(True)
        page.keyboard.press("F2")
        page.keyboard.type("9 w")
        page.keyboard.press("Enter")
        expect(page.locator(".receipts li")).to_have_count(2)
        page.wait_for_timeout(4_000)
        page.context.set_offline(False)

        expect(page.locator(".receipts [data-state=stored]")).to_have_count(2, timeout=15_000)
    arrived = utc_now()
    [mark] = reports(stage)
    [incident] = stage.app.penalties(stage.session.id).state().incidents.values()
    assert arrived - incident.at >= timedelta(seconds=4)
    assert timedelta(seconds=8) < incident.at - mark.at < timedelta(seconds=12)


def test_what_is_typed_survives_a_failed_save_a_reload_and_a_crash(screens: Screens, stage: Stage) -> None:
    away = True

    def answer(route: Route) -> None:
        if away:
            route.fulfill(status=503, json={"detail": "The database is away."})
        else:
            route.continue_()

    with screens.page("/account") as page:
        page.context.route(re.compile("/lines$"), answer)
        tab = page.context.new_page()
        tab.goto("/desk")
        line(tab).fill("9 w 3")
        tab.keyboard.press("Enter")
        expect(receipt(tab)).to_contain_text("The database is away.")
        tab.keyboard.type("12 c 4")

        tab.reload()
        expect(line(tab)).to_have_value("12 c 4")
        expect(receipt(tab)).to_contain_text("9 w 3")

        with tab.expect_event("crash"), suppress(Error):
            tab.goto("chrome://crash", timeout=5_000)
        page.goto("/desk")
        expect(line(page)).to_have_value("12 c 4")
        away = False
        expect(page.locator(".receipts [data-state=stored]")).to_have_count(1, timeout=15_000)
        expect(line(page)).to_have_value("12 c 4")
    incidents = stage.app.penalties(stage.session.id).state().incidents.values()
    assert [(one.kart, one.turn) for one in incidents] == [("9", 3)]


def test_a_refused_line_is_kept_beside_the_draft_and_after_a_reload(screens: Screens, stage: Stage) -> None:
    assert stage
    with screens.page("/desk") as page:
        held: list[Route] = []
        page.route(re.compile("/lines$"), lambda route: held.append(route))
        line(page).fill("9 zz")
        page.keyboard.press("Enter")
        page.keyboard.type("12 c 4")
        expect(receipt(page)).to_have_attribute("data-state", "sending")
        held[0].continue_()
        expect(receipt(page)).to_have_attribute("data-state", "refused")

        page.reload()

        expect(line(page)).to_have_value("12 c 4")
        expect(receipt(page)).to_contain_text("9 zz")
        receipt(page).get_by_role("button", name="Edit").click()
        expect(line(page)).to_have_value("9 zz")


def test_the_queue_is_accepted_and_refused_by_one_press_each(screens: Screens, stage: Stage, marshal: Identity) -> None:
    with screens.page("/desk") as page:
        expect(line(page)).to_be_focused()
        file(stage, marshal, kart="9", code="CON", second_kart="4", post="5", turn=7, text="from behind")
        file(stage, marshal, kart="12", code="TL", post="5")
        file(stage, marshal, code="YF", post="6", text="a white one")
        expect(page.get_by_text("Marshal post 5, Post5").first).to_be_visible()
        photograph(page, "desk-queue")

        page.get_by_role("button", name="Accept @1").click()
        expect(page.get_by_role("button", name="Accept @1")).to_have_count(0)
        page.get_by_role("button", name="Refuse … @2 x").click()
        page.get_by_role("button", name="Not seen clearly").click()

        expect(page.get_by_role("button", name="Accept @2")).to_have_count(0)
        expect(page.get_by_role("button", name="Accept @3")).to_be_disabled()
    states = [(one.state, one.refused.reason if one.refused else "") for one in reports(stage)]
    assert states == [
        (ReportState.ACCEPTED, ""), (ReportState.REFUSED, "Not seen clearly"), (ReportState.WAITING, "")
    ]  # fmt: skip


def test_two_officials_see_who_is_on_which_incident_within_a_second(screens: Screens, stage: Stage) -> None:
    stage.line("4 w 7")
    with screens.page("/desk") as clerk, screens.page("/desk", "anna") as anna:
        expect(clerk.locator(".present")).to_contain_text("Anna at Desk")

        anna.get_by_label("Entry line").fill("#1 =")
        expect(clerk.locator(".present")).to_contain_text("Anna is on #1", timeout=PRESENT_MS)
        line(clerk).fill("#1 !")
        expect(anna.locator(".present .same")).to_have_text("Clerk is on #1 too", timeout=PRESENT_MS)
        photograph(clerk, "desk-presence")
        anna.goto("/live")

        expect(clerk.locator(".present")).to_have_text("", timeout=2 * PRESENT_MS)


def test_the_desk_with_its_queue_fits_a_phone(screens: Screens, stage: Stage, marshal: Identity) -> None:
    file(stage, marshal, kart="9", code="CON", second_kart="4", post="5", turn=7, text="from behind at the hairpin")
    with screens.page("/desk", size=PHONE) as page:
        expect(page.get_by_role("button", name="Accept @1")).to_be_visible()
        photograph(page, "desk-queue-phone")

        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_crossings_left_follow_the_line_within_a_second(screens: Screens, stage: Stage) -> None:
    """On the Serving page, without anybody touching it."""
    track = track_of(stage, line_of(stage))
    with screens.page("/serving") as page:
        left = page.get_by_test_id("stMetricValue")
        expect(left).to_have_text("3")
        time.sleep(1)  # the page has opened its sockets by then

        took_ms = []
        for expected in ("2", "1", "0"):
            began = time.monotonic()
            track.line.cross()
            expect(left).to_have_text(expected, timeout=FOLLOWS_MS)
            took_ms.append(round((time.monotonic() - began) * 1000))
        track.line.cross()
        expect(page.get_by_text("Not served: crossed at")).to_be_visible(timeout=FOLLOWS_MS)

    print(f"followed within {took_ms} ms")  # noqa: T201 - the figures, with -s
