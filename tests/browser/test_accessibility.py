"""axe finds nothing on any page: light and dark, with text at 100 % and 200 %."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize

from infra.node import installed
from tests.browser.conftest import NewPage, on_each_face
from tools.servers import NOON, Running

pytestmark = pytest.mark.browser

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 900}
# WCAG 2.2's size of targets is not among the rules that axe runs unasked.
OPTIONS: dict[str, Any] = {
    "resultTypes": ["violations"],
    "rules": {"target-size": {"enabled": True}},
}
COLORS, SIZES = ({"runOnly": [rule]} for rule in ("color-contrast", "target-size"))
# What has the focus, whether all of it is under the notice, and whether that is where we are now.
UNDER_A_NOTICE = """() => {
    const part = document.activeElement, notice = document.querySelector(".notice");
    const box = part.getBoundingClientRect(), {top, bottom} = notice.getBoundingClientRect();
    return [part.outerHTML, box.top >= top && box.bottom <= bottom, notice.contains(part)];
}"""
ONCE, TWICE = (f"document.documentElement.style.fontSize = '{size}'" for size in ("", "200%"))


@pytest.fixture(scope="module")
def axe() -> str:
    """axe's own script; the pages' policy lets no page load it."""
    return (installed(Path(__file__).parent) / "axe-core" / "axe.min.js").read_text()


def findings(page: Page, options: dict[str, Any] = OPTIONS) -> list[str]:
    """What axe finds on the page, which has loaded it: rule, element and reason."""
    result: dict[str, Any] = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{rule['id']}: {node['target']}: {node['failureSummary']}"
        for rule in result["violations"]
        for node in rule["nodes"]
    ]


def too_wide(page: Page) -> list[str]:
    """The elements that are wider than the screen: text of any size wraps."""
    wide: list[str] = page.evaluate(
        """[...document.querySelectorAll('body, main :not(.topics-row *)')]
            .filter(part => part.getBoundingClientRect().right > innerWidth + 1)
            .map(part => `wider than the screen: ${part.tagName} ${part.className}`)"""
    )
    return wide


def test_axe_finds_nothing_on_any_page(
    lived_in_server: Running, new_page: NewPage, axe: str
) -> None:
    # No transition: axe would see colors between the two schemes.
    page = new_page(NOON, reduced_motion="reduce")

    def look() -> list[str]:
        page.evaluate(axe)
        found = []
        for viewport in (PHONE, DESK):
            page.set_viewport_size(viewport)
            page.emulate_media(color_scheme="light")
            found += findings(page)
            page.emulate_media(color_scheme="dark")
            found += findings(page, COLORS)
            page.evaluate(TWICE)  # which asks for less contrast
            found += findings(page, SIZES) + too_wide(page)
            page.evaluate(ONCE)
        return found

    assert on_each_face(lived_in_server, page, look) == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_what_a_visitor_changed(
    server: Running, new_page: NewPage, axe: str, scheme: str
) -> None:
    page = new_page(NOON, color_scheme=scheme, viewport=PHONE)
    page.goto(f"{server.url}/horoscope/leo")
    page.locator("[data-choose-sign]").click()
    page.locator("button[name=like]").click()
    page.locator(".notice").wait_for()
    page.evaluate(axe)
    assert findings(page) == []
    page.locator("[data-share]").click()
    page.locator(".share").wait_for()
    assert findings(page) == []
    for address in ("/", "/horoscope", "/favorites", "/favorites?mine=true"):
        page.goto(server.url + address)
        page.evaluate(axe)
        assert findings(page) == [], address
    page.locator("form[data-withdraw] button").click()
    page.locator(".withdrawn").wait_for()
    assert findings(page) == []


@pytest.mark.parametrize("address", ["/", "/horoscope", "/quotes", "/favorites", "/nothing"])
def test_no_notice_hides_what_has_the_focus(
    lived_in_server: Running, new_page: NewPage, address: str
) -> None:
    """WCAG 2.2, 2.4.11."""
    page = new_page(NOON, locale="en-US", viewport=PHONE)
    page.goto(lived_in_server.url + address)
    page.locator(".notice").wait_for()
    hidden = []
    while True:
        page.keyboard.press("Tab")
        told, is_under, is_last = page.evaluate(UNDER_A_NOTICE)
        if is_last:
            break
        if is_under:
            hidden.append(told)
    assert hidden == []


def test_axe_finds_errors_where_there_are_some(
    lived_in_server: Running, new_page: NewPage, axe: str
) -> None:
    page = new_page(NOON)
    page.goto(f"{lived_in_server.url}/")
    page.evaluate("document.querySelector('h1').style.color = '#eee'")
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    page.evaluate(axe)
    rules = {said.split(":")[0] for said in findings(page)}
    assert rules == {"button-name"} | ({"color-contrast"} & rules)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_while_favorites_move_to_another_phone(
    server: Running, new_page: NewPage, axe: str, scheme: Any
) -> None:
    options = {"color_scheme": scheme, "viewport": {"width": 320, "height": 640}}
    old, new = (new_page(NOON, reduced_motion="reduce", **options) for _ in range(2))

    def look(page: Page, part: str) -> None:
        page.locator(part).wait_for()
        page.evaluate(axe)
        for size in (ONCE, TWICE):
            page.evaluate(size)
            assert findings(page) + too_wide(page) == [], part

    old.goto(f"{server.url}/horoscope/leo")
    old.locator("button[name=like]").click()
    old.locator(".notice").wait_for()
    old.goto(f"{server.url}/favorites?mine=true")
    old.locator(".carry button").click()
    look(old, ".transfer-code")
    new.goto(old.locator("a[data-send]").evaluate("link => link.href"))
    new.locator(".transfer-form button").click()
    look(new, ".transfer-question")
    new.goto(server.url)
    new.goto(f"{server.url}/favorites/transfer#0000-0000-0000")
    new.locator(".transfer-form button").click()
    look(new, ".transfer-refused")
