"""What the script does on any page: another quote, the language, a new day, and sharing."""

import json
from datetime import timedelta
from functools import partial
from operator import ne
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tools.servers import NOON, Running

pytestmark = pytest.mark.browser

PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
}


def test_another_quote_is_none_of_those_seen(public: Running, new_page: NewPage) -> None:
    page = new_page()
    page.goto(f"{public.url}/quote")
    seen: list[str | None] = []
    for _ in range(3):
        seen.append(page.locator("[data-quote]").get_attribute("data-quote"))
        another = page.locator("[data-another]")
        before = page.url
        excluded = another.evaluate("link => new URL(link.href).searchParams.get('not')")
        assert excluded.split(",") == seen
        another.click()
        page.wait_for_url(partial(ne, before))


# ---- A new day ----


def test_the_notice_of_a_new_day_stays_until_closed(public: Running, new_page: NewPage) -> None:
    page = new_page()
    page.clock.install(time=NOON)
    page.goto(f"{public.url}/date")
    expect(page.locator(".notice")).to_have_count(0)
    page.clock.fast_forward(timedelta(hours=12).seconds * 1000)
    expect(page.locator(".notice")).to_contain_text("日付が変わりました")
    page.locator(".site-footer a").last.focus()
    page.keyboard.press("Tab")
    page.get_by_role("button", name="閉じる").press("Enter")
    expect(page.locator(".site-footer a").last).to_be_focused()
    page.clock.fast_forward(60_000)
    expect(page.locator(".notice")).to_have_count(0)


# ---- The other language ----


def offer(page: Page) -> str | None:
    """The text of the notice once the page has loaded."""
    page.wait_for_load_state("load")
    notice = page.locator(".notice")
    return notice.locator("span").inner_text() if notice.count() else None


@pytest.mark.parametrize(
    ("locale", "address", "offered"),
    [
        ("ja-JP", "/date", None),
        ("fr-FR", "/en/date", None),
        ("fr-FR", "/date", "Also in English"),
        ("ja-JP", "/en/date", "日本語でも読めます"),
    ],
)
def test_the_other_language_is_offered_to_readers_who_may_prefer_it(
    public: Running, new_page: NewPage, locale: str, address: str, offered: str | None
) -> None:
    page = new_page(NOON, locale=locale)
    page.goto(public.url + address)
    assert offer(page) == offered
    if offered:
        spoken = "ja" if address.startswith("/en") else "en"
        expect(page.locator(".notice")).to_have_attribute("lang", spoken)
        page.set_viewport_size({"width": 320, "height": 640})
        box = page.locator(".notice").bounding_box()
        assert box
        assert box["height"] < 60, "one line"


def test_the_offer_moves_nothing_on_a_short_page(public: Running, new_page: NewPage) -> None:
    page = new_page(NOON, locale="ja-JP", viewport={"width": 1280, "height": 1600})
    page.goto(f"{public.url}/en/calendar")
    assert offer(page)
    footer = page.locator(".site-footer")
    before = footer.bounding_box()
    page.locator(".notice").evaluate("notice => notice.remove()")
    assert footer.bounding_box() == before


# ---- Sharing: the browser's own sheet with a picture, and the ways without it ----

SHARE = """
    navigator.canShare = ({files}) => files.every(({type}) => type === "image/png");
    navigator.share = async ({files = [], ...words}) => {
        if (!navigator.userActivation.isActive) throw new Error("too late after the tap");
        const kinds = files.map(({name, type, size}) => [name, type, size > 1000]);
        document.body.dataset.shared = JSON.stringify({...words, files: kinds});
        if (window.cancels) throw new DOMException("cancelled", "AbortError");
    };
"""
BUTTON = "[data-share]"
SHEET = ".share"


def shared(page: Page) -> Any:
    """Return what the browser's own sheet was given."""
    page.locator("[data-shared]").wait_for()
    return json.loads(page.locator("body").get_attribute("data-shared") or "")


def test_a_tap_shares_the_picture_and_the_address_of_the_day(
    public: Running, new_page: NewPage
) -> None:
    page = new_page(NOON, **PHONE)
    page.add_init_script(SHARE)
    for path, address in (
        ("/horoscope/leo", "/horoscope/leo?date=2026-11-24"),
        ("/en/quote", "/en/quote/takuboku-ichiaku-01"),
    ):
        page.goto(public.url + path)
        picture = page.locator(BUTTON).get_attribute("data-picture") or ""
        public.client.get(picture).raise_for_status()  # so that it is drawn
        page.locator(BUTTON).tap()
        told = shared(page)
        assert told["url"] == public.url + address
        assert told["text"] == page.locator(BUTTON).get_attribute("data-text")
        assert told["files"] == [["kirosample.png", "image/png", True]]
        expect(page.locator(SHEET)).to_be_hidden()
