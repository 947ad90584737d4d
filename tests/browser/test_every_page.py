"""Every page, on a phone and on a desk: what axe finds, its layout, its weight, layout shifts, and
the names that are heard.

One walk takes all measures of a page.
"""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Request, ViewportSize, expect

from ishizue_ops.node import installed
from kirosample.almanac import load_words
from kirosample.web.i18n.languages import PREFIXES, Language
from kirosample.web.templating.filters import breakable
from kirosample.web.typesetting.phrases import NAMES
from tests.browser.conftest import (
    LIKE,
    PAINTED,
    SHIFTS,
    TWICE,
    UNSAVED,
    NewPage,
    shifts,
    without_cache,
)
from tests.browser.heard import misheard
from tools.browser.pages import MORE, PROBLEMS, faces
from tools.servers import NOON, Running

pytestmark = pytest.mark.browser

PHONE: ViewportSize = {"width": 360, "height": 780}
SMALL: ViewportSize = {"width": 320, "height": 640}
DESK: ViewportSize = {"width": 1280, "height": 900}
WINDOWS = (
    *((width, "200%") for width in (320, 360, 414)),
    *((width, "") for width in (320, 360, 390, 768, 2560)),
)
"""Widths, and sizes of letters."""
MINE = "/favorites?mine=true"
LEAST_TOUCH = 44  # px, of width and height: WCAG 2.2, 2.5.5
MAX_BYTES = 60_000

# WCAG 2.2's size of targets is not among the rules that axe runs unasked.
OPTIONS: dict[str, Any] = {
    "resultTypes": ["violations"],
    "rules": {"target-size": {"enabled": True}},
}
COLORS_AND_SIZES = {"runOnly": ["color-contrast", "target-size"]}
ONCE = "document.documentElement.style.fontSize = ''"

SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
TOO_WIDE = """[...document.querySelectorAll('body, main :not(.topics-row *, .sign-strip *, .vh *)')]
    .filter(part => part.getBoundingClientRect().right > innerWidth + 1)
    .map(part => `wider than the screen: ${part.tagName} ${part.className}`)"""
# Links amid a sentence are as high as its line, and the days of a year have larger ones in the page
# of their month: the standard allows both.
TOO_SMALL = """least => [...document.querySelectorAll(
        'a, button, :not(label) > input, label:has(input), summary')]
    .filter(part => part.checkVisibility())
    .filter(part => !part.closest('.skip, .prose p, .prose li, .year-month td'))
    .map(part => [part, part.getBoundingClientRect()])
    .filter(([, box]) => Math.min(box.width, box.height) < least - 0.5)
    .map(([part, box]) => `too small: ${part.textContent.trim()}: ${box.width} x ${box.height}`)"""
LOOK = f"""size => {{
    document.documentElement.style.fontSize = size;
    return [{SIDEWAYS}, {TOO_WIDE}];
}}"""
DATES = r"\d+月\d+日|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*[ \u00a0]\d+"
# Lists dates, and the names of signs and of the site's own things, that a line divides.
DIVIDED = r"""names => {
    const divided = [], range = document.createRange();
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const node = texts.currentNode;
        if (node.parentElement.closest(".vh")) continue; // heard, not seen
        for (const {0: text, index} of node.data.matchAll(names)) {
            range.setStart(node, index);
            range.setEnd(node, index + text.length);
            const boxes = [...range.getClientRects()].filter(({width}) => width > 1);
            const rows = new Set(boxes.map(({top}) => top));
            const isUpright = getComputedStyle(node.parentElement).writingMode !== "horizontal-tb";
            if (rows.size > 1 && !isUpright) divided.push(node.data.trim().slice(0, 40));
        }
    }
    return divided;
}"""
OPENED = "for (const part of document.querySelectorAll('details')) part.open = true"

