"""Lap matrix, charts and analysis in real browsers, on a race in the middle of it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from core.accounts.model import Role
from core.io.clock import utc_now
from core.io.runtime import open_runtime
from core.timing.model import Provenance
from tests.conftest import Model, Servers
from tests.e2e.race_stage import Race, race_on
from tests.e2e.screens import (
    DESKTOP,
    PHONE,
    TV,
    Scheme,
    Screens,
    chromium_running,
    faults_of_access,
    photograph,
    portal_running,
)
from tests.e2e.stage import furnish
from tests.quick_passwords import hurry

LAPTOP: ViewportSize = {"width": 1280, "height": 800}
PAGES = ("laps", "charts?chart=gap", "analysis?view=Teams")


@pytest.fixture(scope="module")
def on(servers: Servers, model: Model, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Screens, Race]]:
    data = tmp_path_factory.mktemp("analysis")
    with model.copy() as database:
        settings = servers.settings(data, database)
        with open_runtime(settings, owner=True) as owner, open_runtime(settings, owner=False) as app:
            hurry(app)
            stage = furnish(owner, app)
            stage.account("viewer", Role.VIEWER)
            race = race_on(owner, stage.circuit)
            with portal_running(settings, data / "portal.log") as url, chromium_running() as browser:
                yield Screens(browser, stage, url, []), race


@pytest.fixture
def race(on: tuple[Screens, Race]) -> Race:
    return on[1]


@pytest.fixture
def screens(on: tuple[Screens, Race]) -> Iterator[Screens]:
    yield on[0]
    assert on[0].complaints == []


def kart(race: Race, at: int = 0) -> str:
    """The number of a car as it is now: karts were swapped during the race."""
    return race.told.board.cars[at].number


def matrix(page: Page) -> Locator:
    return page.get_by_role("table", name="Laps by car")


def plotted(page: Page) -> Locator:
    return page.locator(".rc-plot .scatterlayer .trace")


def points(page: Page) -> int:
    """Of every line and marker that is in the picture."""
    count = "(plot) => plot.data.reduce((sum, trace) => sum + trace.x.length, 0)"
    return int(page.locator(".rc-plot").evaluate(count))


def test_the_matrix_shows_each_cars_laps_and_one_cars_with_everything(screens: Screens, race: Race) -> None:
    car = race.told.board.cars[0]
    own = sorted((lap for lap in race.laps if lap.source_id == car.source_id), key=lambda lap: lap.lap)
    number = car.number
    with screens.page("/laps", "viewer", LAPTOP) as page:
        expect(matrix(page).locator("thead .cars button")).to_have_count(24)
        best = min(lap.lap_ms for lap in race.laps if lap.lap_ms)
        expect(matrix(page).locator(".bests")).to_contain_text(f"1:{(best - 60_000) / 1000:06.3f}")
        expect(matrix(page).locator("tbody [data-pit]").first).to_contain_text("P")

        matrix(page).get_by_role("button", name=number, exact=False).first.click()

        expect(page.get_by_role("heading", name=f"Kart {number}")).to_be_visible()
        expect(
            page.get_by_role("table", name="Laps of one car").locator("tbody tr[aria-rowindex]").first
        ).to_contain_text(str(own[-1].lap))
        assert f"car={number}" in page.url
        photograph(page, "laps")


def test_the_matrix_keeps_few_rows_in_the_page_and_scrolls_to_all(screens: Screens, race: Race) -> None:
    with screens.page("/laps?order=first", "viewer", LAPTOP) as page:
        expect(matrix(page).locator("tbody tr[aria-rowindex]").first).to_contain_text("1")
        last = max(lap.lap for lap in race.laps)

        page.get_by_role("region", name="Lap matrix").evaluate("(box) => box.scrollTo(0, 99999)")

        expect(matrix(page).locator(f"tbody tr[aria-rowindex='{last}']")).to_be_in_viewport()
        assert matrix(page).get_attribute("aria-rowcount") == str(last)


def test_a_new_lap_appears_by_itself_with_where_it_comes_from(screens: Screens, race: Race) -> None:
    with screens.page("/laps", "viewer", LAPTOP) as page:
        expect(matrix(page).locator("tbody tr").first).to_be_attached()
        page.evaluate("window.neverReloaded = true")
        stopped = {
            stop.source_id for stop in race.told.stops if not stop.out_at or stop.out_at > race.told.laps[-100].at
        }
        last = next(lap for lap in reversed(race.laps) if lap.source_id not in stopped)
        now = utc_now() + timedelta(seconds=1)

        race.write(replace(last, lap=last.lap + 1, lap_ms=59_001, at=now, provenance=Provenance.COMPUTED))
        race.publish(laps_of=last.source_id)

        expect(matrix(page).locator("td", has_text="59.001").first).to_be_visible(timeout=8_000)
        cell = matrix(page).locator("tbody td", has_text="59.001")
        expect(cell.locator("sup")).to_have_text("c")
        expect(cell).to_have_attribute("data-rank", "overall")
        assert page.evaluate("window.neverReloaded")


def test_ones_own_kart_is_found_comes_first_and_stays_in_the_link(screens: Screens, race: Race) -> None:
    number = kart(race, 5)
    with screens.page(f"/laps?car={number}", "viewer", LAPTOP) as page:
        page.get_by_role("button", name="Follow", exact=True).click()
        expect(matrix(page).locator("thead .cars th").nth(1)).to_contain_text(number)
        assert f"own={number}" in page.url

        page.get_by_label("Find a kart").fill(number)

        expect(matrix(page).locator("thead .cars button")).to_have_count(1)


@pytest.mark.parametrize("chart", ["position", "gap", "times"])
def test_a_chart_draws_every_car_within_what_an_svg_can(screens: Screens, race: Race, chart: str) -> None:
    cars = len({lap.source_id for lap in race.laps})
    with screens.page(f"/charts?chart={chart}", "viewer", LAPTOP) as page:
        expect(plotted(page)).to_have_count(cars)
        page.wait_for_timeout(300)

        assert 0 < points(page) <= 2_000
        photograph(page, f"charts-{chart}")


def test_stints_are_bars_with_their_laps(screens: Screens, race: Race) -> None:
    assert race
    with screens.page("/charts?chart=stints", "viewer", LAPTOP) as page:
        expect(page.locator(".rc-plot .barlayer .bars .point").first).to_be_attached()
        assert page.locator(".rc-plot .barlayer .point").count() > 60
        photograph(page, "charts-stints")


def test_a_car_is_brought_forward_by_keyboard_and_by_a_click_on_its_line(screens: Screens, race: Race) -> None:
    number = kart(race)
    with screens.page("/charts?chart=gap", "viewer", LAPTOP) as page:
        expect(plotted(page).first).to_be_attached()
        entry = page.locator(f".rc-cars [data-number='{number}']")

        entry.press("Enter")
        expect(entry).to_have_attribute("aria-pressed", "true")
        expect(entry).to_be_focused()
        assert f"cars={number}" in page.url
        page.get_by_label("Gap to").select_option(number)
        expect(page.locator(".rc-plot .ytitle")).to_have_text(f"Seconds behind kart {number}")

        box = page.locator(".rc-plot .nsewdrag").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.3)
        for step in range(12):
            page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * step / 12)
            if page.locator(".rc-tip").is_visible():
                break
        expect(page.locator(".rc-tip")).to_contain_text("Lap ")


def test_what_a_feed_sends_is_no_markup_in_a_chart(screens: Screens, race: Race) -> None:
    evil = "<b>x</b><a href='javascript:document.title=1'>y</a>"
    race.publish(team=evil)
    try:
        with screens.page("/charts?chart=stints", "viewer", LAPTOP) as page:
            label = page.locator(".rc-plot .ytick text").first
            expect(label).to_contain_text("<b>x</b><a href='j"[:18])
            assert page.locator(".rc-plot a, .rc-plot .ytick tspan[style*=bold], .rc-cars a").count() == 0
            expect(page.locator(".rc-cars span").first).to_have_text(evil)
    finally:
        race.publish()


def test_the_charts_draw_under_the_strict_content_policy(screens: Screens, race: Race) -> None:
    """The other tests lift the policy to bring axe in."""
    assert race
    context = screens.browser.new_context(base_url=screens.url, viewport=LAPTOP)
    context.add_cookies([{"name": "paddock", "value": screens.stage.sign_in("viewer"), "url": screens.url}])
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)
    page.goto("/charts")

    expect(plotted(page).first).to_be_attached(timeout=20_000)

    assert refused == []
    context.close()


def test_the_analysis_plans_a_stop_from_the_rules_in_the_link(screens: Screens, race: Race) -> None:
    number = kart(race)
    with screens.page(f"/analysis?car={number}&stops=9&min_stop_s=30&max_stint_s=1200", "viewer", LAPTOP) as page:
        expect(page.get_by_role("table", name="Adjusted order").locator("tbody tr")).to_have_count(24)
        expect(page.get_by_text(f"Kart {number}, stop window.")).to_be_visible()
        photograph(page, "analysis")

        page.get_by_role("button", name="Drivers", exact=True).or_(
            page.get_by_role("radio", name="Drivers")
        ).first.click()

        expect(page.get_by_role("table", name="Pace of the drivers").locator("tbody tr").first).to_contain_text(
            "Driver"
        )
        page.wait_for_url("**view=Drivers**")
        assert "stops=9" in page.url


def test_an_earlier_session_is_chosen_and_the_link_reproduces_it(screens: Screens, race: Race) -> None:
    with screens.page("/laps", "viewer", LAPTOP) as page:
        expect(matrix(page).locator("tbody tr").first).to_be_attached()
        page.get_by_role("combobox").first.click()
        page.get_by_role("option", name="Evening race").click()
        page.wait_for_url(f"**feed={race.session.id}**")

        page.reload()

        expect(matrix(page).locator("tbody tr").first).to_be_attached()
        expect(page.get_by_label("Feed session")).to_have_value(re.compile("Evening race"))


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("size", "name"), [(PHONE, "phone"), (TV, "tv")], ids=["phone", "tv"])
def test_the_pages_fit_phone_and_tv(screens: Screens, race: Race, path: str, size: ViewportSize, name: str) -> None:
    assert race
    address = f"/{path}{'&' if '?' in path else '?'}tv=1" if name == "tv" else f"/{path}"
    with screens.page(address, "viewer", size) as page:
        expect(page.locator("table tbody tr, .rc-plot .trace").first).to_be_attached()
        page.wait_for_timeout(800)
        photograph(page, f"{path.split('?')[0]}-{name}")

        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("path", PAGES)
def test_no_page_shuts_anybody_out(screens: Screens, race: Race, path: str, scheme: Scheme) -> None:
    assert race
    with screens.page(f"/{path}", "viewer", DESKTOP, scheme) as page:
        expect(page.locator("table tbody tr, .rc-plot .trace").first).to_be_attached()
        page.wait_for_timeout(1_000)

        assert faults_of_access(page) == []
