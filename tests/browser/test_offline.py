"""The portal without a network. The worker's clock is the browser's, so the server's is changed."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from starlette.responses import Response

from ishizue.clock import Clock
from kirosample.web.i18n import japanese
from tests.browser.conftest import LIKE, NewPage
from tools.servers import Running, serving

pytestmark = pytest.mark.browser

SAVED = ".saved"
MINE = "favorites?mine=true"
DAY_PAGES = ("", "date", "horoscope", "quote", "horoscope/leo")
STUCK = 3000  # ms; the worker's own time-out is 10 s
SLOW = 1500  # ms, the least that the worker waits for the network
SIGNS = """localStorage.setItem("kirosample.signs", '["leo"]')"""
FIRST_PAINT = """new Promise(done => new PerformanceObserver(list => {
    for (const {name, startTime} of list.getEntries())
        if (name === "first-contentful-paint") done(startTime);
}).observe({type: "paint", buffered: true}))"""


def days_ago(days: int) -> Clock:
    return lambda: datetime.now(UTC) - timedelta(days)


@pytest.fixture
def turned_off() -> Iterator[ExitStack]:
    """The servers of a test. Closing the stack takes the network away."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def todays(turned_off: ExitStack) -> Running:
    """A server whose clock is the browser's, until it is turned off."""
    return turned_off.enter_context(serving(None, clock=days_ago(0)))


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
    until_saved(page, page.url)


def saved_paths(page: Page) -> set[str]:
    urls: list[str] = page.evaluate(
        "caches.keys().then(names => Promise.all(names.map(name => caches.open(name)"
        ".then(cache => cache.keys())))).then(all => all.flat().map(({url}) => url))"
    )
    return {url.split("/", 3)[3] for url in urls}


def saved_pages(page: Page) -> set[str]:
    return {path for path in saved_paths(page) if not path.startswith("static/")}


def until_saved(page: Page, path: str) -> None:
    until(page, f"caches.match('{path}').then(found => found !== undefined)")


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_main_pages_open_without_a_network_today_and_after_midnight(
    turned_off: ExitStack, todays: Running, new_page: NewPage, prefix: str
) -> None:
    page = new_page(locale="en-US" if prefix else "ja-JP")
    page.add_init_script(SIGNS)
    visit(page, f"{todays.url}{prefix}/about")
    until_saved(page, f"{prefix}/quote?today={japan(1)}")
    ours = f"{prefix}/".removeprefix("/")
    assert saved_pages(page) == {
        *(ours + path + query for path in DAY_PAGES for query in ("", f"?today={japan(1)}")),
        f"{ours}about",
        "offline",
        "en/offline",
    }
    turned_off.close()
    for days in (0, 1):
        for path in DAY_PAGES:
            page.goto(f"{todays.url}{prefix}/{path}")
            expect(page.locator("body")).to_have_attribute("data-today", japan(days))
            expect(page.locator("html")).to_have_attribute("lang", "en" if prefix else "ja")
            expect(page.locator(SAVED)).to_have_count(0)
            assert page.evaluate("document.styleSheets[0].cssRules.length") > 50
        (worker,) = page.context.service_workers
        worker.evaluate("(now => { Date.now = () => now() + 24 * 3600e3 })(Date.now)")
    page.goto(f"{todays.url}{prefix}/date?date={japan(1)}")
    expect(page.locator(SAVED)).to_have_count(1)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_page_saved_on_another_day_is_never_shown_as_todays(
    turned_off: ExitStack, new_page: NewPage, prefix: str
) -> None:
    server = turned_off.enter_context(serving(None, clock=days_ago(1)))
    page = new_page()
    visit(page, f"{server.url}{prefix}/")
    expect(page.locator("body")).to_have_attribute("data-today", japan(-1))
    visit(page, f"{server.url}{prefix}/date")
    turned_off.close()
    page.goto(f"{server.url}{prefix}/date")
    expect(page.locator(".eyebrow")).to_have_text("That day’s calendar" if prefix else "この日の暦")
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


