"""The other language is offered once to readers who may prefer it, without a redirect."""

import pytest
from playwright.sync_api import Page, expect

from kirosample import horoscope
from tests.browser.conftest import NewPage
from tools.servers import NOON, Running

pytestmark = pytest.mark.browser


def offer(page: Page) -> str | None:
    """The text of the notice once the page has loaded."""
    page.wait_for_load_state("load")
    notice = page.locator(".notice")
    return notice.locator("span").inner_text() if notice.count() else None


@pytest.mark.parametrize(
    ("locale", "address", "offered"),
    [
        ("ja-JP", "/date", None),
        ("en-GB", "/en/date", None),
        ("fr-FR", "/en/date", None),
        ("en-US", "/date", "You can read this page in English."),
        ("fr-FR", "/date", "You can read this page in English."),
        ("ja-JP", "/en/date", "このページは日本語でも読めます。"),
    ],
)
def test_the_other_language_is_offered_to_readers_who_may_prefer_it(
    pages: Running, new_page: NewPage, locale: str, address: str, offered: str | None
) -> None:
    page = new_page(NOON, locale=locale)
    page.goto(pages.url + address)
    assert offer(page) == offered
    if offered:
        spoken = "ja" if address.startswith("/en") else "en"
        expect(page.locator(".notice")).to_have_attribute("lang", spoken)


def test_accepting_the_offer_opens_the_same_page(pages: Running, new_page: NewPage) -> None:
    page = new_page(NOON, locale="en-US")
    page.goto(f"{pages.url}/date?date=2026-12-24")
    page.get_by_role("button", name="Read in English").click()
    page.wait_for_url(f"{pages.url}/en/date?date=2026-12-24")
    expect(page.locator("h1")).to_contain_text("December 24, 2026")
    assert offer(page) is None


@pytest.mark.parametrize("how", ["close", "link"])
def test_the_offer_is_not_repeated_after_a_decision(
    pages: Running, new_page: NewPage, how: str
) -> None:
    page = new_page(NOON, locale="en-US", reduced_motion="reduce")  # no transition to break off
    if how == "close":
        page.goto(f"{pages.url}/date")
        page.get_by_role("button", name="Close").click()
        expect(page.locator(".notice")).to_have_count(0)
    else:
        page.goto(f"{pages.url}/en/date")
        page.get_by_role("link", name="日本語").click()
        page.wait_for_url(f"{pages.url}/date")
    for address in ("/date", "/horoscope"):
        page.goto(pages.url + address)
        assert offer(page) is None


def test_the_script_speaks_the_pages_language(server: Running, new_page: NewPage) -> None:
    page = new_page(NOON, locale="en-US")
    page.goto(f"{server.url}/en/horoscope/leo")
    like = page.locator("button[name=like]")
    expect(like).to_have_accessible_name("Favorites (this reading)")
    like.click()
    expect(page.locator(".notice")).to_contain_text("Added to your favorites.")
    like.click()
    expect(page.locator(".notice")).to_contain_text("Removed from your favorites.")
    page.get_by_role("button", name="Make this my sign").click()
    page.goto(f"{server.url}/en/")
    expect(page.locator(".own")).to_contain_text("My sign")
    headline = horoscope.reading(NOON.date(), "leo").headline.en
    expect(page.locator(".own-card")).to_contain_text(headline)
