"""The Serving page in a real browser: it follows the line within a second, without anybody touching it."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from core.io.runtime import open_runtime
from tests.conftest import Model, Servers
from tests.e2e.screens import Screens, chromium_running, portal_running
from tests.e2e.stage import furnish
from tests.e2e.test_serving_pages import Track, track_of
from tests.quick_passwords import hurry

FOLLOWS_MS = 1_000


@pytest.fixture(scope="module")
def screens(servers: Servers, model: Model, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screens]:
    data = tmp_path_factory.mktemp("serving")
    with model.copy() as database:
        settings = servers.settings(data, database)
        with open_runtime(settings, owner=True) as owner, open_runtime(settings, owner=False) as app:
            hurry(app)
            stage = furnish(owner, app)
            with portal_running(settings, data / "portal.log") as url, chromium_running() as browser:
                yield Screens(browser, stage, url, [])


@pytest.fixture
def track(screens: Screens) -> Track:
    return track_of(screens.stage)


def test_crossings_left_follow_the_line_within_a_second(screens: Screens, track: Track) -> None:
    with screens.page("/serving") as page:
        left = page.get_by_test_id("stMetricValue")
        expect(left).to_have_text("3")
        time.sleep(1)  # the page has opened its sockets by then

        took_ms = []
        for expected in ("2", "1", "0"):
            began = time.monotonic()
            track.cross()
            expect(left).to_have_text(expected, timeout=FOLLOWS_MS)
            took_ms.append(round((time.monotonic() - began) * 1000))
        track.cross()
        expect(page.get_by_text("Not served: crossed at")).to_be_visible(timeout=FOLLOWS_MS)

    print(f"followed within {took_ms} ms")  # noqa: T201 - the figures, with -s
    assert screens.complaints == []
