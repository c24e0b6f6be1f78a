"""The desk and the file of an incident in real browsers: by keyboard alone, in conflict, explained, with hundreds."""

import re
from collections.abc import Iterator
from time import perf_counter
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, Route, ViewportSize, expect

from core.accounts.model import Role
from core.io.clock import utc_now
from core.io.runtime import open_runtime
from core.penalties.commands import Record
from core.penalties.fold import Fold
from core.penalties.log import WriteRequest
from core.penalties.model import IncidentState, PenaltyState
from core.sessions.model import Phase
from tests.conftest import Model, Servers
from tests.e2e.screens import (
    DESKTOP,
    PHONE,
    TV,
    Screens,
    chromium_running,
    faults_of_access,
    photograph,
    portal_running,
)
from tests.e2e.stage import Stage, furnish
from tests.quick_passwords import hurry

KEYSTROKES = 6
"""For a coded incident, before Enter."""
MANY = 500
FOLLOWS_MS = 5_000
"""With so many incidents, from the receipt of a line to the list that shows it."""


@pytest.fixture(scope="module")
def screens(servers: Servers, model: Model, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screens]:
    data = tmp_path_factory.mktemp("desk")
    with model.copy() as database:
        settings = servers.settings(data, database)
        with open_runtime(settings, owner=True) as owner, open_runtime(settings, owner=False) as app:
            hurry(app)
            stage = furnish(owner, app)
            stage.account("anna", Role.STEWARD)
            with portal_running(settings, data / "portal.log") as url, chromium_running() as browser:
                yield Screens(browser, stage, url, [])


@pytest.fixture
def stage(screens: Screens) -> Iterator[Stage]:
    stage = screens.stage
    fresh = stage.new_session(f"Race {len(stage.app.race_sessions.all()) + 1}")
    stage.session = stage.open(fresh.id)
    yield stage
    assert screens.complaints == []


def line(page: Page) -> Locator:
    return page.get_by_label("Entry line")


def section(page: Page, title: str) -> Locator:
    return page.get_by_role("region", name=title)


def press(page: Page, text: str) -> int:
    """Type it key by key, then Enter when it is understood; returns the keystrokes before Enter."""
    expect(line(page)).to_be_focused()
    for key in text:
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    expect(page.locator(".receipts li").first).to_have_attribute("data-state", "stored")
    return len(text)


def fold(stage: Stage) -> Fold:
    return stage.app.penalties(stage.session.id).state()


def begin_race(stage: Stage) -> None:
    request = WriteRequest(str(uuid4()), stage.session.id, stage.clerk, utc_now())
    stage.app.penalties(stage.session.id).start_phase(Phase.RACE, request)


def test_an_incident_is_entered_decided_issued_told_and_served_without_a_mouse(screens: Screens, stage: Stage) -> None:
    with screens.page("/desk") as page:
        assert press(page, "42 c 7") <= KEYSTROKES
        expect(section(page, "To decide")).to_contain_text("Contact")
        press(page, "#1 =sg5")
        expect(section(page, "To issue").get_by_role("button", name="Issue #1 !")).to_be_visible()
        press(page, "#1 !")
        expect(section(page, "To serve")).to_contain_text("left")
        photograph(page, "desk-serving")
        press(page, "#1 s 5.2")

        expect(section(page, "To serve")).to_have_count(0)
    penalty = fold(stage).penalties["1/decision"]
    assert (penalty.state, penalty.serving and str(penalty.serving.seconds)) == (PenaltyState.SERVED, "5.2")


def test_hints_change_with_the_line_and_nothing_below_moves(screens: Screens, stage: Stage) -> None:
    stage.line("42 c 7")
    with screens.page("/desk") as page:
        decide = section(page, "To decide")
        expect(page.get_by_role("group", name="Codes")).to_be_visible()
        expect(decide).to_be_visible()
        before = decide.bounding_box()

        page.keyboard.type("#1 =t")
        decisions = page.get_by_role("group", name="Decisions")
        expect(decisions.get_by_role("button", name="=t5")).to_be_visible()
        expect(decisions.get_by_role("button", name="=dt")).to_be_hidden()
        expect(page.get_by_role("group", name="Codes")).to_be_hidden()

        assert decide.bounding_box() == before


