"""Likes in a real browser: with and without script, cookies or a network, in several tabs."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from ishizue.testing.postgres import execute
from kirosample import horoscope
from tests.browser.conftest import LIKE, NewPage, like, likes
from tools.browser.programs import ARGUMENTS, chromium
from tools.servers import NOON, SETTINGS, Running, serving

pytestmark = pytest.mark.browser

LEO = "/horoscope/leo"
LION = horoscope.SIGNS_BY_ID["leo"].name.ja
MINE = "/favorites?mine=true"
WITHDRAW = "form[data-withdraw] button"
NO_STORAGE = """
    const refuse = {get() { throw new DOMException("Access is denied", "SecurityError") }};
    for (const name of ["localStorage", "sessionStorage", "caches"])
        Object.defineProperty(window, name, refuse);
    delete Navigator.prototype.serviceWorker;
"""
SAVED = """async () => {
    const names = await caches.keys()
    const saved = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()))
    return JSON.stringify([saved.flat().map(({url}) => url), localStorage, location.href])
}"""


def test_a_quote_is_liked_with_a_tap_and_taken_back(server: Running, new_page: NewPage) -> None:
    page = new_page()
    page.goto(f"{server.url}/quote")
    led = page.locator(".site-nav").get_by_role("link", name="お気に入り")
    expect(led).to_have_attribute("href", "/favorites")
    like(page)
    for link in (led, page.locator(".notice a")):
        expect(link).to_have_attribute("href", MINE)
    quote = server.portal.catalogue.of_day(server.portal.today())
    assert likes(server) == {quote.text.ja: 1}
    page.reload()
    expect(page.locator(LIKE)).to_have_attribute("aria-pressed", "true")
    page.goto(server.url + MINE)
    withdraw = page.locator(WITHDRAW)
    for said, label, left in (
        ("外しました", "元に戻す", {}),
        ("戻しました", "取り消す", {quote.text.ja: 1}),
        ("外しました", "元に戻す", {}),
    ):
        withdraw.click()
        expect(page.locator(".notices")).to_contain_text(said)
        expect(withdraw).to_contain_text(label)
        assert likes(server) == left
    page.reload()
    expect(page.locator(".favorites > li")).to_have_count(0)
    page.goto(f"{server.url}/quote")
    expect(page.locator(LIKE)).not_to_have_attribute("aria-pressed", "true")
    expect(led).to_have_attribute("href", "/favorites")


def test_twenty_taps_at_once_count_once(server: Running, new_page: NewPage) -> None:
    page = new_page()
    page.goto(server.url + LEO)
    page.evaluate(
        "const button = document.querySelector('button[name=like]');"
        "for (let tap = 0; tap < 20; tap++) button.click();"
    )
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    expect(page.locator(LIKE)).to_have_attribute("aria-pressed", "true")
    assert list(likes(server).values()) == [1]


def test_a_failed_like_is_reverted_and_reported(server: Running, new_page: NewPage) -> None:
    page = new_page(NOON)
    page.add_init_script(
        "const after = AbortSignal.timeout;"
        "AbortSignal.timeout = time => after.call(AbortSignal, window.patience ?? time)"
    )
    page.goto(server.url + LEO)
    for answer, said in (
        (lambda route: route.fulfill(status=503, body="{}"), "お休み"),
        (lambda _: None, "つながりませんでした"),  # it hangs
    ):
        page.evaluate("said => { if (said !== 'お休み') window.patience = 99 }", said)
        page.route("**/api/favorites", answer)
        page.locator(LIKE).click()
        expect(page.locator(".notices")).to_contain_text(said)
        expect(page.locator(LIKE)).to_have_attribute("aria-pressed", "false")
        expect(page.locator("[aria-busy=true]")).to_have_count(0)


def test_a_like_refused_behind_another_address_leads_to_the_usual_one(
    database: str, new_page: NewPage
) -> None:
    usual = "https://kirosample.example"
    with serving(database, settings=replace(SETTINGS, public_url=usual)) as server:
        server.ready()
        for script, said in ((True, ".notice"), (False, ".error-detail")):
            page = new_page(NOON, java_script_enabled=script, reduced_motion="reduce")
            page.route(f"{usual}/**", lambda route: route.fulfill(body="the usual address"))
            page.goto(f"{server.url}/quote")
            page.locator(LIKE).click()
            expect(page.locator(said)).to_contain_text("いつものアドレスから開いてください")
            page.get_by_role("button" if script else "link", name="いつものアドレスで開く").click()
            page.wait_for_url(f"{usual}/**")
        assert likes(server) == {}


def test_an_old_horoscope_has_a_heart_only_for_those_who_like_it(
    database: str, new_page: NewPage
) -> None:
    now = NOON
    with serving(database, clock=lambda: now) as server:
        server.ready()
        me = new_page()
        stranger = new_page()
        for sign in ("aries", "leo", "virgo"):
            me.goto(f"{server.url}/horoscope/{sign}")
            like(me)
        now += timedelta(40)
        old = f"{server.url}/horoscope/aries?date=2026-11-24"
        everybodys = f"{server.url}/favorites"
        for address in (old, everybodys):
            stranger.goto(address)
            expect(stranger.locator(LIKE)).to_have_count(0)
        expect(stranger.locator("[data-likes]:visible")).to_have_count(3)
        me.goto(old)
        heart = me.locator(LIKE)
        expect(heart).to_have_attribute("aria-pressed", "true")
        heart.click()
        expect(me.locator(".notices")).to_contain_text("外しました")
        expect(heart).to_have_count(0)
        expect(me.locator(".notices button")).to_have_count(0)
        me.goto(everybodys)
        expect(heart).to_have_count(2)
        heart.first.click()
        expect(heart).to_have_count(1)
        me.goto(server.url + MINE)
        me.locator(WITHDRAW).click()
        expect(me.locator(".notices")).to_contain_text("外しました")
        expect(me.locator(f":is({WITHDRAW}, .withdrawn .likes):visible")).to_have_count(0)
        assert likes(server) == {}


def test_what_was_liked_a_year_ago_stands_at_the_end_of_the_home_page(
    server: Running, database: str, new_page: NewPage
) -> None:
    asked: list[str] = []
    page = new_page(NOON, viewport={"width": 360, "height": 740}, reduced_motion="reduce")
    page.on("request", lambda request: asked.append(request.url))
    mine = f"{server.url}{MINE}&limit=1"

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


# ---- Other tabs, the back button, and blocked cookies ----


def test_other_tabs_follow(server: Running, new_page: NewPage) -> None:
    page = new_page(NOON)
    page.goto(server.url + LEO)
    like(page)
    page.goto(f"{server.url}/favorites")
    other = page.context.new_page()
    other.goto(server.url + LEO)
    expect(other.locator(LIKE)).to_have_attribute("aria-pressed", "true")
    other.locator(LIKE).click()
    expect(page.locator(LIKE)).to_have_attribute("aria-pressed", "false")
    expect(page.locator(f"{LIKE} [data-likes]")).to_have_text("0")
    page.locator(LIKE).click()
    expect(other.locator(LIKE)).to_have_attribute("aria-pressed", "true")
    assert list(likes(server).values()) == [1]
    page.goto(server.url)
    other.get_by_role("button", name="わたしの星座にする").click()
    expect(page.locator(".own-card")).to_contain_text(LION)
    other.get_by_role("button", name="わたしの星座です").click()
    expect(page.locator(".own")).to_contain_text("あなたの星座は？")


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


SERVICE_WORKER_RUNS = """() => new Promise((done) => {
    const worker = navigator.serviceWorker
    if (worker.controller) done()
    else worker.addEventListener("controllerchange", () => done())
})"""


def test_the_back_button_shows_what_is_liked_and_whose_sign_it_is_now(
    server: Running, page_with_history: Page
) -> None:
    page = page_with_history

    def leave_a_mark() -> None:
        """Mark the page, to recognize it when it comes back from the cache.

        The cache drops a page that a service worker takes over later, so this waits for it.
        """
        page.evaluate(SERVICE_WORKER_RUNS)
        page.evaluate("document.documentElement.dataset.wasLeft = ''")

    def go_back() -> None:
        page.evaluate("setTimeout(() => history.back())")
        expect(page.locator("[data-was-left]")).to_have_count(1)

    page.goto(server.url)
    expect(page.locator(".own")).to_contain_text("あなたの星座は？")
    leave_a_mark()
    page.goto(server.url + LEO)
    page.get_by_role("button", name="わたしの星座にする").click()
    go_back()
    expect(page.locator(".own-card")).to_contain_text(LION)
    expect(page.locator(".ranks .is-own")).to_have_count(1)
    page.goto(server.url + LEO)
    like(page)
    leave_a_mark()
    page.goto(server.url + MINE)
    page.locator(WITHDRAW).click()
    expect(page.locator(".notices")).to_contain_text("外しました")
    go_back()
    expect(page.locator(LIKE)).to_have_attribute("aria-pressed", "false")


@pytest.mark.parametrize("stores", [True, False], ids=["cookies", "cookies and storage"])
def test_with_cookies_blocked_a_like_counts_once_and_no_list_is_promised(
    server: Running, new_page: NewPage, *, stores: bool
) -> None:
    page = new_page(NOON)
    page.add_init_script("""
        Object.defineProperty(Navigator.prototype, "cookieEnabled", {get: () => false});
        const ask = fetch;
        window.fetch = (path, options) => ask(path, {...options, credentials: "omit"});
    """)
    if not stores:
        page.add_init_script(NO_STORAGE)
    page.goto(server.url + LEO)
    like(page)
    for _ in range(3):
        expect(page.locator(".notices")).to_contain_text("わたしの一覧には残りません")
        page.locator(LIKE).click()
    expect(page.locator(LIKE)).to_have_attribute("aria-pressed", "true")
    assert list(likes(server).values()) == [1]


# ---- To another phone ----


def sent_by(context: BrowserContext) -> list[str]:
    """The URL and the headers of every request, by its service worker too; grows while it runs."""
    sent: list[str] = []

    def note(request: Request) -> None:
        sent.append(request.url.partition("#")[0] + str(request.headers))

    context.on("request", note)
    return sent


def test_favorites_travel_to_another_phone(server: Running, new_page: NewPage) -> None:
    old = new_page(NOON, permissions=["clipboard-read", "clipboard-write"])
    old.add_init_script("delete Navigator.prototype.share")
    for address in (LEO, "/quote"):
        old.goto(server.url + address)
        like(old)
    old.evaluate("""localStorage['kirosample.lots'] =
        '{"2026-11-20": {"number": 100, "tied": true}, "2025-11-20": {"number": 1}}'""")
    old.goto(server.url + MINE)
    old.get_by_role("button", name="ほかの端末へ移す").click()
    code = old.locator(".transfer-code").inner_text()
    send = old.locator("a[data-send]")
    link = send.evaluate("link => link.href")
    assert link.startswith(f"{server.url}/favorites/transfer#{code}~")
    send.click()
    expect(old.locator(".notice")).to_contain_text("コピーしました")
    assert old.evaluate("navigator.clipboard.readText()") == link

    new = new_page(NOON)
    sent = sent_by(new.context)
    new.goto(link)
    expect(new).to_have_url(f"{server.url}/favorites/transfer")
    assert code not in new.evaluate(SAVED)
    expect(new.locator("[data-typed]")).to_be_hidden()
    new.get_by_role("button", name="たしかめる").click()
    expect(new.locator("main")).to_contain_text("2件のお気に入り")
    new.get_by_role("button", name="この端末に移す").click()
    expect(new.locator(".favorites > li")).to_have_count(2)
    assert not [request for request in sent if code in request]
    old.goto(server.url + MINE)
    expect(old.locator(".favorites > li")).to_have_count(0)
    new.goto(f"{server.url}/quote")
    expect(new.locator(LIKE)).to_have_attribute("aria-pressed", "true")
    kept = new.evaluate("localStorage['kirosample.lots']")
    assert json.loads(kept) == {"2026-11-20": {"number": 100, "tied": True}}
