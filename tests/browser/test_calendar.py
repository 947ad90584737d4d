"""A year to walk through and to print, and the visitor's town."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SHIFTS, NewPage, shifts
from tools.servers import NOON, Running

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 780}


@pytest.mark.parametrize("language", ["", "/en"])
def test_a_year_is_walked_and_printed_on_one_sheet(
    lived_in_server: Running, new_page: NewPage, language: str
) -> None:
    page = new_page(NOON, viewport=PHONE)
    page.goto(f"{lived_in_server.url}{language}/date")
    page.locator(".month-section .more a").click()
    page.locator(".day-links [rel=next]").click()
    expect(page).to_have_url(f"{lived_in_server.url}{language}/year?year=2027")
    expect(page.locator(".year-month td a")).to_have_count(365)
    page.evaluate("window.print = () => { window.printed = true }")
    page.locator("[data-print]").click()
    assert page.evaluate("window.printed")
    for year in (2019, 2027):  # with the most holidays, and with fewer
        page.goto(f"{lived_in_server.url}{language}/year?year={year}")
        assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1
    for day in ("2025-03-05", "2028-12-05"):  # with the fullest month, and with the most facts
        page.goto(f"{lived_in_server.url}{language}/date?date={day}")
        assert page.pdf(format="A4", prefer_css_page_size=True).count(b"/Type /Page\n") == 2
    page.goto(f"{lived_in_server.url}{language}/year?year=2027")
    page.locator(".year-month h2 a").nth(1).click()
    expect(page.locator("#month")).to_be_in_viewport()
    expect(page.locator(".month a[aria-current]")).to_have_attribute(
        "href", f"{language}/date?date=2027-02-01"
    )


def test_the_town_is_remembered_and_tokyo_comes_back(
    lived_in_server: Running, new_page: NewPage
) -> None:
    page = new_page(NOON, viewport=PHONE, locale="en-US")
    address = f"{lived_in_server.url}/en"
    names = page.locator("[data-town=name]")

    def choose(town: str) -> None:
        page.locator("#asked-place").select_option(town)
        page.locator(".date-form button").click()
        page.wait_for_url(f"**&place={town}")

    page.goto(f"{address}/date")
    expect(names.first).to_have_text("Tokyo")
    choose("kyoto")
    expect(names.first).to_have_text("Kyoto")
    times = page.locator("[data-town]").all_inner_texts()
    page.add_init_script(SHIFTS)
    page.goto(f"{address}/date")
    expect(names).to_have_text(["Kyoto"])
    assert shifts(page) == []
    assert page.locator("[data-town]").all_inner_texts() == times
    expect(page.locator("#asked-place")).to_have_value("kyoto")
    page.goto(f"{address}/")
    expect(page.locator("[data-town]")).to_have_text([times[1], *times[1:3], "Kyoto"])
    assert shifts(page) == []
    page.goto(f"{address}/date")
    page.locator(".day-links [rel=next]").first.click()
    page.wait_for_url("**/date?date=2026-11-25&place=kyoto")
    choose("tokyo")
    page.goto(f"{address}/date")
    expect(page.locator("#asked-place")).to_have_value("tokyo")
    expect(names.first).to_have_text("Tokyo")
