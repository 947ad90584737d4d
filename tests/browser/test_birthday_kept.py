"""A birthday that was entered: kept on this device only if asked, and forgotten when asked."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tools.servers import NOON, Running

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 780}
TYPED = {"year": "1985", "month": "5", "day": "12"}
KEEP = "[data-keep]"
STORED = "Object.values(localStorage).join()"


def enter(page: Page) -> None:
    for name, value in TYPED.items():
        page.locator(f"input[name={name}]").fill(value)


def show(page: Page) -> None:
    page.locator(".birthday-form button").click()
    expect(page.locator("h1")).to_contain_text("1985年5月12日")


def test_a_birthday_is_kept_only_if_asked(server: Running, new_page: NewPage) -> None:
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
        expect(page.locator(f"input[name={name}]")).to_have_value(value)
    expect(page.locator(KEEP)).to_be_checked()
    page.locator(KEEP).uncheck()
    assert "1985" not in page.evaluate(STORED), "forgotten at once"
    page.goto(f"{server.url}/birthday")
    expect(page.locator("input[name=year]")).to_have_value("")


def test_a_refused_date_is_not_replaced_by_the_kept_one(server: Running, new_page: NewPage) -> None:
    page = new_page(NOON, viewport=PHONE)
    page.goto(f"{server.url}/birthday")
    enter(page)
    page.locator(KEEP).check()
    show(page)
    page.goto(f"{server.url}/birthday")
    page.locator("input[name=month]").fill("2")
    page.locator("input[name=day]").fill("30")
    page.locator(".birthday-form button").click()
    expect(page.locator("[role=alert]")).to_be_visible()
    expect(page.locator("input[name=day]")).to_have_value("30")


def test_without_script_a_birthday_and_a_calendar_work(server: Running, new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(f"{server.url}/birthday")
    expect(page.locator(KEEP)).to_be_hidden()
    enter(page)
    show(page)
    page.goto(f"{server.url}/calendar")
    page.locator("input[name=rokuyo]").check()
    page.locator("input[name=alarm]").fill("07:30")
    page.locator("form.wish button").click()
    address = page.locator(".subscribe .actions a").first.get_attribute("href") or ""
    assert address.endswith("/calendar.ics?rokuyo=true&alarm=07:30")
