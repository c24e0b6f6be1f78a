"""The door and the API's reference in a real browser: by keyboard alone, in both themes, and nothing from outside."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse
from starlette.routing import Route

from core.accounts.model import Role
from core.io.clock import utc_now
from core.io.runtime import Runtime
from portal import asgi, gate
from tests.e2e import browser as chromium
from tests.portal_server import PASSWORD, Portal, serving, watching

ARTEFACTS = Path(__file__).parents[2] / "artefacts"
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    executable = chromium.find()
    if executable is None:
        (pytest.fail if chromium.required() else pytest.skip)(chromium.MISSING)
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=executable, args=list(chromium.ARGS))


@pytest.fixture
def portal(app_runtime: Runtime) -> Iterator[Portal]:
    front = Route("/", lambda _: HTMLResponse('<link rel="icon" href="/assets/icon.svg">inside'))
    app = Starlette(routes=[*asgi.ROUTES, front], middleware=[Middleware(gate.Gate)], lifespan=watching)
    with serving(app, app_runtime) as served:
        yield served


@pytest.fixture
def complaints() -> list[str]:
    """What the browser wrote to its console: blocked by our policy, failed, not found."""
    return []


@pytest.fixture
def page(browser: Browser, portal: Portal, complaints: list[str]) -> Iterator[Page]:
    page = browser.new_page(base_url=portal.origin, viewport={"width": 1280, "height": 800}, color_scheme="dark")
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: _note_foreign(complaints, request.url))
    yield page
    page.close()


def test_signing_in_takes_the_keyboard_alone_and_leads_back(page: Page, portal: Portal, complaints: list[str]) -> None:
    portal.account("desk", Role.VIEWER)
    page.goto("/sign-in?next=/api/v1/docs")
    _photograph(page, "sign-in")

    page.keyboard.type("desk")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    page.wait_for_url("**/api/v1/docs")
    assert complaints == []


def test_a_refused_visitor_finds_the_name_typed_and_the_cursor_in_the_password(page: Page) -> None:
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    page.emulate_media(color_scheme="light")
    page.goto("/sign-in")
    page.get_by_label("Name").fill("desk")
    page.get_by_label("Password").fill("wrong password")
    page.get_by_role("button", name="Sign in").click()

    assert "do not open an account" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Name").input_value() == "desk"
    assert page.evaluate("document.activeElement.id") == "password"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    _photograph(page, "sign-in-refused-phone")


def test_the_setup_link_leads_to_the_first_account(page: Page, portal: Portal, complaints: list[str]) -> None:
    page.goto(f"/setup?key={portal.desk.setup_link(utc_now())}")
    page.get_by_label("Name, as typed").fill("boss")
    page.get_by_label("Password").fill(PASSWORD)
    _photograph(page, "setup")

    with page.expect_response("**/setup") as answered:
        page.get_by_role("button", name="Create").click()

    assert answered.value.status == 303
    page.get_by_text("inside").wait_for()
    assert [account.name for account in portal.desk.accounts()] == ["boss"]
    assert complaints == []


def test_the_reference_lists_the_routes_and_tries_one(page: Page, portal: Portal, complaints: list[str]) -> None:
    key = portal.cookie(portal.account("desk", Role.STEWARD))["Cookie"].split("paddock=")[1].split(";")[0]
    page.context.add_cookies([{"name": "paddock", "value": key, "url": portal.origin}])
    page.goto("/api/v1/docs")

    page.get_by_label("Find").fill("GET enter me")
    page.get_by_text("/me", exact=True).click()
    assert page.locator("details:visible").count() == 1
    page.get_by_role("button", name="Try").click()

    tried = page.locator("form pre.good")
    tried.wait_for()
    assert tried.inner_text().startswith("200")
    assert '"name": "desk"' in tried.inner_text()
    _photograph(page, "api-reference")
    assert complaints == []


def _note_foreign(complaints: list[str], url: str) -> None:
    if urlsplit(url).hostname != "127.0.0.1":
        complaints.append(f"asked {url}")


def _photograph(page: Page, name: str) -> None:
    page.screenshot(path=ARTEFACTS / f"{name}.png", full_page=True)
