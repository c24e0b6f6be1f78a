"""A portal process of its own with a stage, and real browsers in front of it."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from core.io.programs import FOLDER, portal
from core.io.settings import Settings
from portal.menu import MENU
from tests.e2e import browser as chromium
from tests.e2e.installation import free_port
from tests.e2e.stage import Stage

ARTEFACTS = Path(__file__).parents[2] / "artefacts"
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
START_S = 60
PATIENCE_MS = 10_000
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
TV: ViewportSize = {"width": 1920, "height": 1080}

Scheme = Literal["dark", "light"]


@dataclass
class Screens:
    """Browsers of the stage's people; `complaints` is what went wrong in any of them."""

    browser: Browser
    stage: Stage
    url: str
    complaints: list[str]

    @contextmanager
    def page(
        self,
        path: str,
        name: str = "clerk",
        size: ViewportSize = DESKTOP,
        scheme: Scheme = "dark",
        *,
        first_visit: bool = False,
    ) -> Iterator[Page]:
        """A page of whoever has this name, in a browser of its own that was here before."""
        context = self._context(size, scheme)
        context.add_cookies([{"name": "paddock", "value": self.stage.sign_in(name), "url": self.url}])
        if not first_visit:
            context.add_init_script(_chosen(scheme))
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._note_foreign(request.url))
        page.goto(path)
        yield page
        if page.get_by_text("Paddock made a mistake").count():
            self.complaints.append(f"{path} broke off")
        context.close()

    def _context(self, size: ViewportSize, scheme: Scheme) -> BrowserContext:
        context = self.browser.new_context(base_url=self.url, viewport=size, color_scheme=scheme, bypass_csp=True)
        context.set_default_timeout(PATIENCE_MS)
        return context

    def _note_foreign(self, url: str) -> None:
        if not url.startswith((self.url, "data:", "blob:")):
            self.complaints.append(f"asked another host: {url}")


@contextmanager
def chromium_running() -> Iterator[Browser]:
    executable = chromium.find()
    if executable is None:
        (pytest.fail if chromium.required() else pytest.skip)(chromium.MISSING)
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_MS)
        yield playwright.chromium.launch(executable_path=executable, args=list(chromium.ARGS))


@contextmanager
def portal_running(settings: Settings, log: Path) -> Iterator[str]:
    """The address of a portal on this database and bus."""
    told = settings.model_copy(update={"port": free_port(), "host": "127.0.0.1"})
    program = portal(told)
    with log.open("wb") as said:
        process = subprocess.Popen(program.command, env=program.environment, cwd=FOLDER, stdout=said, stderr=said)
    url = f"http://127.0.0.1:{told.port}"
    try:
        _wait_until_ready(url, log)
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def photograph(page: Page, name: str) -> None:
    """Keep a picture among the artefacts of the run."""
    ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTEFACTS / f"{name}.png")


def faults_of_access(page: Page) -> list[str]:
    """What axe finds serious on the page: `rule: where`."""
    if not AXE.exists():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("axe-core is missing: run npm ci")  # noqa: TID251
    page.add_script_tag(path=AXE)
    found = page.evaluate("async () => (await axe.run()).violations")
    serious = [one for one in found if one["impact"] in {"serious", "critical"}]
    return [f"{one['id']}: {node['target']} {node['html'][:120]}" for one in serious for node in one["nodes"]]


def _chosen(scheme: Scheme) -> str:
    """As if this visitor had been here before and had chosen this theme."""
    keys = ["paddock:theme", *(f"stActiveTheme-/{item.name}-v2" for item in MENU)]
    return "".join(f"localStorage.setItem({key!r}, '\"{scheme.capitalize()}\"');" for key in keys)


def _wait_until_ready(url: str, log: Path) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        try:
            if httpx.get(f"{url}/readyz", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"the portal did not start: {log.read_text()[-2000:]}")
