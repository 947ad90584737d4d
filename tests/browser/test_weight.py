"""The size of pages, how they load over a slow connection, and layout shifts."""

import gzip
from importlib import resources
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, expect

from kirosample.horoscope import SIGNS
from kirosample.http import assets
from tests.browser.conftest import UNSAVED, NewPage, on_each_face
from tools.servers import NOON, Running

pytestmark = pytest.mark.browser

MOST_BYTES = 60_000
MOST_COMPRESSED = {".js": 14_000, ".css": 24_000}
STATIC = resources.files("kirosample.web") / "static"
SHIFTS = """  // less than 1e-5 is rounding
    window.shifts = [];
    new PerformanceObserver(list => {
        for (const entry of list.getEntries()) if (entry.value > 1e-5)
            window.shifts.push([entry.value, ...entry.sources.map(from => from.node?.className)]);
    }).observe({type: "layout-shift", buffered: true});
"""
PAINTED = """patience => Promise.race([
    new Promise(done => new PerformanceObserver(list => list.getEntries().some(
        ({name}) => name === "first-contentful-paint") && done(true)
    ).observe({type: "paint", buffered: true})),
    new Promise(done => setTimeout(done, patience, false)),
])"""
"""Whether something is shown, within so many milliseconds."""

CHOSEN_ELSEWHERE = """signs => {
    localStorage.setItem("kirosample.signs", JSON.stringify(signs));
    window.dispatchEvent(new Event("storage"));
    return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""


@pytest.mark.parametrize("ending", MOST_COMPRESSED)
def test_all_scripts_and_all_styles_together_are_small(ending: str) -> None:
    files = [file for file in STATIC.iterdir() if file.name.endswith(ending)]
    assert files
    total = sum(len(gzip.compress(assets.read(file), 9)) for file in files)
    assert total <= MOST_COMPRESSED[ending]


@pytest.mark.parametrize("width", [360, pytest.param(1280, marks=pytest.mark.long)])
def test_every_page_is_below_60_kb_with_all_that_it_loads_and_shifts_no_layout(
    lived_in_server: Running, new_page: NewPage, width: int
) -> None:
    page = new_page(NOON, viewport={"width": width, "height": 800})
    page.add_init_script(SHIFTS)
    without_cache = page.context.new_cdp_session(page)
    without_cache.send("Network.setCacheDisabled", {"cacheDisabled": True})
    requests = requests_of(page)

    def look() -> list[Any]:
        found = shifts(page)
        assert len(requests) >= 3, f"{page.url} came without its styles or scripts"
        size = sum(map(transferred, requests))
        requests.clear()
        return found + [f"{size} bytes"] * (size >= MOST_BYTES)

    assert on_each_face(lived_in_server, page, look) == {}


def requests_of(page: Page) -> list[Request]:
    """A list of the page's requests, each added once its response is there."""
    requests: list[Request] = []
    page.on("requestfinished", lambda request: requests.append(request))
    return requests


def transferred(request: Request) -> int:
    """The bytes of the answer as they came, its head included."""
    sizes = request.sizes()
    return sizes["responseHeadersSize"] + sizes["responseBodySize"]


def test_a_script_that_hangs_leaves_the_page_readable(
    lived_in_server: Running, new_page: NewPage
) -> None:
    page = new_page(NOON)
    page.add_init_script(UNSAVED)
    page.route("**/static/app.*.js", lambda _: None)
    for address in ("/", "/horoscope", "/horoscope/leo", "/quote"):
        page.goto(lived_in_server.url + address, wait_until="commit")
        assert page.evaluate(PAINTED, 3000), address
        expect(page.locator("h1")).to_be_in_viewport()
        expect(page.locator("footer")).to_be_visible()
        if address == "/":
            expect(page.locator(".own-signs")).to_be_visible()


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_shifts_for_a_visitor_with_a_sign_when_the_script_is_late(
    lived_in_server: Running, new_page: NewPage, width: int, prefix: str
) -> None:
    page = new_page(NOON, viewport={"width": width, "height": 2000})
    page.add_init_script(UNSAVED)
    page.add_init_script(SHIFTS)

    def late(route: Route) -> None:
        assert page.evaluate(PAINTED, 3000)
        route.continue_()

    page.route("**/static/app.*.js", late)
    page.goto(f"{lived_in_server.url}{prefix}/horoscope/leo")
    expect(page.locator("[data-choose-sign]")).to_be_enabled()
    assert shifts(page) == []
    page.locator("[data-choose-sign]").click()
    for address, own in (("/", ".own-card"), ("/horoscope", ".is-own")):
        page.goto(lived_in_server.url + prefix + address)
        page.locator(own).first.wait_for()
        for sign in SIGNS:
            for signs in ([sign.id], [], [sign.id, "leo", "virgo"], []):
                page.evaluate(CHOSEN_ELSEWHERE, signs)
        page.evaluate(CHOSEN_ELSEWHERE, ["leo"])
        assert shifts(page) == [], address


def test_a_layout_shift_is_detected(lived_in_server: Running, new_page: NewPage) -> None:
    page = new_page(NOON)
    page.add_init_script(SHIFTS)
    page.goto(lived_in_server.url, wait_until="networkidle")
    page.evaluate("document.querySelector('main').style.marginTop = '200px'")
    assert shifts(page) != []


def shifts(page: Page) -> list[Any]:
    """Every shift of the layout once all is loaded: how far, and what moved."""
    page.wait_for_load_state("networkidle")
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.wait_for_timeout(100)
    seen: list[Any] = page.evaluate("window.shifts")
    return seen
