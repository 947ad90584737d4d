"""A headless Chromium, and pages of it that notice what goes wrong."""

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from tests.browser.lived_in import lived_in
from tests.postgres import fresh_database
from tests.servers import Running

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",  # as root, in a container
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

NewPage = Callable[..., Page]


@pytest.fixture(scope="module")  # while it is there, this thread has an event loop
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """Make a page of another person's browser. In the end none may have seen an error.

    Its clock stands `at` an instant where the test says so.
    """
    contexts, errors = [], []

    def make(at: datetime | None = None, **options: Any) -> Page:
        context = browser.new_context(**{"locale": "ja-JP", **options})
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        if at:
            page.clock.set_fixed_time(at)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: _note(errors, message.type, message.text))
        return page

    yield make
    for context in contexts:
        context.close()
    assert errors == []


def _note(errors: list[str], kind: str, text: str) -> None:
    """Errors of scripts and of the content security policy; an answer's status is the test's."""
    if kind in ("error", "warning") and not text.startswith("Failed to load resource"):
        errors.append(text)


@pytest.fixture(scope="module")
def lived_in_server(embedded_postgres: str) -> Iterator[Running]:
    """Our server with favorites, which a whole module of tests leaves as they were."""
    with fresh_database(embedded_postgres) as address, lived_in(address) as running:
        yield running