def test_two_officials_in_conflict_one_wins_and_the_other_sees_both_versions(screens: Screens, stage: Stage) -> None:
    stage.line("42 c 7")
    with screens.page("/incidents?incident=1") as clerk, screens.page("/incidents?incident=1", "anna") as anna:
        clerk.get_by_role("button", name=re.compile("^Amend")).click()
        clerk.get_by_label("Turn").fill("8")
        clerk.get_by_label("Why is #1 corrected?").fill("seen on video")
        anna.get_by_role("button", name=re.compile("^Decide")).click()
        anna.get_by_role("button", name=re.compile("5 s stop & go")).click()
        expect(anna.get_by_role("region", name="5 s stop & go")).to_be_visible()

        conflict = clerk.locator(".conflict")
        expect(conflict.locator("tr", has_text="State").first).to_have_text(re.compile("noted.*decided"))
        expect(conflict.locator("tr", has_text="Decision")).to_contain_text("5 s stop & go")
        clerk.get_by_role("button", name="Amend #1", exact=True).click()
        expect(conflict).to_contain_text("Incident 1 has changed")
        photograph(clerk, "incident-conflict")
        expect(clerk.get_by_label("Turn")).to_have_value("8")
        assert fold(stage).incidents[1].turn == 7

        clerk.get_by_role("button", name=re.compile("act on what stands now")).click()
        clerk.get_by_role("button", name="Amend #1", exact=True).click()
        expect(clerk.get_by_role("dialog")).to_be_hidden()
    incident = fold(stage).incidents[1]
    assert (incident.turn, incident.decision and incident.decision.outcome) == (8, "stop_go_5")


def test_who_comes_second_on_the_desk_is_told_who_was_first_and_what_stands(screens: Screens, stage: Stage) -> None:
    stage.line("42 c 7 =t5")
    with screens.page("/desk") as page:
        issue = page.get_by_role("button", name="Issue #1 !")
        expect(issue).to_be_visible()

        def be_second(route: Route) -> None:
            stage.line("#1 !")
            route.continue_()

        page.route(re.compile("/issue$"), be_second)
        issue.click()

        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("was issued by Clerk")
        expect(dialog.get_by_role("row", name=re.compile("^Penalty"))).to_contain_text("(issued)")
        expect(issue).to_be_hidden()  # the list was drawn anew
        expect(dialog).to_contain_text("was issued by Clerk")


def test_a_result_of_the_ruleset_is_explained_by_one_click(screens: Screens, stage: Stage) -> None:
    begin_race(stage)
    for turn in (3, 5, 7):
        stage.line(f"42 w {turn}")
    with screens.page("/desk") as page:
        section(page, "To issue").get_by_role("button", name="Why").click()

        why = page.get_by_role("dialog")
        for said in ("42: 3 = #1", "#2", "#3", "Window", "nothing has expired", "Step 3", "Article", "Ruleset", "#"):
            expect(why).to_contain_text(said)
        expect(why).to_contain_text(re.compile(r"Ruleset \w+@\d+#[0-9a-f]{12}"))
        photograph(page, "desk-why")
        why.get_by_role("link", name="#2").click()

        page.wait_for_url(re.compile("incidents.*incident=2"))
        expect(page.get_by_role("heading", name="#2 42 White line")).to_be_visible()
        expect(section(page, "Why")).to_contain_text("42: 2 = #1")


def test_the_second_pair_of_eyes_is_another_one(screens: Screens, stage: Stage) -> None:
    stage.line("42 c 7 =dq")
    with screens.page("/desk") as clerk, screens.page("/desk", "anna") as anna:
        row = section(clerk, "To approve")
        expect(row.get_by_role("button", name="Approve #1 ok")).to_have_attribute("aria-disabled", "true")
        expect(row).to_contain_text("another account approves")

        anna.get_by_role("button", name="Approve #1 ok").click()
        expect(clerk.get_by_role("button", name="Issue #1 !")).to_be_visible()
    assert fold(stage).penalties["1/decision"].state is PenaltyState.PROPOSED


