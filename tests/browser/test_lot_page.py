"""The おみくじ as a browser draws it, without script."""

import re

import pytest

from tests.browser.conftest import NewPage
from tools.servers import Running

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("base", ["", "/en"])
def test_a_lot_is_drawn_from_the_home_page_and_stays(
    server: Running, new_page: NewPage, base: str
) -> None:
    page = new_page(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page.goto(f"{server.url}{base}/")
    page.locator("main a[href$='/omikuji']").click()
    page.locator(".draw button").click()
    drawn, address = page.locator("h1").inner_text(), page.url
    assert re.fullmatch(rf"{server.url}{base}/omikuji/mine/\d+", address)
    page.locator("footer a[href$='/omikuji']").click()
    page.locator(".draw button").click()
    assert (page.locator("h1").inner_text(), page.url) == (drawn, address)
    page.locator(".other-language").click()
    assert page.url.endswith(f"/omikuji/mine/{address.rpartition('/')[2]}")
    page.context.clear_cookies()
    page.goto(address)
    assert page.url == address.replace("/mine/", "/"), "to others it is a lot, and no draw"
