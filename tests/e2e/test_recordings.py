"""A recording on the screen: played, sought, paused, rewound while it is live, and brought in as a file."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, ViewportSize, expect

from core.accounts.model import Role
from core.io.clock import utc_now
from core.io.recorder import Recorder
from core.io.runtime import open_runtime
from core.io.transports import Frame
from core.timing.about import About
from core.timing.exports import to_jsonl
from core.tracks.model import CircuitPlan, Recording
from tests.conftest import Model, Servers
from tests.e2e.screens import PHONE, TV, Screens, chromium_running, faults_of_access, photograph, portal_running
from tests.e2e.stage import furnish
from tests.quick_passwords import hurry
from tests.unit.dvr.shelf import race

FRAMES = race(1500)
DESK: ViewportSize = {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def screens(servers: Servers, model: Model, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screens]:
    """A portal whose circuit has recorded a race that ends now."""
    data = tmp_path_factory.mktemp("recordings")
    with model.copy() as database:
        settings = servers.settings(data, database)
        with open_runtime(settings, owner=True) as owner, open_runtime(settings, owner=False) as app:
            hurry(app)
            stage = furnish(owner, app)
            stage.account("admin", Role.ADMIN)
            record(data / "spool" / str(stage.circuit.id))
            with portal_running(settings, data / "portal.log") as url, chromium_running() as browser:
                yield Screens(browser, stage, url, [])


def record(folder: Path) -> None:
    recorder, late = Recorder(folder, 1), utc_now() - FRAMES[-1].at
    for frame in FRAMES:
        recorder.append(Frame(frame.text, frame.at + late), frame.at + late)
    recorder.close()


@pytest.fixture(autouse=True)
def nothing_went_wrong(screens: Screens) -> Iterator[None]:
    yield
    assert screens.complaints == []


def laps(page: Page) -> int:
    """Laps of the leader."""
    return int(page.locator(".live tbody tr").first.locator("td").nth(3).inner_text() or 0)


def clock(page: Page) -> str:
    return page.locator(".player .time").inner_text()


def at_share(page: Page, share: float) -> None:
    """Touch the timeline there."""
    box = page.get_by_role("slider", name="Playhead").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * share, box["y"] + box["height"] / 2)


def test_a_live_circuit_is_rewound_paused_played_and_live_again(screens: Screens) -> None:
    with screens.page("/live", size=DESK) as page:
        page.get_by_text("Rewind", exact=True).click()
        live = page.get_by_role("button", name="Return to live")
        expect(live).to_have_attribute("aria-pressed", "true")
        expect(page.locator(".live tbody tr")).to_have_count(8)
        now = laps(page)

        at_share(page, 0.5)

        expect(live).to_have_attribute("aria-pressed", "false")
        expect(page.locator(".behind")).to_contain_text("behind live")
        expect(page.locator(".live .age")).to_contain_text("Replay")
        then = laps(page)
        photograph(page, "player-1280")
        page.keyboard.press("Space")
        page.wait_for_timeout(700)
        stood = clock(page)
        page.wait_for_timeout(1_200)
        assert clock(page) == stood
        page.keyboard.press("ArrowLeft")
        expect(page.locator(".player .time")).not_to_have_text(stood)
        page.keyboard.press("End")
        expect(live).to_have_attribute("aria-pressed", "true")

        assert then < now
        expect(page.locator(".live tbody tr").first.locator("td").nth(3)).to_have_text(str(now))


def test_a_viewers_delay_is_remembered(screens: Screens) -> None:
    with screens.page("/live", size=DESK) as page:
        page.get_by_text("Rewind", exact=True).click()
        delay = page.get_by_label("Delay behind live, seconds")
        delay.fill("30")
        expect(page.locator(".behind")).to_have_text("Live, 30 s behind")

        page.reload()
        page.get_by_text("Rewind", exact=True).click()

        expect(page.locator(".behind")).to_have_text("Live, 30 s behind")


def test_a_recording_is_chosen_played_faster_and_marked(screens: Screens) -> None:
    with screens.page("/recordings", size=DESK) as page:
        page.get_by_text("Recorded here").first.click()
        page.locator(".player[data-ready]").wait_for()
        page.get_by_role("button", name="To the beginning").click()
        page.get_by_label("Speed").select_option("100")
        page.wait_for_timeout(2_500)
        page.get_by_role("button", name="Play or pause").click()
        expect(page.locator(".live tbody tr")).to_have_count(8)
        page.get_by_role("button", name="Bookmark this moment").click()
        page.get_by_label("Name of the bookmark").fill("First laps")
        page.get_by_label("Name of the bookmark").press("Enter")

        expect(page.get_by_role("button", name=re.compile("Go to First laps"))).to_be_visible()

        expect(page.get_by_role("link", name="Laps (CSV)")).to_have_attribute("href", re.compile("format=csv"))
        assert faults_of_access(page) == []
        photograph(page, "recordings-1280")


@pytest.mark.parametrize(("name", "size"), [("390", PHONE), ("1920", TV)])
def test_the_player_fits_every_screen(screens: Screens, name: str, size: ViewportSize) -> None:
    with screens.page("/recordings", size=size) as page:
        page.get_by_text("Recorded here").first.click()
        page.locator(".player[data-ready]").wait_for()
        at_share(page, 0.6)
        expect(page.locator(".live tbody tr").first).to_be_visible()
        photograph(page, f"recordings-{name}")

        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")

    assert wide <= 0


@pytest.mark.parametrize(("name", "size"), [("1280", DESK), ("390", PHONE)])
def test_who_operates_finds_what_is_kept_below_the_player(screens: Screens, name: str, size: ViewportSize) -> None:
    with screens.page("/recordings", "admin", size=size) as page:
        page.get_by_text("Recorded here").first.click()
        page.locator(".player[data-ready]").wait_for()
        page.get_by_text("Raw frames are kept for ever.").scroll_into_view_if_needed()
        photograph(page, f"recordings-kept-{name}")
        page.get_by_role("button", name="Change").click()
        expect(page.get_by_label("Days")).to_be_visible()
        photograph(page, f"recordings-retention-{name}")
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Keep this piece").click()
        expect(page.get_by_label("Name", exact=True)).to_be_visible()
        photograph(page, f"recordings-keep-{name}")

        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")

        assert wide <= 0
        assert size is PHONE or faults_of_access(page) == [], "the menu of phones is Streamlit's own"


def test_a_file_is_brought_in_once(screens: Screens) -> None:
    earlier = [frame._replace(at=frame.at - timedelta(days=30)) for frame in FRAMES[:600]]
    content = b"".join(to_jsonl(earlier, About("heat", "apex", earlier[0].at, earlier[-1].at)))
    file: FilePayload = {"name": "heat.jsonl", "mimeType": "application/json", "buffer": content}
    with screens.page("/recordings", "admin", size=DESK) as page:
        for words in ("1 imported", "1 there already"):
            page.locator("input[type=file]").set_input_files(file)
            page.get_by_role("button", name="Import", exact=True).click()
            expect(page.get_by_text(words)).to_be_visible()
        page.get_by_text("heat.jsonl").first.click()

        page.locator(".player[data-ready]").wait_for()

        expect(page.get_by_role("button", name="Return to live")).to_be_hidden()
        expect(page.locator(".live tbody tr").first).to_be_visible()


def test_a_circuit_without_recordings_says_what_to_do(screens: Screens) -> None:

    plan = CircuitPlan("empty", "Empty Ring", "apex", Recording("recordings/none.jsonl"))
    screens.stage.app.circuits.create(plan, by=None, now=utc_now())
    with screens.page("/recordings?circuit=empty", size=DESK) as page:
        expect(page.get_by_text("Nothing is recorded of Empty Ring yet")).to_be_visible()