# Says a micro-season, and counts the characters of each of its lines or columns.
LINES = """meaning => {
    const words = document.querySelector(".hero-words > :last-child");
    words.innerHTML = meaning;
    const isVertical = getComputedStyle(words).writingMode.startsWith("vertical");
    const lines = {};
    const walk = document.createTreeWalker(words, NodeFilter.SHOW_TEXT);
    for (let text; (text = walk.nextNode());)
        for (let at = 0; at < text.length; at++) {
            const range = new Range();
            range.setStart(text, at);
            range.setEnd(text, at + 1);
            const { left, top } = range.getBoundingClientRect();
            lines[isVertical ? left : top] = (lines[isVertical ? left : top] ?? 0) + 1;
        }
    return Object.values(lines);
}"""


@pytest.fixture(scope="module")
def axe() -> str:
    """Return axe's script: the pages' policy lets no page load it by itself."""
    return (installed(Path(__file__).parent) / "axe-core" / "axe.min.js").read_text()


def axe_finds(page: Page, options: dict[str, Any] = OPTIONS) -> list[str]:
    """Return rule, element and reason of all that axe, which the page has loaded, finds."""
    result: dict[str, Any] = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{rule['id']}: {node['target']}: {node['failureSummary']}"
        for rule in result["violations"]
        for node in rule["nodes"]
    ]


def in_light(page: Page, axe: str) -> list[str]:
    """Load axe into a page, and return what it finds in the light scheme."""
    page.evaluate(axe)
    page.emulate_media(color_scheme="light")
    return axe_finds(page)


def in_both_schemes(page: Page, axe: str, dark: ViewportSize) -> list[str]:
    """Return this, and what axe finds in the dark scheme in a window of this size."""
    faults = in_light(page, axe)
    page.set_viewport_size(dark)
    page.emulate_media(color_scheme="dark")
    return faults + axe_finds(page, COLORS_AND_SIZES)


def layout(page: Page) -> list[str]:
    """Return what is cut off, too small or divided in some window, with text of some size."""
    page.set_viewport_size(PHONE)
    faults: list[str] = page.evaluate(TOO_SMALL, LEAST_TOUCH)
    for width, size in WINDOWS:
        page.set_viewport_size({"width": width, "height": 780})
        at = f"at {width} px {size}".rstrip()
        sideways, too_wide = page.evaluate(LOOK, size)
        faults += [f"sideways {at}"] * bool(sideways)
        faults += [f"{part} {at}" for part in too_wide]
        if not size and width <= 390 and not {"about", "birthday"} & {*page.url.split("/")}:
            names = f"names => ({DIVIDED})(/{NAMES.pattern}|{DATES}/g)"
            faults += [f"divided {at}: {text}" for text in page.evaluate(names)]
    return faults


def transferred(request: Request) -> int:
    """Return how many bytes the response took, its head included."""
    sizes = request.sizes()
    return sizes["responseHeadersSize"] + sizes["responseBodySize"]


def looks(page: Page, address: str, axe: str) -> list[str]:
    """Return what is wrong with the look of a page that has just been opened."""
    # The colors of both languages are the same.
    if address.startswith("/en/"):
        faults = in_light(page, axe)
    else:
        faults = in_both_schemes(page, axe, dark=DESK)
    return faults + layout(page)


@pytest.mark.slow(seconds=80)
def test_every_page_is_accessible_and_small_and_keeps_its_layout(
    lived_in_server: Running, new_page: NewPage, axe: str
) -> None:
    # No transition: axe would see colors between the two schemes.
    page = new_page(NOON, viewport=PHONE, reduced_motion="reduce")
    page.add_init_script(UNSAVED)
    page.add_init_script(SHIFTS)
    requests = without_cache(page)
    faults: dict[str, list[Any]] = {}
    looked_at = faces(lived_in_server)
    for address in (*looked_at, *(f"/en{path}" for path in (*MORE, *PROBLEMS))):
        page.set_viewport_size(PHONE)
        page.goto(lived_in_server.url + address)
        faults[address] = shifts(page)
        assert len(requests) >= 3, f"{address} came without its styles or scripts"
        size = sum(map(transferred, requests))
        requests.clear()
        faults[address] += [f"{size} bytes"] * (size >= MAX_BYTES)
        assert page.locator("h1").count() == 1, address
        assert page.title().endswith("KiroSample"), address
        if address in looked_at:
            faults[address] += looks(page, address, axe)
        page.set_viewport_size(PHONE)
        page.evaluate(OPENED)
        faults[address] += misheard(page)
    assert {address: said for address, said in faults.items() if said} == {}


