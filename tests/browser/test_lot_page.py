"""The おみくじ as a browser draws it, and remembers what was drawn."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import UNSAVED, NewPage
from tools.servers import NOON, Running

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
    page.locator("nav a[href$='/omikuji']").click()
    page.locator(".draw button").click()
    assert (page.locator("h1").inner_text(), page.url) == (drawn, address)
    page.locator(".other-language").click()
    assert page.url.endswith(f"/omikuji/mine/{address.rpartition('/')[2]}")
    page.context.clear_cookies()
    page.goto(address)
    assert page.url == address.replace("/mine/", "/"), "to others it is a lot, and no draw"


def test_a_lot_is_tied_to_the_month_and_found_there_again(
    server: Running, new_page: NewPage
) -> None:
    page = new_page(NOON, viewport={"width": 390, "height": 844})
    page.add_init_script(UNSAVED)
    page.goto(f"{server.url}/omikuji")
    page.locator(".draw button").click()
    number, mine = page.url.rpartition("/")[2], page.url
    day = page.locator(".lots-days a")
    expect(day).to_have_accessible_name(f"24日、{number}番、持ち帰った")
    page.get_by_role("button", name="結ぶ").click()
    expect(page.locator("[data-lot]")).to_be_hidden()
    expect(page.get_by_role("button", name="結ぶ")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".lot-kept")).to_contain_text("結びました。")
    expect(day).to_have_accessible_name(f"24日、{number}番、結んだ")
    page.goto(server.url)
    page.get_by_role("link", name="今日のくじ").click()
    assert page.url == mine
    expect(page.locator("[data-lot]")).to_be_visible()
    page.goto(f"{server.url}/omikuji")
    expect(page.get_by_role("button", name="おみくじを引く")).to_be_hidden()
    page.get_by_role("button", name="前の月").click()
    expect(day).to_have_count(0)
    page.get_by_role("button", name="次の月").click()
    day.click()
    assert page.url == mine
