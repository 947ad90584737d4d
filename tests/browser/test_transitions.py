"""How one page passes into the next. A browser that is busy skips it, so no test watches it."""

import pytest

from tests.browser.conftest import NewPage
from tools.servers import NOON, Running

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
NAMES = """[...document.querySelectorAll("body *")]
    .map(part => getComputedStyle(part).viewTransitionName)
    .filter(name => name !== "none").sort()"""
REMEMBER_THE_TYPES = """() => addEventListener("pageswap", ({viewTransition}) => {
    sessionStorage.setItem("types", [...viewTransition.types]);
})"""


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_what_two_pages_share_has_the_same_name_on_both(
    lived_in_server: Running, new_page: NewPage, motion: str
) -> None:
    page = new_page(NOON, viewport=PHONE, reduced_motion=motion)
    for address, focused, names in (
        ("/", ".hero h1 a", ["date", "moon"]),
        ("/date", "[rel=next]", ["date", "moon"]),
        ("/", ".ranks a", ["date", "moon", "sign"]),
        ("/horoscope", ".ranked-head", ["sign"]),
        ("/horoscope/leo", ".other-signs a", ["sign"]),
    ):
        page.goto(lived_in_server.url + address)
        page.locator(focused).first.focus()
        assert page.evaluate(NAMES) == (names if motion == "no-preference" else []), address


@pytest.mark.parametrize(
    ("address", "link", "types"),
    [
        ("/date", "[rel=prev]", "earlier"),
        ("/horoscope/leo", "[rel=next]", "later"),
        ("/date", ".site-nav a", ""),
    ],
)
def test_days_turn_by_their_direction(
    lived_in_server: Running, new_page: NewPage, address: str, link: str, types: str
) -> None:
    page = new_page(NOON, viewport=PHONE)
    page.goto(lived_in_server.url + address)
    page.evaluate(REMEMBER_THE_TYPES)
    page.locator(link).first.click()
    page.wait_for_url(lambda url: url != lived_in_server.url + address)
    assert page.evaluate("sessionStorage.getItem('types')") == types