def test_axe_finds_nothing_in_what_a_visitor_changes_and_takes_along(
    server: Running, new_page: NewPage, axe: str
) -> None:
    """A page that answers a form is also looked at after a visitor left it and went back."""
    page, other = (new_page(NOON, reduced_motion="reduce", viewport=SMALL) for _ in range(2))

    def look(at: Page, part: str) -> None:
        at.locator(part).first.wait_for()
        assert in_both_schemes(at, axe, dark=SMALL) == [], part
        at.evaluate(TWICE)
        assert at.evaluate(TOO_WIDE) == [], part
        at.evaluate(ONCE)

    def look_and_return(at: Page, part: str, path: str) -> None:
        look(at, part)
        at.goto(f"{server.url}/about")
        at.go_back()
        expect(at).to_have_url(server.url + path)
        expect(at.locator("main h1")).to_be_visible()

    page.goto(f"{server.url}/horoscope/leo")
    page.locator("[data-choose-sign]").click()
    page.locator(LIKE).click()
    look(page, ".notice")
    page.locator("[data-share]").click()
    look(page, ".share")
    parts = {"/": ".own-card", "/en/": ".own-card", "/horoscope": ".is-own", "/favorites": LIKE}
    for address, part in parts.items():
        page.goto(server.url + address)
        look(page, part)
    page.goto(server.url + MINE)
    page.locator(".carry button").click()
    code = page.locator(".transfer-code").inner_text()
    look_and_return(page, ".transfer-code", MINE)
    for given, part in ((code, ".transfer-question"), ("0000-0000-0000", ".transfer-refused")):
        other.goto(f"{server.url}/favorites/transfer")
        other.locator("#code").fill(given)
        other.locator(".transfer-form button").click()
        look_and_return(other, part, "/favorites/transfer")
    page.goto(server.url + MINE)
    page.locator("form[data-withdraw] button").click()
    look(page, ".withdrawn")
    for day, part in (("30", "[role=alert]"), ("9", ".almanac")):
        page.goto(f"{server.url}/birthday")
        page.locator(".birthday-year summary").click()
        page.locator("input[name=year]").fill("1964")
        for name, value in (("month", "2"), ("day", day)):
            page.locator(f"select[name={name}]").select_option(value)
        page.locator(".birthday-form button").click()
        look_and_return(page, part, "/birthday")
    page.goto(f"{server.url}/omikuji")
    page.locator(".draw button").click()
    look(page, ".lot-advice")


@pytest.mark.parametrize("language", PREFIXES)
@pytest.mark.parametrize("window", [SMALL, DESK])
def test_no_character_of_a_micro_season_stands_alone(
    server: Running, new_page: NewPage, language: Language, window: ViewportSize
) -> None:
    page = new_page(NOON, viewport=window)
    page.goto(f"{server.url}{PREFIXES[language]}/")
    alone = [
        (kou.name.ja, lines)
        for kou in load_words().kou
        if min(lines := page.evaluate(LINES, breakable(getattr(kou.meaning, language)))) < 2
    ]
    assert alone == []


def test_a_script_that_hangs_leaves_the_page_readable(
    lived_in_server: Running, new_page: NewPage
) -> None:
    page = new_page(NOON)
    page.add_init_script(UNSAVED)
    page.route("**/static/app.*.js", lambda _: None)
    for address in ("/", "/horoscope/leo"):
        page.goto(lived_in_server.url + address, wait_until="commit")
        assert page.evaluate(PAINTED, 3000), address
        expect(page.locator("h1")).to_be_in_viewport()
        expect(page.locator("footer")).to_be_visible()
        if address == "/":
            expect(page.locator(".own-signs")).to_be_visible()
