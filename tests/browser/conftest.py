"""A headless Chromium whose pages must log no error."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

from ishizue.testing.postgres import fresh_database
from tools.browser.lived_in import lived_in
from tools.browser.programs import ARGUMENTS, headless_chromium
from tools.servers import Running

NewPage = Callable[..., Page]

LIKE = "button[name=like]"
UNSAVED = "delete Navigator.prototype.serviceWorker"
"""An initial script: no service worker saves pages, or answers in place of the network."""
SHIFTS = """  // less than 1e-5 is rounding
    window.shifts = [];
    new PerformanceObserver(list => {
        for (const entry of list.getEntries()) if (entry.value > 1e-5)
            window.shifts.push([entry.value, ...entry.sources.map(from => from.node?.className)]);
    }).observe({type: "layout-shift", buffered: true});
"""
"""An initial script that notes what moves."""
TWICE = "document.documentElement.style.fontSize = '200%'"
PAINTED = """patience => Promise.race([
    new Promise(done => new PerformanceObserver(list => list.getEntries().some(
        ({name}) => name === "first-contentful-paint") && done(true)
    ).observe({type: "paint", buffered: true})),
    new Promise(done => setTimeout(done, patience, false)),
])"""
"""A function that says whether something is shown within so many milliseconds."""
_NO_ERRORS = ("Failed to load resource", "Transition was aborted", "Transition was skipped")


@pytest.fixture(scope="module")  # while it is there, this thread has an event loop
def browser() -> Iterator[Browser]:
    program = headless_chromium()
    if program is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """Make a page of a new browser profile, whose clock stands still `at` this time if given."""
    contexts = []
    errors: list[str] = []

    def make(at: datetime | None = None, **options: Any) -> Page:
        options.setdefault("locale", "ja-JP")
        context = browser.new_context(**options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        if at:
            page.clock.set_fixed_time(at)
        page.on("pageerror", lambda error: _note(errors, "error", str(error)))
        page.on("console", lambda message: _note(errors, message.type, message.text))
        return page

    yield make
    for context in contexts:
        context.close()
    assert errors == []


def _note(errors: list[str], kind: str, text: str) -> None:
    """Add an error of a script or of the content security policy.

    Tests check statuses, and a busy browser may skip a view transition.
    """
    if kind in ("error", "warning") and not text.startswith(_NO_ERRORS):
        errors.append(text)


def shifts(page: Page) -> list[Any]:
    """Return every shift of the layout so far: how far, and what moved."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.wait_for_timeout(100)
    seen: list[Any] = page.evaluate("window.shifts")
    return seen


def without_cache(page: Page) -> list[Request]:
    """Return a list of the page's requests, to which each is added once its response is there."""
    session = page.context.new_cdp_session(page)
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    requests: list[Request] = []
    page.on("requestfinished", lambda request: requests.append(request))
    return requests


def like(page: Page) -> None:
    """Like the one thing that the page is about, and wait until it is settled."""
    page.locator(LIKE).click()
    expect(page.locator(LIKE)).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


def likes(server: Running) -> dict[str, int]:
    """Return every favorite's content and its likes."""
    favorites = server.json("/api/favorites")["favorites"]
    return {favorite["content"]: favorite["likes"] for favorite in favorites}


@pytest.fixture(scope="module")
def lived_in_server(embedded_postgres: str) -> Iterator[Running]:
    """A server with favorites, shared by a module of tests that write nothing."""
    with fresh_database(embedded_postgres) as address, lived_in(address) as running:
        yield running