def test_what_was_typed_for_an_act_survives_a_reload_and_a_reason_is_needed(screens: Screens, stage: Stage) -> None:
    stage.line("42 c 7")
    with screens.page("/desk") as page:
        page.get_by_role("button", name="Void … #1 x").click()
        page.get_by_label("Why is #1 void?").fill("wrong ka")
        page.reload()
        page.get_by_role("button", name="Void … #1 x").click()

        expect(page.get_by_label("Why is #1 void?")).to_have_value("wrong ka")
        page.get_by_label("Why is #1 void?").fill("")
        page.keyboard.press("Enter")
        assert fold(stage).incidents[1].state is IncidentState.NOTED
        page.get_by_label("Why is #1 void?").fill("wrong kart")
        page.keyboard.press("Enter")

        expect(section(page, "To decide")).to_have_count(0)
    assert fold(stage).incidents[1].state is IncidentState.VOIDED


def test_the_track_is_set_by_a_press_or_a_word(screens: Screens, stage: Stage) -> None:
    with screens.page("/desk") as page:
        bar = page.get_by_role("group", name="Track and phase")
        bar.get_by_role("button", name="SC sc", exact=True).click()
        expect(bar.get_by_role("button", name="SC sc", exact=True)).to_have_attribute("aria-pressed", "true")
        press(page, "green")
        expect(bar.get_by_role("button", name="Green green")).to_have_attribute("aria-pressed", "true")
        bar.get_by_role("button", name=re.compile("^Phase")).click()
        page.get_by_role("button", name="Race", exact=True).click()

        expect(bar.get_by_role("button", name=re.compile("Phase: Race"))).to_be_visible()
    assert len(fold(stage).track) == 2


def test_a_link_reproduces_the_filter_and_the_chosen_incident(screens: Screens, stage: Stage) -> None:
    begin_race(stage)
    for text in ("42 c 7", "17 w 3", "42 w 4"):
        stage.line(text)
    with screens.page("/incidents?kart=42&code=WL&incident=3") as page:
        table = page.get_by_role("table", name="Incidents")
        expect(table.locator("tbody tr")).to_have_count(1)
        expect(page.get_by_role("heading", name="#3 42 White line")).to_be_visible()
        expect(table).to_contain_text("Warning 1 of 3")
        photograph(page, "incidents")


def test_hundreds_of_incidents_do_not_slow_the_desk(screens: Screens, stage: Stage) -> None:
    desk = stage.app.penalties(stage.session.id)
    codes = ("WL", "CON", "TL", "BF")
    for number in range(MANY // 50):
        karts = tuple(str(100 + kart) for kart in range(50))
        request = WriteRequest(str(uuid4()), stage.session.id, stage.clerk, utc_now())
        desk.perform(Record(karts, codes[number % 4], turn=number), request)
    with screens.page("/desk") as page:
        expect(page.get_by_text("the first 25 are shown").first).to_be_visible()
        press(page, "7 c 3")
        began = perf_counter()
        expect(page.get_by_role("table", name="What happened")).to_contain_text(f"Incident {MANY + 1}")
        assert (perf_counter() - began) * 1_000 < FOLLOWS_MS
        photograph(page, "desk-many")
        page.goto("/incidents")
        expect(page.get_by_role("table", name="Incidents").locator("tbody tr")).to_have_count(MANY)


SIZES = [("/desk", DESKTOP), ("/incidents?incident=3", DESKTOP), ("/desk", PHONE), ("/incidents?incident=3", PHONE),
         ("/desk?tv=1", TV)]  # fmt: skip


@pytest.mark.parametrize(("path", "size"), SIZES, ids=["desk", "incidents", "desk-phone", "incidents-phone", "desk-tv"])
def test_all_that_may_wait_fits_every_screen(screens: Screens, stage: Stage, path: str, size: ViewportSize) -> None:
    for text in ("42 c 7", "17 w 3", "8 c 2 =sg5", "#3 !", "9 c 4 =dq", "5 c 1 =t5"):
        stage.line(text)
    with screens.page(path, size=size) as page:
        expect(page.get_by_role("button", name=re.compile("#3")).first).to_be_visible()
        page.get_by_role("button", name=re.compile("^(Why|Amend)")).first.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        photograph(page, f"{path.strip('/').split('?')[0]}-{size['width']}")

        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        assert size != DESKTOP or faults_of_access(page) == []
