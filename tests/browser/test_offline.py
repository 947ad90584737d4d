"""The portal without a network. The worker's clock is the browser's, so the server's is changed."""

import asyncio
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from starlette.responses import Response

from ishizue.clock import Clock
from kirosample.favorites import Favorite
from kirosample.web.i18n import japanese
from tests.browser.conftest import LIKE, SHIFTS, NewPage
from tools.servers import NOON, Running, serving

pytestmark = pytest.mark.browser

SAVED = ".saved"
MINE = "favorites?mine=true"
DAY_PAGES = ("", "date", "horoscope", "quote", "horoscope/leo")
STUCK = 3000  # ms; the worker's own time-out is 10 s
SLOW = 1500  # ms, the least that the worker waits for the network
SIGNS = """localStorage.setItem("kirosample.signs", '["leo"]')"""
TOLD = "navigator.serviceWorker.addEventListener('message', () => { window.told = true })"
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


@pytest.mark.parametrize(
    ("saves_data", "home"), [(False, {""}), (True, set())], ids=["of another day", "with save-data"]
)
def test_little_or_nothing_is_saved_ahead(
    server: Running, new_page: NewPage, saves_data: bool, home: set[str]
) -> None:
    """Each visit saves one page of a server of another day, to see whether it is still that day."""
    page = new_page()
    if saves_data:
        page.add_init_script("navigator.connection.__defineGetter__('saveData', () => true)")
    visit(page, f"{server.url}/about")
    for path in home:
        until_saved(page, f"/{path}")
    visit(page, f"{server.url}/date")
    assert saved_pages(page) == home | {"about", "date", "offline", "en/offline"}


@pytest.mark.parametrize("height", [700, 3000], ids=["below the view", "in view"])
def test_what_is_liked_changes_on_a_saved_page_unless_that_moves_what_is_in_view(
    new_page: NewPage, height: int
) -> None:
    liked = [favorite("好き")]
    popular = SimpleNamespace(favorites=lambda: tuple(liked))
    with serving(None, clock=days_ago(0)) as server:
        server.portal.favorites = SimpleNamespace(popular=popular)  # type: ignore[assignment]
        page = new_page(viewport={"width": 390, "height": height})
        page.add_init_script(SHIFTS)
        page.add_init_script(TOLD)
        visit(page, server.url)

        def shown_then(*contents: str) -> str | None:
            liked[:] = map(favorite, contents)
            page.goto(server.url)
            until(page, "window.told")
            return page.locator(".popular .card-text").first.text_content()

        assert shown_then("もっと") == "もっと"
        higher = shown_then("もっと", "ずっと")
        assert page.locator(".popular li").count() == (2 if height == 700 else 1)
        assert higher == "もっと"
        assert page.evaluate("window.shifts") == []


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


def test_a_file_of_another_release_is_used_and_not_saved(
    server: Running, new_page: NewPage
) -> None:
    page = new_page()
    visit(page, f"{server.url}/about")
    url = server.portal.assets.url("style.css")
    other = re.sub(r"[0-9a-f]{10}", "0123456789", url)
    text = "path => fetch(path).then(response => response.text())"
    assert page.evaluate(text, other) == page.evaluate(text, url)
    assert other[1:] not in saved_paths(page)
    # A worker with files of another release is not installed.
    newer = server.text("/sw.js").replace(url, other).replace('BUILD = "', 'BUILD = "newer')
    server.service_state.page_cache.put("worker", newer.encode())
    page.goto(f"{server.url}/quote")
    page.evaluate("navigator.serviceWorker.getRegistration().then(one => one.update())")
    until(page, "caches.keys().then(names => names.length > 1)")
    until(page, "navigator.serviceWorker.getRegistration().then(one => !one.installing)")
    assert other[1:] not in saved_paths(page)


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


def test_a_page_of_another_day_is_shown_until_todays_arrives(
    turned_off: ExitStack, new_page: NewPage
) -> None:
    day = [-1]

    def clock() -> datetime:
        return datetime.now(UTC) + timedelta(day[0])

    server = turned_off.enter_context(serving(None, clock=clock, fast_path=False))
    usual = server.server.config.loaded_app
    arrives = threading.Event()

    async def late(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.to_thread(arrives.wait)
        await usual(scope, receive, send)

    page = new_page()
    arrives.set()
    server.server.config.loaded_app = late
    visit(page, f"{server.url}/date")
    arrives.clear()
    day[0] = 0
    try:
        page.goto(f"{server.url}/date")
        expect(page.locator(SAVED)).to_have_count(1)
        expect(page.locator("body")).to_have_attribute("data-saved", japan(-1))
    finally:
        arrives.set()
    expect(page.locator("body")).to_have_attribute("data-today", japan(0))
    expect(page.locator(SAVED)).to_have_count(0)


def hanging(server: Running) -> socket.socket:
    """Listen in place of the server, accept connections and never respond."""
    return socket.create_server(("127.0.0.1", urlsplit(server.url).port or 0))


def test_the_number_of_saved_pages_is_bounded(server: Running, new_page: NewPage) -> None:
    page = new_page()
    visit(page, server.url)
    urls = [f"{server.url}/quote/{quote.id}" for quote in server.portal.catalogue.quotes[:64]]
    page.context.service_workers[0].evaluate(
        "async urls => { for (const url of urls) await save(url, await fetch(url)) }", urls
    )
    kept = saved_paths(page)
    assert len(kept) <= 60 + 5, "what every page needs is kept beside them"
    assert f"quote/{server.portal.catalogue.quotes[0].id}" not in kept
    assert f"quote/{server.portal.catalogue.quotes[63].id}" in kept


def japan(days: int) -> str:
    """Today in Japan by the browser's clock, or a day near it."""
    return f"{datetime.now(UTC) + timedelta(days, hours=9):%Y-%m-%d}"


def favorite(content: str) -> Favorite:
    return Favorite(
        id=1, type="quote", item="x", content=content, author="人", created_at=NOON, likes=3
    )
