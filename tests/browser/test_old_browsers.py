"""A browser that lacks what the style uses shows ratings and marks all the same."""

import pytest
from playwright.sync_api import Route

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
