"""What a browser shows that lacks what the style uses: ratings and marks all the same."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import UNSAVED, NewPage
from tools.servers import NOON, Running

pytestmark = pytest.mark.browser

# How dark each fill is, and how many grounds show.
FILLS = """[...document.querySelectorAll(".stars > use, .stars > svg, .bar-whole, .bar-part")]
    .map(part => [part.matches(".bar-whole, .stars > use"), getComputedStyle(part)])
    .map(([is, style]) => `${is}: ${style.fill !== "rgb(0, 0, 0)"} ${style.fillOpacity}`)
"""
GROUNDS = """parts => [...document.querySelectorAll(parts)].filter(part =>
    getComputedStyle(part).backgroundColor === "rgba(0, 0, 0, 0)").length"""


def test_without_color_mix_ratings_and_marks_still_show(
    lived_in_server: Running, new_page: NewPage
) -> None:
    page = new_page(NOON)
    page.add_init_script(UNSAVED)

    def take_out(route: Route) -> None:
        route.fulfill(
            body=route.fetch().text().replace("color-mix(", "unknown("),
            status=200,
            content_type="text/css",
        )

    page.route("**/static/style.*.css", take_out)
    for path in ("/horoscope", "/omikuji", "/favorites"):
        page.goto(lived_in_server.url + path)
        fills = page.evaluate(FILLS)
        assert set(fills) == {"true: true 0.18", "false: true 1"}, path
    page.goto(f"{lived_in_server.url}/days?for=wedding")
    assert page.evaluate(GROUNDS, ".weight-2, .weight-3") == 0
    page.goto(f"{lived_in_server.url}/date?mark=manbai")
    assert page.locator("td.manbai").count()
    assert page.evaluate(GROUNDS, "td.manbai") == 0


def test_without_style_no_picture_is_as_wide_as_the_page(
    lived_in_server: Running, new_page: NewPage
) -> None:
    page = new_page(NOON, viewport={"width": 1280, "height": 800})
    page.add_init_script(UNSAVED)
    page.route("**/static/style.*.css", lambda route: route.fulfill(body="", status=200))
    for path in ("/", "/horoscope/leo", "/favorites", "/omikuji", "/date?date=2027-02-03"):
        page.goto(lived_in_server.url + path)
        widths = (
            "[...document.querySelectorAll('svg')].map(svg => svg.getBoundingClientRect().width)"
        )
        assert max(page.evaluate(widths)) <= 400, path


def test_a_share_sheet_fits_a_low_window_and_a_closed_notice_gives_the_focus_back(
    lived_in_server: Running, new_page: NewPage
) -> None:
    page = new_page(NOON, viewport={"width": 320, "height": 256})
    page.add_init_script("delete Navigator.prototype.share")
    page.goto(f"{lived_in_server.url}/quote")
    page.locator("[data-share]").click()
    box = page.locator(".share:popover-open").bounding_box()
    assert box
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 256
    other = new_page(NOON, locale="en-US")
    other.goto(f"{lived_in_server.url}/quote")
    other.locator(".notice").get_by_role("button", name="Close").click()
    expect(other.locator("main")).to_be_focused()


def test_a_mark_of_the_year_is_heard_while_it_is_ticked_and_seen_in_forced_colors(
    lived_in_server: Running, new_page: NewPage
) -> None:
    page = new_page(NOON, forced_colors="active")
    page.goto(f"{lived_in_server.url}/year?mark=taian,manbai")
    marks = (("taian", "outlineStyle", "大安"), ("manbai", "borderTopStyle", "万倍日"))
    for mark, style, name in marks:
        cell = page.locator(f".year td.{mark}").first
        expect(cell.locator("a")).to_have_accessible_name(re.compile(name))
        assert cell.evaluate(f"cell => getComputedStyle(cell).{style}") != "none"
        page.locator(f"#{mark}").uncheck()
        expect(cell.locator("a")).not_to_have_accessible_name(re.compile(name))
