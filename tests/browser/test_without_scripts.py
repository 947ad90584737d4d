"""What works without scripts."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LIKE, NewPage
from tools.servers import NOON, Running

pytestmark = pytest.mark.browser


def test_birthday_calendar_omikuji_and_transfer_work_without_scripts(
    server: Running, new_page: NewPage
) -> None:
    page, other = (new_page(NOON, java_script_enabled=False) for _ in range(2))
    page.goto(f"{server.url}/birthday")
    expect(page.locator("[data-keep]")).to_be_hidden()
    for name, value in (("month", "5"), ("day", "12")):
        page.locator(f"select[name={name}]").select_option(value)
    page.locator(".birthday-form button").click()
    expect(page).to_have_url(f"{server.url}/birthday/05-12")
    page.goto(f"{server.url}/birthday")
    for name, value in (("month", "5"), ("day", "12")):
        page.locator(f"select[name={name}]").select_option(value)
    page.locator(".birthday-year summary").click()
    page.locator("input[name=year]").fill("1985")
    page.locator(".birthday-form button").click()
    expect(page.locator("h1")).to_contain_text("1985年5月12日")

    page.goto(f"{server.url}/calendar")
    page.locator("input[name=rokuyo]").check()
    page.locator("input[name=alarm]").fill("07:30")
    page.locator("form.wish button").click()
    address = page.locator(".subscribe .actions a").first.get_attribute("href") or ""
    assert address.endswith("/calendar.ics?special=true&rokuyo=true&alarm=07:30")

    page.goto(server.url)
    page.locator("main a[href$='/omikuji']").click()
    page.locator(".draw button").click()
    assert re.fullmatch(rf"{server.url}/omikuji/mine/\d+", page.url)

    page.goto(f"{server.url}/quote")
    page.locator(LIKE).click()
    page.goto(f"{server.url}/favorites?mine=true")
    page.get_by_role("button", name="ほかの端末へ移す").click()
    code = page.locator(".transfer-code").inner_text()
    other.goto(f"{server.url}/favorites/transfer")
    expect(other.locator("[data-typed]")).to_be_visible()
    other.get_by_label("コード").fill(code.replace("-", "").lower())
    other.get_by_role("button", name="たしかめる").click()
    expect(other.locator("main")).to_contain_text("1件のお気に入り")
    other.get_by_role("button", name="この端末に移す").click()
    expect(other.locator(".favorites > li")).to_have_count(1)
