"""Walking through days and months, the year, and the visitor's town."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tools.servers import NOON, Running

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 780}
PAGES_OF_A_DAY = ("/date", "/horoscope", "/horoscope/leo", "/quote")
SIZE = "size => document.documentElement.style.fontSize = size"
OVERLAPS = """() => [...document.querySelectorAll(".day-links")].flatMap(links => {
    const texts = document.createTreeWalker(links, NodeFilter.SHOW_TEXT), boxes = [];
    while (texts.nextNode()) {
        const {currentNode: node} = texts, range = document.createRange();
        if (!node.data.trim() || node.parentElement.matches(".vh")) continue;
        range.selectNodeContents(node);
        boxes.push(range.getBoundingClientRect());
    }
    const areApart = (one, other) => one.right <= other.left || other.right <= one.left ||
        one.bottom <= other.top || other.bottom <= one.top;
    return boxes.filter((one, at) =>
        one.right > innerWidth || !boxes.slice(at + 1).every(other => areApart(one, other)));
})"""


@pytest.mark.parametrize("language", ["", "/en"])
def test_day_links_never_overlap(
    lived_in_server: Running, new_page: NewPage, language: str
) -> None:
    page = new_page(NOON)
    overlaps = {}
    for path in PAGES_OF_A_DAY:
        page.goto(f"{lived_in_server.url}{language}{path}?date=2026-12-25")
        for width, size in ((390, "24px"), (320, "32px"), (360, "32px"), (414, "32px")):
            page.set_viewport_size({"width": width, "height": 780})
            page.evaluate(SIZE, size)
            if found := page.evaluate(OVERLAPS):
                overlaps[path, width, size] = found
    assert overlaps == {}


def test_months_are_walked_with_taps(lived_in_server: Running, new_page: NewPage) -> None:
    page = new_page(NOON, viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto(f"{lived_in_server.url}/date?date=2026-12-31&place=kyoto")
    months = page.get_by_role("navigation", name="前後の月")
    for link, heading in (
        ("次の月", "1月"),
        ("次の月", "2月"),
        ("前の月", "1月"),
        ("今月", "11月"),
    ):
        months.get_by_role("link", name=link).tap()
        expect(page.locator("#month")).to_have_text(f"{heading}の月と六曜")
        expect(page.locator("#month")).to_be_in_viewport()
        expect(page.locator("#asked-place")).to_have_value("kyoto")
    expect(page.locator(".month a[aria-current]")).to_contain_text("24")
