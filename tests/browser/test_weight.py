"""What a page takes of a slow connection, and that nothing moves once it is shown."""

import gzip
from importlib import resources
from typing import Any

import pytest
from playwright.sync_api import Page, Request
from tests.browser.conftest import NewPage
from tests.browser.pages import faces
from tests.servers import NOON, Running

MOST_BYTES = 60_000
MOST_COMPRESSED = {".js": 10_000, ".css": 20_000}
STATIC = resources.files("kirosample.web") / "static"
SHIFTS = """
    window.shifts = [];
    new PerformanceObserver(list => {
        for (const entry of list.getEntries())
            window.shifts.push([entry.value, ...entry.sources.map(from => from.node?.className)]);
    }).observe({type: "layout-shift", buffered: true});
"""


@pytest.mark.parametrize("ending", MOST_COMPRESSED)
def test_all_scripts_and_all_styles_together_are_small(ending: str) -> None:
    files = [file for file in STATIC.iterdir() if file.name.endswith(ending)]
    assert files
    total = sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)
    assert total <= MOST_COMPRESSED[ending]


def test_every_page_is_below_60_kb_with_all_that_it_loads(
    lived_in_server: Running, new_page: NewPage
) -> None:
    sizes = {}
    for address in faces(lived_in_server):
        page = new_page(NOON)  # with nothing in its cache
        requests = requests_of(page)
        page.goto(lived_in_server.url + address, wait_until="networkidle")
        assert len(requests) >= 3, f"{address} came without its styles or scripts"
        sizes[address] = sum(map(transferred, requests))
    assert {address: size for address, size in sizes.items() if size >= MOST_BYTES} == {}


def requests_of(page: Page) -> list[Request]:
    """A list that every request of the page is put into once its answer is there."""
    requests: list[Request] = []
    page.on("requestfinished", lambda request: requests.append(request))
    return requests


def transferred(request: Request) -> int:
    """The bytes of the answer as they came, its head included."""
    sizes = request.sizes()
    return sizes["responseHeadersSize"] + sizes["responseBodySize"]


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_moves_on_any_page(lived_in_server: Running, new_page: NewPage, width: int) -> None:
    page = new_page(NOON, viewport={"width": width, "height": 800})
    page.add_init_script(SHIFTS)
    moved = {}
    for address in faces(lived_in_server):
        page.goto(lived_in_server.url + address, wait_until="networkidle")
        moved[address] = shifts(page)
    assert {address: seen for address, seen in moved.items() if seen} == {}


def test_nothing_moves_for_a_visitor_whose_sign_is_remembered(
    lived_in_server: Running, new_page: NewPage
) -> None:
    page = new_page(NOON, viewport={"width": 360, "height": 800})
    page.add_init_script(SHIFTS)
    page.goto(f"{lived_in_server.url}/horoscope/leo")
    page.locator("[data-choose-sign]").click()
    for address in ("/", "/horoscope"):
        page.goto(lived_in_server.url + address, wait_until="networkidle")
        page.locator(".own-sign a").wait_for()
        assert shifts(page) == [], address


def test_what_moves_is_seen(lived_in_server: Running, new_page: NewPage) -> None:
    page = new_page(NOON)
    page.add_init_script(SHIFTS)
    page.goto(lived_in_server.url, wait_until="networkidle")
    page.evaluate("document.querySelector('main').style.marginTop = '200px'")
    assert shifts(page) != []


def shifts(page: Page) -> list[Any]:
    """Every shift of the layout so far: how far, and what moved."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.wait_for_timeout(100)
    seen: list[Any] = page.evaluate("window.shifts")
    return seen
