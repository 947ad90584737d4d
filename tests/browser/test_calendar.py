"""Walking through days, months and years, and the visitor's town."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from operator import ne

import pytest
from playwright.sync_api import Page, expect

from kirosample import almanac
from tests.browser.conftest import SHIFTS, NewPage, shifts
from tools.servers import NOON, Running, serving

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 780}
TOUCH = {"viewport": PHONE, "has_touch": True, "is_mobile": True, "reduced_motion": "reduce"}
KEPT = """async day => {
    while (!localStorage.getItem("kirosample.times")?.includes(day))
        await new Promise(done => setTimeout(done, 20));
}"""
PAINTED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
REMEMBER_THE_TYPES = """() => addEventListener("pageswap", ({viewTransition}) => {
    sessionStorage.setItem("types", [...viewTransition.types]);
})"""


class Finger:
    """Touches the screen through Chromium's own input, so that it also scrolls and zooms."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._session = page.context.new_cdp_session(page)

    def drag(self, *points: tuple[int, int], beside: Sequence[tuple[int, int]] = ()) -> None:
        """Drag from point to point, while others are held, once the page is shown."""
        self._page.evaluate(PAINTED)
        for kind, point in zip(["touchStart", *["touchMove"] * len(points)], points, strict=False):
            held = [{"x": x, "y": y, "id": at} for at, (x, y) in enumerate((point, *beside))]
            self._touch(kind, held)
        self._touch("touchEnd", [])

    def zoom(self, factor: float) -> None:
        self._session.send("Emulation.setPageScaleFactor", {"pageScaleFactor": factor})

    def _touch(self, kind: str, points: list[dict[str, int]]) -> None:
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


LEFT = ((280, 400), (190, 405), (100, 410))
RIGHT = LEFT[::-1]


def test_a_swipe_leads_to_the_day_month_or_year_before_or_after(
    lived_in_server: Running, new_page: NewPage
) -> None:
    page = new_page(NOON, **TOUCH)
    finger = Finger(page)
    for path, points, led in (
        ("/date", LEFT, "/date?date=2026-11-25"),
        ("/horoscope/leo", LEFT, "/horoscope/leo?date=2026-11-25"),
        ("/quote", RIGHT, "/quote?date=2026-11-23"),
        ("/date#month", LEFT, "/date?date=2026-12-24#month"),
        ("/year", RIGHT, "/year?year=2025"),
    ):
        page.goto(lived_in_server.url + path)
        finger.drag(*points)
        page.wait_for_url(f"**{led}")


def test_scrolling_zooming_and_selecting_are_no_swipes(
    lived_in_server: Running, new_page: NewPage
) -> None:
    page = new_page(NOON, **TOUCH)
    finger = Finger(page)
    page.goto(f"{lived_in_server.url}/date")
    page.evaluate(
        "addEventListener('click', click => { window.left = true; click.preventDefault() })"
    )
    finger.drag((250, 400), (215, 400))  # too short
    finger.drag((200, 600), (140, 400), (100, 300))
    assert page.evaluate("scrollY") > 0
    finger.drag((340, 400), (240, 400), (140, 400))  # from the edge
    finger.drag(*LEFT, beside=[(200, 200)])
    finger.zoom(2)
    finger.drag(*LEFT)
    finger.zoom(1)
    page.evaluate("getSelection().selectAllChildren(document.querySelector('h1'))")
    finger.drag(*LEFT)
    page.evaluate("getSelection().removeAllRanges()")
    wide = "display: block; width: 15em; overflow-x: auto; white-space: nowrap"
    page.locator(".almanac").evaluate("(table, wide) => { table.style.cssText = wide }", wide)
    page.locator(".almanac").scroll_into_view_if_needed()
    finger.drag((200, 400), (150, 400), (60, 400))
    assert page.evaluate("window.left") is None
    page.locator(".almanac").evaluate("table => { table.style.cssText = '' }")
    finger.drag(*LEFT)
    page.evaluate(PAINTED)
    assert page.evaluate("window.left")


def test_days_turn_by_their_direction(lived_in_server: Running, new_page: NewPage) -> None:
    """A browser that is busy skips the transition, so no test watches it."""
    page = new_page(NOON)
    for address, link, types in (
        ("/date", "[rel=prev]", "earlier"),
        ("/horoscope/leo", "[rel=next]", "later"),
        ("/date", ".site-nav a", ""),
    ):
        page.goto(lived_in_server.url + address)
        page.evaluate(REMEMBER_THE_TYPES)
        before = page.url
        page.locator(link).first.click()
        page.wait_for_url(partial(ne, before))
        assert page.evaluate("sessionStorage.getItem('types')") == types


