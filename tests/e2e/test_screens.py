"""The critical paths in real browsers: the live table, the entry line, switching; on a desk, a phone and a TV."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Locator, Page, expect

from core.accounts.model import Role
from core.io.runtime import open_runtime
from core.penalties.model import PenaltyState
from core.timing.model import Board
from tests.conftest import Model, Servers
from tests.e2e.screens import PHONE, TV, Scheme, Screens, chromium_running, faults_of_access, photograph, portal_running
from tests.e2e.stage import Stage, after_a_lap, furnish, race
from tests.quick_passwords import hurry

FOLLOWS_S = 1_000
"""Milliseconds within which every screen follows a switch."""


@pytest.fixture(scope="module")
def screens(servers: Servers, model: Model, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screens]:
    """One portal and one stage for the whole file: a session is opened anew where a test needs it untouched."""
    data = tmp_path_factory.mktemp("screens")
    with model.copy() as database:
        settings = servers.settings(data, database)
        with open_runtime(settings, owner=True) as owner, open_runtime(settings, owner=False) as app:
            hurry(app)
            stage = furnish(owner, app)
            stage.account("viewer", Role.VIEWER)
            stage.account("admin", Role.ADMIN)
            with portal_running(settings, data / "portal.log") as url, chromium_running() as browser:
                yield Screens(browser, stage, url, [])


@pytest.fixture
def stage(screens: Screens) -> Iterator[Stage]:
    """The stage with a fresh board and a fresh session open; nothing may have gone wrong in any browser."""
    stage = screens.stage
    stage.publish(race())
    fresh = stage.new_session(f"Race {len(stage.app.race_sessions.all()) + 1}")
    stage.session = stage.open(fresh.id)
    stage.line("4 w 7")
    stage.line("7 c 2 =t5")
    yield stage
    assert screens.complaints == []


def numbers(page: Page) -> list[str]:
    """Start numbers from top to bottom."""
    return page.locator("tbody .plate").all_inner_texts()


def row(page: Page, number: str) -> Locator:
    return page.locator("tbody tr", has=page.get_by_role("button", name=number, exact=True))


def line(page: Page) -> Locator:
    return page.get_by_label("Entry line")


def test_a_change_of_the_board_is_on_the_screen_without_a_reload(screens: Screens, stage: Stage) -> None:
    with screens.page("/live", "viewer") as page:
        expect(row(page, "1")).to_contain_text("40")

        stage.publish(after_a_lap(race(), 60_123))

        expect(row(page, "1")).to_contain_text("1:00.123")
        expect(row(page, "1").locator("[data-rank=personal] i").first).to_have_text("▲")
        photograph(page, "live")


def test_the_rows_scroll_under_their_headings_and_the_page_stays(screens: Screens, stage: Stage) -> None:
    stage.publish(race(60))
    with screens.page("/live", "viewer") as page:
        expect(page.locator("tbody tr")).to_have_count(60)

        main = page.locator(".stMain")
        assert main.evaluate("(box) => box.scrollHeight <= box.clientHeight")
        page.locator(".live .scroll").evaluate("(box) => box.scrollTo(0, 9999)")
        expect(page.get_by_role("button", name="Best", exact=True)).to_be_in_viewport()
        expect(row(page, "60")).to_be_in_viewport()


def test_columns_sort_by_mouse_and_keyboard_and_lead_back_to_position(screens: Screens, stage: Stage) -> None:
    assert stage
    with screens.page("/live", "viewer") as page:
        expect(page.locator("tbody tr")).to_have_count(24)
        by_position = numbers(page)

        page.get_by_role("button", name="No", exact=True).click()
        page.get_by_role("button", name="No", exact=True).press("Enter")
        backwards = numbers(page)

        assert backwards == sorted(by_position, key=int, reverse=True)
        expect(page.locator("[aria-sort=descending]")).to_have_text("No")
        assert "sort=-number" in page.url
        page.get_by_role("button", name=re.compile("Sorted by No")).click()
        assert numbers(page) == by_position


def test_a_class_filter_and_ones_own_cars_are_in_the_link(screens: Screens, stage: Stage) -> None:
    assert stage
    with screens.page("/live?circuit=kartway", "viewer") as page:
        page.get_by_role("button", name="Am 12").click()
        expect(page.locator("tbody tr")).to_have_count(12)
        row(page, "4").get_by_role("button").click()
        link = page.url

        page.evaluate("localStorage.clear()")
        page.goto(link)

        expect(page.locator("tbody tr")).to_have_count(12)
        expect(page.locator("tr.own .plate")).to_have_text("4")


def test_what_a_feed_sends_is_text_and_never_markup(screens: Screens, stage: Stage) -> None:
    evil = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
    board = race(3)
    cars = tuple(replace(car, team=evil, driver=evil) for car in board.cars)
    stage.publish(replace(board, title=evil, track=evil, banner=evil, cars=cars))

    with screens.page("/live", "viewer") as page:
        expect(page.locator("tbody .name").first).to_have_text(evil)
        expect(page.locator(".live h2")).to_have_text(evil)
        assert page.locator(".live img, .live script").count() == 0


def test_an_empty_board_says_what_belongs_there(screens: Screens, stage: Stage) -> None:
    stage.publish(Board())

    with screens.page("/live", "viewer") as page:
        expect(page.locator(".empty")).to_contain_text("Nothing has been received")


def test_a_phone_shows_the_table_without_scrolling_sideways(screens: Screens, stage: Stage) -> None:
    stage.line("#2 !")
    with screens.page("/live", "viewer", PHONE) as page:
        expect(page.locator("tbody tr")).to_have_count(24)
        photograph(page, "live-phone")

        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        table = page.locator(".live .scroll")
        assert table.evaluate("(box) => box.scrollWidth <= box.clientWidth")
        assert page.locator("thead th").all_inner_texts() == ["Pos", "No", "Team and driver", "Gap", "Last"]
        expect(row(page, "7").locator(".under")).to_have_attribute("data-news", "+5 s")


def test_a_tv_shows_large_text_and_nothing_to_press(screens: Screens, stage: Stage) -> None:
    assert stage
    with screens.page("/live?tv=1", "viewer", TV) as page:
        expect(page.locator("tbody tr").first).to_be_visible()
        photograph(page, "live-tv")

        assert page.locator("tbody td").first.evaluate("(cell) => parseFloat(getComputedStyle(cell).fontSize)") >= 28
        expect(page.get_by_test_id("stHeader")).not_to_be_visible()
        assert page.evaluate("document.documentElement.scrollHeight") <= TV["height"]


def test_an_incident_is_entered_decided_and_applied_by_keyboard_alone(screens: Screens, stage: Stage) -> None:
    with screens.page("/desk") as official, screens.page("/live", "viewer") as viewer:
        expect(line(official)).to_be_focused()

        official.keyboard.type("9 w 3 =t30")
        expect(official.locator(".reading")).to_contain_text("Team 9")
        photograph(official, "desk")
        official.keyboard.press("Enter")
        expect(official.locator(".receipts li").first).to_contain_text("Incident 3")
        expect(official.get_by_role("button", name="Issue #3 !")).to_be_visible()
        official.keyboard.type("#3 !")
        official.keyboard.press("Enter")

        expect(row(viewer, "9")).to_contain_text("+30 s")
        expect(line(official)).to_be_focused()
        expect(official.get_by_role("button", name="Issue #3 !")).to_have_count(0)
        assert numbers(viewer).index("9") > 8
    state = stage.app.penalties(stage.session.id).state().penalties["3/decision"].state
    assert state is PenaltyState.ISSUED


def test_a_wrong_line_stays_typed_with_what_and_how_to_mend_it(screens: Screens, stage: Stage) -> None:
    assert stage
    with screens.page("/desk") as page:
        line(page).fill("9 zz")
        page.keyboard.press("Enter")

        expect(page.get_by_role("alert").first).to_contain_text("“zz” is not a code. Codes:")
        expect(line(page)).to_have_value("9 zz")
        expect(line(page)).to_be_focused()


def test_a_draft_survives_a_reload_and_earlier_lines_come_back(screens: Screens, stage: Stage) -> None:
    assert stage
    with screens.page("/desk") as page:
        line(page).fill("9 w 3")
        page.keyboard.press("Enter")
        expect(page.locator(".receipts li").first).to_contain_text("Incident 3")
        page.keyboard.type("12 c")

        page.reload()

        expect(line(page)).to_have_value("12 c")
        page.keyboard.press("ArrowUp")
        expect(line(page)).to_have_value("9 w 3")


def test_every_screen_follows_a_switch_within_a_second(screens: Screens, stage: Stage) -> None:
    second = stage.new_session(f"Second after {stage.session.number}")
    with screens.page("/desk") as official, screens.page("/live", "viewer") as viewer:
        bar = (official.locator(".bar strong").first, viewer.locator(".bar strong").first)
        expect(bar[0]).to_have_text(stage.session.name)
        expect(official.get_by_role("button", name="Issue #2 !")).to_be_visible()
        expect(bar[1]).to_have_text(stage.session.name)

        stage.open(second.id)

        expect(bar[1]).to_have_text(second.name, timeout=FOLLOWS_S)
        expect(bar[0]).to_have_text(second.name, timeout=FOLLOWS_S)
        expect(official.get_by_role("button", name="Issue #2 !")).to_have_count(0)


def test_a_page_left_open_over_a_switch_refuses_the_write_with_words_and_keeps_the_draft(
    screens: Screens, stage: Stage
) -> None:
    """The page was opened for one session and stays there; nothing lands in the other one."""
    second = stage.new_session(f"Switched after {stage.session.number}")
    with screens.page(f"/desk?session={stage.session.number}") as page:
        expect(line(page)).to_be_focused()
        stage.open(second.id)

        line(page).fill("9 w 3 seen by post 4")
        page.keyboard.press("Enter")

        expect(page.get_by_text("is not the active one any more").first).to_be_visible()
        expect(line(page)).to_have_value("9 w 3 seen by post 4")
    known = [stage.app.penalties(one.id).state().incidents for one in (stage.session, second)]
    assert [len(incidents) for incidents in known] == [2, 0]


def test_an_official_switches_sessions_from_any_page(screens: Screens, stage: Stage) -> None:
    second = stage.new_session(f"Third after {stage.session.number}")
    with screens.page("/live") as page:
        expect(page.locator("tbody tr").first).to_be_visible()
        page.wait_for_timeout(1_500)  # a bell that wakes the menu in the instant of a click swallows the click
        page.get_by_role("button", name="Open session").click()
        page.get_by_role("menuitem", name=f"{second.number} · {second.name}").click()

        expect(page.locator(".bar strong").first).to_have_text(second.name)
    active = stage.app.race_sessions.active(stage.circuit.id)
    assert active is not None
    assert active.id == second.id


def test_a_page_of_others_says_so_at_its_own_address(screens: Screens, stage: Stage) -> None:
    assert stage
    with screens.page("/desk", "viewer") as page:
        expect(page.get_by_text("The role viewer may not open Race control › Desk.")).to_be_visible()


def test_an_address_that_there_is_not_leads_to_the_front_page_which_stays_usable(
    screens: Screens, stage: Stage
) -> None:
    assert stage
    with screens.page("/nowhere", "viewer") as page:
        expect(page.get_by_text("There is no page “nowhere”.")).to_be_visible()
        expect(page.locator(".live tbody tr").first).to_be_visible()
        expect(page.get_by_role("dialog")).to_have_count(0)
        page.get_by_role("button", name="Am 12").click()


def test_a_first_visit_is_dark_and_a_chosen_theme_holds_on_every_page(screens: Screens, stage: Stage) -> None:
    ground = "getComputedStyle(document.querySelector('.stApp')).backgroundColor"
    with screens.page("/live", "viewer", scheme="light", first_visit=True) as page:
        page.wait_for_function(f"{ground} === 'rgb(13, 17, 23)'")
        expect(page.locator(".bar strong")).to_have_text(stage.session.name)

        page.get_by_test_id("stMainMenu").click()
        page.locator("button:has-text('Light'), [role=radio]:has-text('Light')").first.click()
        page.wait_for_function("localStorage.getItem('stActiveTheme-/account-v2') === '\"Light\"'")
        page.goto("/account")

        page.wait_for_function(f"{ground} === 'rgb(255, 255, 255)'")


PAGES = [("live", "viewer"), ("desk", "clerk"), ("incidents", "clerk"), ("sessions", "clerk"), ("circuits", "admin"),
         ("account", "viewer"), ("accounts", "admin"), ("integrity", "clerk"), ("backups", "admin")]  # fmt: skip


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize(("path", "name"), PAGES, ids=[path for path, _ in PAGES])
def test_no_page_shuts_anybody_out(screens: Screens, stage: Stage, path: str, name: str, scheme: Scheme) -> None:
    with screens.page(f"/{path}", name, scheme=scheme) as page:
        expect(page.locator(".bar strong")).to_have_text(stage.session.name)
        page.wait_for_timeout(1_000)
        photograph(page, f"{path}-{scheme}")

        assert faults_of_access(page) == []
