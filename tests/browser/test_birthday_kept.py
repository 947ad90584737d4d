"""A birthday that was entered: kept on this device only if asked, and forgotten when asked."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, like
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
    assert address.endswith("/calendar.ics?special=true&rokuyo=true&alarm=07:30")


def test_back_to_what_answered_a_form_is_a_page(server: Running, new_page: NewPage) -> None:
    """Each page that answers a POST: a birthday, a refused one, a code, its question, a refusal."""
    page, other = new_page(NOON), new_page(NOON)

    def leave_and_return(at: Page, path: str) -> None:
        at.goto(f"{server.url}/about")
        at.go_back()
        expect(at).to_have_url(f"{server.url}{path}")
        expect(at.locator("main h1")).to_be_visible()

    for month, part in (("13", "[role=alert]"), ("2", ".almanac")):
        page.goto(f"{server.url}/birthday")
        for name, value in (("year", "1964"), ("month", month), ("day", "9")):
            page.locator(f"input[name={name}]").fill(value)
        page.locator(".birthday-form button").click()
        page.locator(part).wait_for()
        if month == "13":
            wrong = page.locator("[aria-invalid]")
            expect(wrong).to_have_count(1)
            expect(wrong).to_be_focused()
            assert wrong.get_attribute("name") == "month"
            assert page.title().startswith("お確かめください")
        leave_and_return(page, "/birthday")
    page.goto(f"{server.url}/quote")
    like(page)
    page.goto(f"{server.url}/favorites?mine=true")
    page.locator(".carry button").click()
    code = page.locator(".transfer-code").inner_text()
    leave_and_return(page, "/favorites?mine=true")
    for given, part in (("0000-0000-0000", ".transfer-refused"), (code, ".transfer-question")):
        other.goto(f"{server.url}/favorites/transfer")
        other.locator("#code").fill(given)
        other.locator(".transfer-form button").click()
        other.locator(part).wait_for()
        leave_and_return(other, "/favorites/transfer")
