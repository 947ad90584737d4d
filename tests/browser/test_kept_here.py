"""What this device keeps: a birthday, only if asked and until it is not; and the lots drawn."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import UNSAVED, NewPage
from tools.servers import NOON, Running

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 780}
TYPED = {"year": "1985", "month": "5", "day": "12"}
KEEP = "[data-keep]"
STORED = "Object.values(localStorage).join()"


def enter(page: Page) -> None:
    page.locator(".birthday-year summary").click()
    page.locator("input[name=year]").fill(TYPED["year"])
    for name in ("month", "day"):
        page.locator(f"select[name={name}]").select_option(TYPED[name])


def show(page: Page) -> None:
    page.locator(".birthday-form button").click()
    expect(page.locator("h1")).to_contain_text("1985年5月12日")


def test_a_birthday_is_kept_only_if_asked_and_replaces_no_refused_one(
    server: Running, new_page: NewPage
) -> None:
    page = new_page(NOON, viewport=PHONE)
    page.goto(f"{server.url}/birthday")
    enter(page)
    show(page)
    assert page.url == f"{server.url}/birthday", "the date is in no address"
    page.goto(f"{server.url}/birthday")
    expect(page.locator("input[name=year]")).to_have_value("")
    assert "1985" not in page.evaluate(STORED)
    enter(page)
    page.locator(KEEP).check()
    show(page)
    page.goto(f"{server.url}/birthday")
    for name, value in TYPED.items():
        expect(page.locator(f"[name={name}]")).to_have_value(value)
    expect(page.locator(KEEP)).to_be_checked()
    page.locator("select[name=month]").select_option("2")
    page.locator("select[name=day]").select_option("30")
    page.locator(".birthday-form button").click()
    expect(page.locator("[role=alert]")).to_be_visible()
    expect(page.locator("select[name=day]")).to_have_value("30")
    wrong = page.locator("[aria-invalid]")
    expect(wrong).to_have_count(1)
    expect(wrong).to_be_focused()
    assert page.title().startswith("お確かめください")
    page.goto(f"{server.url}/birthday")
    page.locator(KEEP).uncheck()
    assert "1985" not in page.evaluate(STORED), "forgotten at once"
    page.goto(f"{server.url}/birthday")
    expect(page.locator("input[name=year]")).to_have_value("")


def test_a_lot_is_tied_to_the_month_and_found_there_again(
    server: Running, new_page: NewPage
) -> None:
    page = new_page(NOON, viewport={"width": 390, "height": 844})
    page.add_init_script(UNSAVED)
    page.goto(f"{server.url}/omikuji")
    page.locator(".draw button").click()
    mine = page.url
    number = mine.rpartition("/")[2]
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