def test_without_a_network_todays_page_stands_in_or_the_reader_is_told(
    database: str, turned_off: ExitStack, new_page: NewPage
) -> None:
    server = turned_off.enter_context(serving(database, clock=days_ago(0)))
    page = new_page()
    visit(page, f"{server.url}/date")
    until_saved(page, "/quote")
    home = page.evaluate("caches.match('/').then(home => home.text())")
    turned_off.close()
    for path in (f"quote?date={japan(0)}", f"date?date={japan(0)}&place=kyoto", "date?place=kyoto"):
        page.goto(f"{server.url}/{path}")
        expect(page.locator("body")).to_have_attribute("data-today", japan(0))
        expect(page.locator(SAVED)).to_have_count(0)
    for path in (f"quote?date={japan(-1)}", "date?date=2020-01-01"):
        page.goto(f"{server.url}/{path}")
        expect(page.locator("h1")).to_have_text("つながっていません")
    moon = page.locator(".moon-lit").get_attribute("d")
    assert f'"{moon}"' in home, "today's"
    page.goto(f"{server.url}/en/about")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto(f"{server.url}/favorites")
    expect(page.locator("main")).to_contain_text("お気に入りは、つながっているときだけ見られます。")
    expect(page.locator("main")).not_to_contain_text("まだ")


def test_errors_private_pages_and_the_api_are_not_saved(
    database: str, turned_off: ExitStack, new_page: NewPage
) -> None:
    server = turned_off.enter_context(serving(database, fast_path=False))
    usual = server.server.config.loaded_app

    async def behind_a_proxy(scope: Any, receive: Any, send: Any) -> None:
        answer = usual
        if scope["path"] == "/api":
            answer = Response("<h1>Bad Gateway</h1>", 502, media_type="text/html")
        await answer(scope, receive, send)

    server.server.config.loaded_app = behind_a_proxy
    page = new_page()
    visit(page, f"{server.url}/quote")
    page.locator(LIKE).click()
    expect(page.locator(".notices")).to_contain_text("保存しました")
    for path in ("favorites", MINE, "nothing", "quote/random", "api/date", "api"):
        page.goto(f"{server.url}/{path}")
    expect(page.locator("h1")).to_have_text("Bad Gateway")
    visit(page, f"{server.url}/about")
    pages = saved_pages(page)
    random = {path for path in pages if path.startswith("quote/")}  # where /quote/random led to
    ahead = {path for path in pages if "?today=" in path}
    assert pages - ahead - random - {"", "about"} == {"quote", "offline", "en/offline"}
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
    server.service_state.page_cache.put("worker", newer.encode())
    page.evaluate("navigator.serviceWorker.controller.postMessage(0)")  # there is one
    page.goto(f"{server.url}/quote")  # which makes the browser look for a new one
    until(page, "caches.keys().then(names => String(names) === 'kirosample-newer')")
    until_saved(page, page.url)
    stored = page.evaluate("fetch('/sw.js').then(answer => answer.headers.get('cache-control'))")
    assert stored.startswith("max-age=0, must-revalidate")


def test_a_server_that_hangs_makes_nobody_wait_for_a_saved_page(
    turned_off: ExitStack, todays: Running, new_page: NewPage
) -> None:
    source = todays.text("/sw.js")
    assert f"SLOW = {SLOW}" in source
    assert "STUCK = 10000" in source
    sooner = source.replace("STUCK = 10000", f"STUCK = {STUCK}")
    todays.service_state.page_cache.put("worker", sooner.encode())
    page = new_page()
    visit(page, f"{todays.url}/date")
    until_saved(page, f"/quote?today={japan(1)}")
    turned_off.close()
    with hanging(todays):
        for path in ("/", "/date", "/quote"):
            page.goto(todays.url + path)
            assert page.evaluate(FIRST_PAINT) < SLOW
            expect(page.locator("body")).to_have_attribute("data-today", japan(0))
        page.reload()
        expect(page.locator("body")).to_have_attribute("data-today", japan(0))
        page.goto(f"{todays.url}/about")
        expect(page.locator("h1")).to_have_text("つながっていません")


def hanging(server: Running) -> socket.socket:
    """Listen in place of the server, accept connections and never respond."""
    return socket.create_server(("127.0.0.1", urlsplit(server.url).port or 0))


def japan(days: int) -> str:
    """Today in Japan by the browser's clock, or a day near it."""
    return f"{datetime.now(UTC) + timedelta(days, hours=9):%Y-%m-%d}"
