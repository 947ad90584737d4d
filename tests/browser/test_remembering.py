"""State in the browser: other tabs, the back button, and blocked cookies."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kirosample import horoscope
from tests.browser.conftest import LIKE, NewPage, like, likes
from tools.browser.programs import ARGUMENTS, chromium
from tools.postgres import execute
from tools.servers import NOON, Running

pytestmark = pytest.mark.browser

LEO = "/horoscope/leo"
LION = horoscope.SIGNS_BY_ID["leo"].name.ja


@pytest.fixture
def page_with_history(browser: Browser) -> Iterator[Page]:
    """A page of a browser with a back/forward cache, as readers have."""
    with browser.browser_type.launch(
        executable_path=chromium(),
        args=ARGUMENTS,
        ignore_default_args=["--disable-back-forward-cache"],
    ) as other:
        page = other.new_page(locale="ja-JP")
        page.clock.set_fixed_time(NOON)
        yield page


@pytest.fixture(params=[True])
def page_without_cookies(
    request: pytest.FixtureRequest, browser: Browser, tmp_path: Path
) -> Iterator[Page]:
    """A page of a browser whose owner has all cookies blocked; with False, scripts too."""
    blocked = {"profile": {"default_content_setting_values": {"cookies": 2}}}
    preferences = tmp_path / "Default" / "Preferences"
    preferences.parent.mkdir()
    preferences.write_text(json.dumps(blocked))
    with browser.browser_type.launch_persistent_context(
        tmp_path,
        executable_path=chromium(),
        args=ARGUMENTS,
        locale="ja-JP",
        java_script_enabled=request.param,
    ) as context:
        page = context.new_page()
        page.clock.set_fixed_time(NOON)
        yield page


SERVICE_WORKER_RUNS = """() => new Promise((done) => {
    const worker = navigator.serviceWorker
    if (worker.controller) done()
    else worker.addEventListener("controllerchange", () => done())
})"""


def leave_a_mark(page: Page) -> None:
    """Mark the page, to recognize it when it comes back from the cache.

    The cache drops a page that a service worker takes over later, so this waits for the worker.
    """
    page.evaluate(SERVICE_WORKER_RUNS)
    page.evaluate("document.documentElement.dataset.wasLeft = ''")


def go_back(page: Page) -> None:
    """Go back to the marked page, from the cache."""
    page.evaluate("setTimeout(() => history.back())")
    expect(page.locator("[data-was-left]")).to_have_count(1)


def test_the_back_button_shows_what_is_liked_now(server: Running, page_with_history: Page) -> None:
    page = page_with_history
    page.goto(server.url + LEO)
    like(page)
    leave_a_mark(page)
    page.goto(f"{server.url}/favorites?mine=true")
    page.locator("form[data-withdraw] button").click()
    expect(page.locator(".notices")).to_contain_text("外しました")
    go_back(page)
    expect(page.locator(LIKE)).to_have_attribute("aria-pressed", "false")


def test_the_back_button_shows_ones_own_sign(server: Running, page_with_history: Page) -> None:
    page = page_with_history
    page.goto(server.url)
    expect(page.locator(".own")).to_contain_text("あなたの星座は？")
    leave_a_mark(page)
    page.goto(server.url + LEO)
    page.get_by_role("button", name="わたしの星座にする").click()
    go_back(page)
    expect(page.locator(".own-card")).to_contain_text(LION)
    expect(page.locator(".ranks .is-own")).to_have_count(1)


def test_other_tabs_follow(server: Running, new_page: NewPage) -> None:
    one = new_page(NOON)
    one.goto(server.url + LEO)
    like(one)
    one.goto(f"{server.url}/favorites")
    other = one.context.new_page()
    other.goto(server.url + LEO)
    expect(other.locator(LIKE)).to_have_attribute("aria-pressed", "true")
    other.locator(LIKE).click()
    expect(one.locator(LIKE)).to_have_attribute("aria-pressed", "false")
    expect(one.locator(f"{LIKE} [data-likes]")).to_have_text("0")
    one.locator(LIKE).click()
    expect(other.locator(LIKE)).to_have_attribute("aria-pressed", "true")
    assert list(likes(server).values()) == [1]
    one.goto(server.url)
    other.get_by_role("button", name="わたしの星座にする").click()
    expect(one.locator(".own-card")).to_contain_text(LION)
    other.get_by_role("button", name="わたしの星座です").click()
    expect(one.locator(".own")).to_contain_text("あなたの星座は？")


def test_a_failed_withdrawal_is_reported_and_the_heart_stays(
    server: Running, page_without_cookies: Page
) -> None:
    page = page_without_cookies
    page.goto(server.url + LEO)
    like(page)
    page.locator(LIKE).click()
    expect(page.locator(".notices")).to_contain_text("取り消せませんでした")
    expect(page.locator(LIKE)).to_have_attribute("aria-pressed", "true")
    assert list(likes(server).values()) == [1]


@pytest.mark.parametrize("page_without_cookies", [False], indirect=True)
def test_with_cookies_blocked_the_empty_list_gives_the_reason(
    server: Running, page_without_cookies: Page
) -> None:
    page = page_without_cookies
    page.goto(server.url + LEO)
    page.locator(LIKE).click()
    expect(page).to_have_url(f"{server.url}/favorites?mine=true")
    expect(page.locator(".empty")).to_contain_text("Cookie を受け付けるブラウザー")


def test_a_hanging_network_is_reported_as_no_connection(server: Running, new_page: NewPage) -> None:
    page = new_page(NOON)
    page.add_init_script(
        "const after = AbortSignal.timeout; AbortSignal.timeout = () => after.call(AbortSignal, 99)"
    )
    page.goto(server.url + LEO)
    page.route("**/api/favorites", lambda _: None)
    page.locator(LIKE).click()
    expect(page.locator(".notices")).to_contain_text("つながりませんでした")
    expect(page.locator(LIKE)).to_have_attribute("aria-pressed", "false")
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


def test_what_was_liked_a_year_ago_stands_at_the_end_of_the_home_page(
    server: Running, database: str, new_page: NewPage
) -> None:
    asked: list[str] = []
    page = new_page(NOON, viewport={"width": 360, "height": 740}, reduced_motion="reduce")
    page.on("request", lambda request: asked.append(request.url))
    mine = f"{server.url}/favorites?mine=true&limit=1"

    def visit() -> None:
        page.goto(server.url, wait_until="networkidle")

    visit()
    assert mine not in asked, "nothing was ever liked"
    page.goto(server.url + LEO)
    like(page)
    for _ in range(2):
        visit()
    expect(page.locator(".year-ago")).to_have_count(0)
    assert asked.count(mine) == 1, "and not again today"
    execute(database, "UPDATE favorite_likes SET created_at = '2025-11-24 12:00:00+09'")
    page.evaluate("localStorage.removeItem('kirosample.nothingYearAgo')")
    visit()
    expect(page.locator("main > :last-child")).to_contain_text("一年前の今日")
    page.locator(".year-ago a").click()
    page.wait_for_url("**/horoscope/leo*")


def test_the_notice_of_a_new_day_stays_until_closed(server: Running, new_page: NewPage) -> None:
    page = new_page()
    page.clock.install(time=NOON)
    page.goto(f"{server.url}/date")
    expect(page.locator(".notice")).to_have_count(0)
    page.clock.fast_forward(timedelta(hours=12).seconds * 1000)
    expect(page.locator(".notice")).to_contain_text("日付が変わりました")
    page.get_by_role("button", name="閉じる").click()
    page.clock.fast_forward(60_000)
    expect(page.locator(".notice")).to_have_count(0)


def test_the_badge_of_a_new_day_is_cleared_by_the_next_visit(
    server: Running, new_page: NewPage
) -> None:
    page = new_page()
    page.add_init_script("""
        Object.defineProperty(document, "hidden", {get: () => window.away === true});
        navigator.setAppBadge = async () => { window.badge = true };
        navigator.clearAppBadge = async () => { window.badge = false };
    """)
    page.clock.install(time=NOON)
    page.goto(f"{server.url}/date")
    page.evaluate("window.away = true")
    page.clock.fast_forward(timedelta(hours=12).seconds * 1000)
    page.wait_for_function("window.badge === true")
    page.evaluate("window.away = false; document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_function("window.badge === false")
