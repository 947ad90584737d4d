"""Favorites travel from one phone to another."""

import pytest
from playwright.sync_api import BrowserContext, Request, expect

from tests.browser.conftest import NewPage, like
from tools.servers import NOON, Running

pytestmark = pytest.mark.browser

PHONE = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
    "reduced_motion": "reduce",
}
SAVED = """async () => {
    const names = await caches.keys()
    const saved = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()))
    return JSON.stringify([saved.flat().map((one) => one.url), localStorage, location.href])
}"""


def sent_by(context: BrowserContext) -> list[str]:
    """The URL and the headers of every request, by its service worker too; grows while it runs."""
    sent: list[str] = []

    def note(request: Request) -> None:
        sent.append(request.url.partition("#")[0] + str(request.headers))

    context.on("request", note)
    return sent


@pytest.mark.parametrize("javascript", [True, False])
def test_favorites_travel_to_another_phone(
    server: Running, new_page: NewPage, *, javascript: bool
) -> None:
    old = new_page(NOON, **PHONE)
    old.goto(f"{server.url}/horoscope/leo")
    like(old)
    old.goto(f"{server.url}/quote")
    like(old)
    old.goto(f"{server.url}/favorites?mine=true")
    old.get_by_role("button", name="ほかの端末へ移す").tap()
    code = old.locator(".transfer-code").inner_text()
    link = old.locator("a[data-send]").evaluate("link => link.href")
    assert link == f"{server.url}/favorites/transfer#{code}"

    new = new_page(NOON, java_script_enabled=javascript, **PHONE)
    sent = sent_by(new.context)
    new.goto(link)
    if javascript:
        expect(new).to_have_url(f"{server.url}/favorites/transfer")
        assert code not in new.evaluate(SAVED)
    else:
        new.get_by_label("コード").fill(code.replace("-", "").lower())
    new.get_by_role("button", name="たしかめる").tap()
    expect(new.locator("main")).to_contain_text("2件のお気に入り")
    old.goto(f"{server.url}/favorites?mine=true")
    expect(old.locator(".favorites > li")).to_have_count(2)
    new.get_by_role("button", name="この端末に移す").tap()
    expect(new.locator(".favorites > li")).to_have_count(2)
    assert not [one for one in sent if code in one]
    old.reload()
    expect(old.locator(".favorites > li")).to_have_count(0)
    if javascript:
        new.goto(f"{server.url}/quote")
        expect(new.locator("button[name=like]")).to_have_attribute("aria-pressed", "true")


def test_a_link_to_receive_is_copied_where_it_cannot_be_shared(
    server: Running, new_page: NewPage
) -> None:
    page = new_page(NOON, permissions=["clipboard-read", "clipboard-write"], **PHONE)
    page.add_init_script("delete Navigator.prototype.share")
    page.goto(f"{server.url}/quote")
    like(page)
    page.goto(f"{server.url}/favorites?mine=true")
    page.get_by_role("button", name="ほかの端末へ移す").tap()
    link = page.locator("a[data-send]")
    link.tap()
    expect(page.locator(".notice")).to_contain_text("コピーしました")
    address = link.evaluate("link => link.href")
    assert page.evaluate("navigator.clipboard.readText()") == address
