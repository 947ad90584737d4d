"""The ranking and the lists of quotes, as they are used on a phone."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import NewPage
from tools.servers import NOON, Running

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
SCREENS = "document.documentElement.scrollHeight / innerHeight"
IS_CUT = "text => text.scrollHeight > text.clientHeight + 1"


def test_the_ranking_leads_to_any_sign_and_is_soon_through(
    lived_in_server: Running, new_page: NewPage
) -> None:
    page = new_page(NOON, viewport=PHONE)
    page.goto(f"{lived_in_server.url}/horoscope")
    assert page.evaluate(SCREENS) < 4
    strip = page.locator(".sign-strip")
    for sign in ("capricorn", "leo", "gemini"):
        strip.locator(f"[href='#{sign}']").click()
        head = page.locator(f"#{sign} .ranked-head")
        expect(head).to_be_in_viewport(ratio=1)
        assert top(head) >= top(strip) + height(strip), sign


@pytest.mark.parametrize("scripted", [True, False])
def test_a_reading_that_is_cut_off_opens_in_place(
    lived_in_server: Running, new_page: NewPage, scripted: bool
) -> None:
    page = new_page(viewport=PHONE, java_script_enabled=scripted)
    page.goto(f"{lived_in_server.url}/horoscope")
    leo = page.locator("#leo")
    text = leo.locator(".reading")
    assert text.evaluate(IS_CUT)
    leo.locator("summary").click()
    assert not text.evaluate(IS_CUT)
    page.set_viewport_size({"width": 768, "height": 1024})
    assert not page.locator("#aries .reading").evaluate(IS_CUT), "where there is room"
    expect(page.locator("#aries summary")).to_be_hidden()


def top(part: Locator) -> float:
    box = part.bounding_box()
    assert box
    return box["y"]


def height(part: Locator) -> float:
    box = part.bounding_box()
    assert box
    return box["height"]