@pytest.mark.parametrize("language", ["", "/en"])
def test_a_year_is_walked_and_printed_on_one_sheet(
    lived_in_server: Running, new_page: NewPage, language: str
) -> None:
    page = new_page(NOON, viewport=PHONE)
    page.goto(f"{lived_in_server.url}{language}/date")
    page.locator(".month-section .more a").click()
    page.locator(".day-links [rel=next]").click()
    expect(page).to_have_url(f"{lived_in_server.url}{language}/year?year=2027")
    expect(page.locator(".year-month td a")).to_have_count(365)
    page.evaluate("window.print = () => { window.printed = true }")
    page.locator("[data-print]").click()
    assert page.evaluate("window.printed")
    for year in (2019, 2027):  # with the most holidays, and with fewer
        page.goto(f"{lived_in_server.url}{language}/year?year={year}")
        assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1
    page.locator(".year-month h2 a").nth(1).click()
    expect(page.locator("#month")).to_be_in_viewport()
    expect(page.locator(".month a[aria-current]")).to_have_attribute(
        "href", f"{language}/date?date=2027-02-01"
    )


def test_the_town_is_remembered_and_tokyo_comes_back(
    lived_in_server: Running, new_page: NewPage
) -> None:
    page = new_page(NOON, viewport=PHONE, locale="en-US")
    address = f"{lived_in_server.url}/en"
    names = page.locator("[data-town=name]")

    def choose(town: str) -> None:
        page.locator("#asked-place").select_option(town)
        page.locator(".date-form button").click()
        page.wait_for_url(f"**&place={town}")

    page.goto(f"{address}/date")
    expect(names.first).to_have_text("Tokyo")
    choose("kyoto")
    expect(names.first).to_have_text("Kyoto")
    times = page.locator("[data-town]").all_inner_texts()
    page.add_init_script(SHIFTS)
    page.goto(f"{address}/date")
    expect(names).to_have_text(["Kyoto"])
    assert shifts(page) == []
    assert page.locator("[data-town]").all_inner_texts() == times
    expect(page.locator("#asked-place")).to_have_value("kyoto")
    page.goto(f"{address}/")
    expect(page.locator("[data-town]")).to_have_text([*times[1:3], "Kyoto"])
    assert shifts(page) == []
    page.goto(f"{address}/date")
    page.locator(".day-links [rel=next]").first.click()
    page.wait_for_url("**/date?date=2026-11-25&place=kyoto")
    choose("tokyo")
    page.goto(f"{address}/date")
    expect(page.locator("#asked-place")).to_have_value("tokyo")
    expect(names.first).to_have_text("Tokyo")


def test_the_town_needs_no_network_on_the_morning_after(new_page: NewPage) -> None:
    now = NOON
    with serving(None, clock=lambda: now) as server:
        page = new_page(NOON)
        page.add_init_script("localStorage.setItem('kirosample.town', '\"naha\"')")
        page.goto(f"{server.url}/date")
        page.evaluate(KEPT, "2026-11-25")
        now += timedelta(days=1)
        page.route("**/date?date=*", lambda route: route.abort())
        page.goto(f"{server.url}/date")
        sunset = almanac.clock(almanac.day(server.portal.today(), "naha").sun.set)
        expect(page.locator("[data-town=name]").first).to_have_text("那覇")
        expect(page.locator("[data-town=sunset]")).to_have_text(sunset)


def test_the_calendar_that_is_ticked_is_shown_in_place(
    lived_in_server: Running, new_page: NewPage
) -> None:
    page = new_page(NOON)
    page.goto(f"{lived_in_server.url}/calendar")
    page.get_by_label("六曜").check()
    expect(page.locator(".subscribe [role=status]")).to_contain_text("六曜")
    download = page.locator("[download]")
    expect(download).to_have_attribute("href", "/calendar.ics?special=true&rokuyo=true")
    page.get_by_label("六曜").uncheck()
    page.get_by_label("特別な日").uncheck()
    expect(download).to_have_attribute("href", "/calendar.ics")
    page.reload()
    expect(page.locator(".wish :checked")).to_have_count(0)
