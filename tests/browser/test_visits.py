"""What the script does on any page: another quote, the language, a new day, and sharing."""

import json
from datetime import timedelta
from functools import partial
from operator import ne
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import UNSAVED, NewPage, without_cache
from tools.servers import NOON, Running, serving

pytestmark = pytest.mark.browser

PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
}
CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}


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


def test_the_notice_of_a_new_day_leads_to_the_same_ranking(
    public: Running, new_page: NewPage
) -> None:
    page = new_page()
    page.clock.install(time=NOON)
    page.goto(f"{public.url}/horoscope?by=love")
    page.clock.fast_forward(timedelta(hours=12).seconds * 1000)
    with page.expect_navigation(url=f"{public.url}/horoscope?by=love"):
        page.locator(".notice").get_by_role("button", name="今日").click()


def test_a_wrong_clock_tells_one_false_day_and_hides_no_true_one(new_page: NewPage) -> None:
    now = NOON
    page = new_page()
    page.add_init_script(UNSAVED)
    without_cache(page)
    with serving(None, clock=lambda: now) as server:

        def is_told(path: str = "", ahead: int = 0) -> bool:
            page.clock.set_fixed_time(now + timedelta(ahead))
            if path:
                page.goto(server.url + path)
            else:  # the page that is open
                page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
            return page.locator("[data-turned]").count() > 0

        today = page.get_by_role("button", name="今日のページを開く")
        assert [is_told("/date", ahead) for ahead in (0, 1)] == [False, True]
        with page.expect_navigation():
            today.click()
        assert not any(is_told(path, ahead=1) for path in ("", "/date", "/quote"))
        now += timedelta(1)
        assert is_told(ahead=1), "midnight has passed for both"
        assert not any(is_told("/date", ahead) for ahead in (1, 0)), "then it is right again"
        now += timedelta(1)
        assert is_told()
        with page.expect_navigation():
            today.click()
        assert not is_told(), "the reload helped"
        now -= timedelta(1)
        assert is_told("/quote", ahead=1), "a page of yesterday, as one goes back to it"


def test_the_badge_of_a_new_day_is_cleared_by_the_next_visit(
    public: Running, new_page: NewPage
) -> None:
    page = new_page()
    page.add_init_script("""
        Object.defineProperty(document, "hidden", {get: () => window.away === true});
        navigator.setAppBadge = async () => { window.badge = true };
        navigator.clearAppBadge = async () => { window.badge = false };
    """)
    page.clock.install(time=NOON)
    page.goto(f"{public.url}/date")
    page.evaluate("window.away = true")
    page.clock.fast_forward(timedelta(hours=12).seconds * 1000)
    page.wait_for_function("window.badge === true")
    page.evaluate("window.away = false; document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_function("window.badge === false")


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


@pytest.mark.parametrize("how", ["accept", "close", "link"])
def test_the_offer_is_not_repeated_after_a_decision(
    public: Running, new_page: NewPage, how: str
) -> None:
    page = new_page(NOON, locale="en-US", reduced_motion="reduce")  # no transition to break off
    japanese, english = (f"{public.url}{base}/date?date=2026-12-24" for base in ("", "/en"))
    page.goto(english if how == "link" else japanese)
    if how == "close":
        page.get_by_role("button", name="Close").click()
        expect(page.locator(".notice")).to_have_count(0)
        expect(page.locator("main")).to_be_focused()
    elif how == "accept":
        page.get_by_role("button", name="Open").click()
        page.wait_for_url(english)
    else:
        page.get_by_role("link", name="日本語").click()
        page.wait_for_url(japanese)
    assert offer(page) is None
    page.goto(f"{public.url}{'/en' if how == 'accept' else ''}/horoscope")
    assert offer(page) is None


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
NO_SHARE = "delete Navigator.prototype.share"
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


def test_who_cancels_finds_the_other_ways(public: Running, new_page: NewPage) -> None:
    page = new_page(NOON, **PHONE)
    page.add_init_script(f"{SHARE}; window.cancels = true")
    page.goto(f"{public.url}/horoscope?date=2020-01-01")  # a day without a picture
    page.locator(BUTTON).tap()
    assert shared(page)["files"] == []
    expect(page.locator(SHEET)).to_be_visible()
    expect(page.locator(".notice")).to_have_count(0)
    page.locator(BUTTON).tap(force=True)
    expect(page.locator(SHEET)).to_be_hidden()


@pytest.mark.parametrize("popovers", [True, False])
def test_without_a_sheet_of_the_browser_the_address_is_copied(
    public: Running, new_page: NewPage, *, popovers: bool
) -> None:
    page = new_page(NOON, **CLIPBOARD, **PHONE)
    page.add_init_script(NO_SHARE)
    if not popovers:
        page.add_init_script("delete HTMLElement.prototype.showPopover")
    page.goto(f"{public.url}/date")
    page.locator(BUTTON).tap()
    if popovers:
        expect(page.locator(SHEET)).to_be_in_viewport(ratio=1)
        page.locator("[data-copy]").tap()
        expect(page.locator(SHEET)).to_be_hidden()
    expect(page.locator(".notice")).to_have_text("アドレスをコピーしました。")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{public.url}/date?date=2026-11-24"


def test_a_signs_calendar_is_offered_with_its_address(public: Running, new_page: NewPage) -> None:
    page = new_page(NOON, **CLIPBOARD)
    page.goto(f"{public.url}/horoscope/leo")
    page.get_by_role("button", name="アドレスをコピー").click()
    expect(page.locator(".notice")).to_contain_text("コピーしました")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert urlsplit(copied).path == "/calendar/leo.ics"
