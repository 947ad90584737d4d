"""Likes in a real browser: with and without cookies or a network."""

import json

import pytest
from playwright.sync_api import BrowserContext, Request, expect

from tests.browser.conftest import LIKE, NewPage, like, likes
from tools.servers import NOON, Running

pytestmark = pytest.mark.browser

LEO = "/horoscope/leo"
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
    led = page.locator(".site-header").get_by_role("link", name="お気に入り")
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


# ---- Other tabs, the back button, and blocked cookies ----


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
