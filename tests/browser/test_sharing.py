"""Sharing: the browser's own sheet with a picture, and the ways without it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tools.servers import NOON, SETTINGS, Running, serving

pytestmark = pytest.mark.browser

PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
}
SHARE = """
    navigator.canShare = ({files}) => files.every(({type}) => type === "image/png");
    navigator.share = async ({files = [], ...words}) => {
        if (!navigator.userActivation.isActive) throw new Error("too late after the tap");
        const kinds = files.map(({name, type, size}) => [name, type, size > 1000]);
        document.body.dataset.shared = JSON.stringify({...words, files: kinds});
        if (window.cancels) throw new DOMException("cancelled", "AbortError");
    };
"""
NO_SHARE = "delete Navigator.prototype.share"
BUTTON = "[data-share]"


@pytest.fixture(scope="module")
def public() -> Iterator[Running]:
    """A server that knows its address, and has no favorites."""
    with serving(None, settings=replace(SETTINGS, public_url="https://kirosample.example")) as it:
        yield it


def sheet(page: Page) -> Any:
    return page.locator(".share")


def shared(page: Page) -> Any:
    """What the browser's own sheet was given."""
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
        expect(sheet(page)).to_be_hidden()


def test_who_cancels_finds_the_other_ways(public: Running, new_page: NewPage) -> None:
    page = new_page(NOON, **PHONE)
    page.add_init_script(f"{SHARE}; window.cancels = true")
    page.goto(f"{public.url}/horoscope?date=2020-01-01")  # a day without a picture
    page.locator(BUTTON).tap()
    assert shared(page)["files"] == []
    expect(sheet(page)).to_be_visible()
    expect(page.locator(".notice")).to_have_count(0)
    page.locator(BUTTON).tap(force=True)
    expect(sheet(page)).to_be_hidden()


def test_without_a_sheet_of_the_browser_the_address_is_copied(
    public: Running, new_page: NewPage
) -> None:
    page = new_page(NOON, permissions=["clipboard-read", "clipboard-write"], **PHONE)
    page.add_init_script(NO_SHARE)
    page.goto(f"{public.url}/date")
    page.locator(BUTTON).tap()
    expect(sheet(page)).to_be_in_viewport(ratio=1)
    page.locator("[data-copy]").tap()
    expect(page.locator(".notice")).to_have_text("アドレスをコピーしました。")
    expect(sheet(page)).to_be_hidden()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{public.url}/date?date=2026-11-24"


def test_a_browser_without_popovers_copies_the_address(public: Running, new_page: NewPage) -> None:
    page = new_page(NOON, permissions=["clipboard-read", "clipboard-write"], **PHONE)
    page.add_init_script(f"{NO_SHARE}; delete HTMLElement.prototype.showPopover")
    page.goto(f"{public.url}/quote")
    page.locator(BUTTON).tap()
    expect(page.locator(".notice")).to_have_text("アドレスをコピーしました。")
    copied: str = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"{public.url}/quote/")


def test_without_scripts_links_lead_to_line_x_and_the_pictures(
    public: Running, new_page: NewPage
) -> None:
    page = new_page(NOON, java_script_enabled=False, **PHONE)
    for base in ("", "/en"):
        page.goto(f"{public.url}{base}/horoscope/leo")
        page.locator(BUTTON).tap()
        expect(page.locator("[data-copy]")).to_be_hidden()
        for host in ("social-plugins.line.me", "x.com"):
            link = sheet(page).locator(f"a[href*='//{host}/']")
            expect(link).to_be_visible()
            query = parse_qs(urlsplit(link.get_attribute("href") or "").query)
            assert query["url"] == [
                f"https://kirosample.example{base}/horoscope/leo?date=2026-11-24"
            ]
            assert query["text"][0] in page.title()
        for picture in sheet(page).locator("a[download]").all():
            answer = public.client.get(picture.get_attribute("href") or "")
            assert answer.headers["content-type"] == "image/png"
