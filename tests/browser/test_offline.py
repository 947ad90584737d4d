"""The portal without a network. The worker's clock is the browser's, so the server's is changed."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from starlette.responses import Response

from kirosample.clock import Clock
from kirosample.web.i18n import japanese
from tests.browser.conftest import NewPage
from tools.servers import Running, serving

pytestmark = pytest.mark.browser

SAVED = ".saved"


def days_ago(days: int) -> Clock:
    return lambda: datetime.now(UTC) - timedelta(days)


@pytest.fixture
def turned_off() -> Iterator[ExitStack]:
    """The servers of a test. Closing the stack takes the network away."""
    with ExitStack() as stack:
        yield stack


def until(page: Page, holds: str) -> None:
    """Wait until a promise in the page resolves to something true."""
    for _ in range(100):
        if page.evaluate(holds):
            return
        time.sleep(0.05)
    raise AssertionError(holds)


def visit(page: Page, url: str) -> None:
    """Open a page and wait until it is saved."""
    page.goto(url)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    until(page, "caches.match(location.href).then(found => found !== undefined)")


def saved_paths(page: Page) -> set[str]:
    urls: list[str] = page.evaluate(
        "caches.keys().then(names => Promise.all(names.map(name => caches.open(name)"
        ".then(cache => cache.keys())))).then(all => all.flat().map(({url}) => url))"
    )
    return {url.split("/", 3)[3] for url in urls}


def test_a_page_saved_today_is_shown_as_it_was(turned_off: ExitStack, new_page: NewPage) -> None:
    server = turned_off.enter_context(serving(None, clock=days_ago(0)))
    page = new_page()
    visit(page, f"{server.url}/horoscope")
    turned_off.close()
    page.goto(f"{server.url}/horoscope")
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(SAVED)).to_have_count(0)
    expect(page.locator("body")).to_have_attribute("data-today", japan(0))
    assert page.evaluate("document.styleSheets[0].cssRules.length") > 50
    page.goto(server.url)  # the first page is saved with the worker itself
    expect(page.locator("h1")).to_be_visible()


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_page_saved_on_another_day_is_never_shown_as_todays(
    turned_off: ExitStack, new_page: NewPage, prefix: str
) -> None:
    server = turned_off.enter_context(serving(None, clock=days_ago(1)))
    page = new_page()
    visit(page, f"{server.url}{prefix}/")
    expect(page.locator("body")).to_have_attribute("data-today", japan(-1))
    turned_off.close()
    page.goto(f"{server.url}{prefix}/")
    day = datetime.fromisoformat(japan(-1)).date()
    told = (
        f"Saved page of {day:%A, %B} {day.day}."
        if prefix
        else f"保存されたページ：{japanese.short_date(day)}のものです。"
    )
    expect(page.locator(SAVED)).to_have_text(told)
    expect(page.locator("body")).to_have_attribute("data-saved", japan(-1))
    assert page.locator("[data-today]").count() == 0
    assert page.title().startswith(told)
    expect(page.locator("#ranking")).to_have_text(
        "That day’s horoscope" if prefix else "この日の星占い"
    )


def test_a_page_that_was_never_opened_says_that_there_is_no_network(
    turned_off: ExitStack, new_page: NewPage
) -> None:
    server = turned_off.enter_context(serving(None, clock=days_ago(0)))
    page = new_page()
    visit(page, server.url)
    turned_off.close()
    page.goto(f"{server.url}/date?date=2020-01-01")
    expect(page.locator("h1")).to_have_text("つながっていません")
    page.goto(f"{server.url}/en/about")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("h1")).to_be_visible()


def test_the_app_begins_in_the_language_of_the_page_that_installed_it(
    turned_off: ExitStack, new_page: NewPage
) -> None:
    server = turned_off.enter_context(serving(None, clock=days_ago(0)))
    page = new_page(locale="en-US")
    visit(page, f"{server.url}/en/about")
    assert saved_paths(page) >= {"", "en/", "en/about"}
    turned_off.close()
    page.goto(f"{server.url}/en/")
    expect(page.locator("#ranking")).to_have_text("Today’s horoscope")


def test_todays_page_is_found_by_its_date_and_favorites_are_not_promised(
    database: str, turned_off: ExitStack, new_page: NewPage
) -> None:
    server = turned_off.enter_context(serving(database, clock=days_ago(0)))
    page = new_page()
    visit(page, f"{server.url}/quote")
    turned_off.close()
    page.goto(f"{server.url}/quote?date={japan(0)}")
    expect(page.locator("h1")).to_have_text("今日の名言")
    expect(page.locator(SAVED)).to_have_count(0)
    page.goto(f"{server.url}/quote?date={japan(-1)}")
    expect(page.locator("h1")).to_have_text("つながっていません")
    page.goto(f"{server.url}/favorites")
    expect(page.locator("main")).to_contain_text("お気に入りは、つながっているときだけ見られます。")
    expect(page.locator("main")).not_to_contain_text("まだ")


def test_errors_private_pages_and_the_api_are_not_saved(server: Running, new_page: NewPage) -> None:
    page = new_page()
    visit(page, f"{server.url}/quote")
    page.locator("button[name=like]").click()
    expect(page.locator(".notices")).to_contain_text("入れました")
    for path in ("/favorites", "/favorites?mine=true", "/nothing", "/quote/random", "/api/date"):
        page.goto(server.url + path)
    visit(page, f"{server.url}/about")
    pages = {path for path in saved_paths(page) if not path.startswith("static/")}
    random = {path for path in pages if path.startswith("quote/")}  # where /quote/random led to
    assert pages - random == {"", "about", "offline", "en/offline", "quote"}
    assert len(random) == 1


def test_a_new_worker_takes_over_and_deletes_the_old_cache(
    server: Running, new_page: NewPage
) -> None:
    page = new_page()
    visit(page, f"{server.url}/date")
    (old,) = page.evaluate("caches.keys()")
    source = server.text("/sw.js")
    newer = source.replace(old.removeprefix("kirosample-"), "newer")
    assert newer != source
    server.runtime.page_cache.put("worker", newer.encode())
    page.evaluate("navigator.serviceWorker.controller.postMessage(0)")  # there is one
    page.goto(f"{server.url}/quote")  # which makes the browser look for a new one
    until(page, "caches.keys().then(names => String(names) === 'kirosample-newer')")
    until(page, "caches.match(location.href).then(found => found !== undefined)")
    assert page.evaluate("fetch('/sw.js').then(answer => answer.headers.get('cache-control'))") == (
        "no-cache"
    )


@pytest.mark.parametrize("days", [0, 1], ids=["todays", "another days, which says so"])
def test_a_network_that_hangs_leaves_the_saved_page(
    turned_off: ExitStack, new_page: NewPage, days: int
) -> None:
    server = turned_off.enter_context(serving(None, clock=days_ago(days), fast_path=False))
    if days:  # the worker waits for the network for 10 s before it shows that page
        source = server.text("/sw.js")
        assert "STUCK = 10000" in source
        sooner = source.replace("STUCK = 10000", "STUCK = 500")
        server.runtime.page_cache.put("worker", sooner.encode())
    usual, lets_go = server.server.config.loaded_app, threading.Event()

    async def hanging(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.to_thread(lets_go.wait)
        await usual(scope, receive, send)

    page = new_page()
    lets_go.set()
    server.server.config.loaded_app = hanging
    visit(page, f"{server.url}/date")
    lets_go.clear()
    try:
        page.goto(f"{server.url}/date")
        expect(page.locator("h1")).to_be_visible()
        expect(page.locator(SAVED)).to_have_count(days)
        assert page.locator("body").get_attribute("data-saved") == (japan(-1) if days else None)
    finally:
        lets_go.set()


def test_an_error_of_a_proxy_is_not_saved(turned_off: ExitStack, new_page: NewPage) -> None:
    server = turned_off.enter_context(serving(None, clock=days_ago(0), fast_path=False))
    usual = server.server.config.loaded_app

    async def failing(scope: Any, receive: Any, send: Any) -> None:
        answer = usual
        if scope["path"] == "/about":
            answer = Response("<h1>Bad Gateway</h1>", 502, media_type="text/html")
        await answer(scope, receive, send)

    server.server.config.loaded_app = failing
    page = new_page()
    visit(page, server.url)
    page.goto(f"{server.url}/about")
    expect(page.locator("h1")).to_have_text("Bad Gateway")
    visit(page, f"{server.url}/date")
    assert "about" not in saved_paths(page)


def test_the_number_of_saved_pages_is_bounded(server: Running, new_page: NewPage) -> None:
    page = new_page()
    visit(page, server.url)
    for quote in server.portal.catalogue.quotes[:64]:
        page.goto(f"{server.url}/quote/{quote.id}")
    until(page, "caches.match(location.href).then(found => found !== undefined)")
    kept = saved_paths(page)
    assert len(kept) <= 60 + 5, "what every page needs is kept beside them"
    assert f"quote/{server.portal.catalogue.quotes[0].id}" not in kept
    assert f"quote/{server.portal.catalogue.quotes[63].id}" in kept


def japan(days: int) -> str:
    """Today in Japan by the browser's clock, or a day near it."""
    return f"{datetime.now(UTC) + timedelta(days, hours=9):%Y-%m-%d}"
