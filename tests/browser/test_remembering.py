"""What a browser remembers: in other tabs, after the back button, and where it keeps nothing."""

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.conftest import ARGUMENTS, PROGRAMS, NewPage
from tests.servers import NOON, Running

pytestmark = pytest.mark.browser

LEO = "/horoscope/leo"
LIKE = "button[name=like]"


@pytest.fixture
def page_with_history(browser: Browser) -> Iterator[Page]:
    """A page of a browser that brings pages back as they were left, as those of readers do."""
    with browser.browser_type.launch(
        executable_path=_program(),
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
        executable_path=_program(),
        args=ARGUMENTS,
        locale="ja-JP",
        java_script_enabled=request.param,
    ) as context:
        page = context.new_page()
        page.clock.set_fixed_time(NOON)
        yield page


def _program() -> str:
    return next(filter(None, map(shutil.which, PROGRAMS)))


def like(page: Page) -> None:
    """Like the one thing that the page is about, and wait until it is settled."""
    page.locator(LIKE).click()
    expect(page.locator(".notices")).to_contain_text("入れました")


SERVICE_WORKER_RUNS = """() => new Promise((done) => {
    const worker = navigator.serviceWorker
    if (worker.controller) done()
    else worker.addEventListener("controllerchange", () => done())
})"""


def leave_a_mark(page: Page) -> None:
    """By which this page is known again, where it comes back as it was left.

    A browser keeps no page that a service worker takes over after it was left: that comes first.
    """
    page.evaluate(SERVICE_WORKER_RUNS)
    page.evaluate("document.documentElement.dataset.wasLeft = ''")


def go_back(page: Page) -> None:
    """To the page before this one, which comes as it was left.

    A selector waits for it: the content security policy forbids what waits for an expression.
    """
    page.evaluate("setTimeout(() => history.back())")
    expect(page.locator("[data-was-left]")).to_have_count(1)


def likes(server: Running) -> list[int]:
    favorites = server.json("/api/favorites")["favorites"]
    return [favorite["likes"] for favorite in favorites]


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
    expect(page.locator("[data-own-sign]")).to_contain_text("星座のページで選ぶと")
    leave_a_mark(page)
    page.goto(server.url + LEO)
    page.get_by_role("button", name="わたしの星座にする").click()
    go_back(page)
    expect(page.locator("[data-own-sign]")).to_contain_text("獅子座")
    expect(page.locator(".is-own")).to_have_count(1)


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
    assert likes(server) == [1]
    one.goto(server.url)
    other.get_by_role("button", name="わたしの星座にする").click()
    expect(one.locator("[data-own-sign]")).to_contain_text("獅子座")
    other.get_by_role("button", name="わたしの星座にする").click()
    expect(one.locator("[data-own-sign]")).to_contain_text("星座のページで選ぶと")


def test_a_like_that_cannot_be_taken_back_is_not_said_to_be(
    server: Running, page_without_cookies: Page
) -> None:
    page = page_without_cookies
    page.goto(server.url + LEO)
    like(page)
    page.locator(LIKE).click()
    expect(page.locator(".notices")).to_contain_text("取り消せませんでした")
    expect(page.locator(LIKE)).to_have_attribute("aria-pressed", "true")
    assert likes(server) == [1]


@pytest.mark.parametrize("page_without_cookies", [False], indirect=True)
def test_who_blocks_cookies_is_told_why_nothing_is_collected(
    server: Running, page_without_cookies: Page
) -> None:
    page = page_without_cookies
    page.goto(server.url + LEO)
    page.locator(LIKE).click()
    expect(page).to_have_url(f"{server.url}/favorites?mine=true")
    expect(page.locator(".empty")).to_contain_text("Cookie を受け付けるブラウザー")


def test_a_network_that_hangs_is_told_as_none(server: Running, new_page: NewPage) -> None:
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


def test_a_new_day_is_told_until_the_reader_closes_it(server: Running, new_page: NewPage) -> None:
    page = new_page()
    page.clock.install(time=NOON)
    page.goto(f"{server.url}/date")
    expect(page.locator(".notice")).to_have_count(0)
    page.clock.fast_forward(timedelta(hours=12).seconds * 1000)
    expect(page.locator(".notice")).to_contain_text("日付が変わりました")
    page.get_by_role("button", name="閉じる").click()
    page.clock.fast_forward(60_000)
    expect(page.locator(".notice")).to_have_count(0)
