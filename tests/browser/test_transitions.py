"""How one page passes into the next. A browser that is busy skips it, so no test watches it."""

import pytest

from tests.browser.conftest import NewPage
from tools.servers import NOON, Running

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
REMEMBER_THE_TYPES = """() => addEventListener("pageswap", ({viewTransition}) => {
    sessionStorage.setItem("types", [...viewTransition.types]);
})"""


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
