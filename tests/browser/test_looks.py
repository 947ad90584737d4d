"""The layout of every page: nothing is cut off, or too small to touch."""

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.browser.conftest import NewPage, on_each_face
from tools.servers import NOON, Running

pytestmark = pytest.mark.browser

PHONE: ViewportSize = {"width": 360, "height": 780}
LEAST_TOUCH = 44  # px, of width and height: WCAG 2.2, 2.5.5

# Links amid a sentence are as high as its line, which the standard allows.
TOO_SMALL = """least => [...document.querySelectorAll('a, button, input, summary')]
    .filter(part => part.checkVisibility() && !part.closest('.skip, .prose p, .prose li'))
    .map(part => [part, part.getBoundingClientRect()])
    .filter(([, box]) => Math.min(box.width, box.height) < least - 0.5)
    .map(([part, box]) => `${part.textContent.trim()}: ${box.width} x ${box.height}`)"""
WIDER_THAN_ITS_DAY = """names => names
    .map(name => [name, name.closest("td")].map(part => part.getBoundingClientRect().width))
    .filter(([name, day]) => name > day)"""
DATES = r"""isBroken => {
    const MONTHS = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)";
    const days = String.raw`\d{4}-\d\d-\d\d|YYYY-MM-DD|\d+月\d+日|${MONTHS}[a-z]*[ \u00a0]\d+`;
    const date = new RegExp(`（?(${days})(,?\u00a0[\\d:]+)?）?`, "g");
    const found = [], range = document.createRange();
    const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const node = texts.currentNode;
        if (node.parentElement.closest("pre")) continue;
        for (const {0: text, index} of node.data.matchAll(date)) {
            range.setStart(node, index);
            range.setEnd(node, index + text.length);
            const lines = new Set([...range.getClientRects()].map(({top}) => top));
            if (!isBroken || lines.size > 1) found.push(text);
        }
    }
    return found;
}"""
# The part of the window that the page takes, and how far its head is from the edge of the page.
USED = """() => {
    const brand = document.querySelector(".brand").getBoundingClientRect().left;
    const head = document.querySelector(".eyebrow, .hero-year").getBoundingClientRect().left;
    return [document.querySelector("main").clientWidth / innerWidth, head - brand];
}"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
COLUMNS = """[...document.querySelectorAll('.upright .column')]
    .map(column => column.getBoundingClientRect().width)"""
SIZE = "size => document.documentElement.style.fontSize = size"
PAPER = "getComputedStyle(document.documentElement).getPropertyValue('--%s')"


def test_no_page_scrolls_sideways_or_has_a_control_too_small_to_touch(
    lived_in_server: Running, new_page: NewPage
) -> None:
    page = new_page(NOON)

    def look() -> list[str]:
        assert page.locator("h1").count() == 1, page.url
        assert page.title().endswith("KiroSample"), page.url
        found = []
        for width, size in ((320, "200%"), (320, "100%"), (768, "100%"), (1440, "100%")):
            page.set_viewport_size({"width": width, "height": 640})
            page.evaluate(SIZE, size)
            found += [f"sideways at {width}, {size}"] * bool(page.evaluate(SIDEWAYS))
        page.set_viewport_size(PHONE)
        small: list[str] = page.evaluate(TOO_SMALL, LEAST_TOUCH)
        return found + small

    assert on_each_face(lived_in_server, page, look) == {}


def test_wide_windows_are_used_and_heads_begin_at_one_edge(
    lived_in_server: Running, new_page: NewPage
) -> None:
    page = new_page(NOON)
    for address in ("/", "/horoscope", "/horoscope/leo", "/quote", "/quotes", "/about", "/api"):
        page.goto(lived_in_server.url + address)
        for width in (390, 1440, 1920, 2560):
            page.set_viewport_size({"width": width, "height": 900})
            used, edge = page.evaluate(USED)
            assert used > 0.65, (address, width)
            assert edge == 0, (address, width)


@pytest.mark.parametrize("sign", ["aquarius", "sagittarius"])  # the longest names
def test_the_name_and_rank_of_any_sign_fit_side_by_side(
    lived_in_server: Running, new_page: NewPage, sign: str
) -> None:
    page = new_page(NOON, viewport=PHONE)
    for language in ("", "/en"):
        page.goto(f"{lived_in_server.url}{language}/horoscope/{sign}")
        name, rank = (page.locator(part).bounding_box() for part in ("h1", ".big-rank"))
        assert name
        assert rank
        assert name["height"] < 40, "one line"
        assert rank["y"] < name["y"] + name["height"], "in the same row"
    page.set_viewport_size({"width": 320, "height": 640})
    page.evaluate(SIZE, "200%")
    assert page.evaluate(SIDEWAYS) == 0


def test_furigana_neither_moves_a_column_nor_breaks_it(
    lived_in_server: Running, new_page: NewPage
) -> None:
    page = new_page(NOON, viewport=PHONE)
    quotes = [q for q in lived_in_server.portal.catalogue.quotes if "{" in (q.ruby or "")]
    longest = sorted(quotes, key=lambda q: -len(q.ruby or ""))[:4]
    for quote in (*longest, *quotes[::17]):  # large and small letters, short and long readings
        page.goto(f"{lived_in_server.url}/quote/{quote.id}")
        wide: list[float] = page.evaluate(COLUMNS)
        assert max(wide) - min(wide) < 1, (quote.id, wide)


def test_no_line_breaks_within_a_date_or_a_time(
    lived_in_server: Running, new_page: NewPage
) -> None:
    page = new_page(NOON)
    broken = {}
    for path in ("/api", "/date?date=x", "/date", "/horoscope/leo", "/horoscope/sagittarius"):
        for address in (path, f"/en{path}"):
            page.goto(lived_in_server.url + address)
            assert page.evaluate(DATES, False), address
            for width in (320, 344, 360, 390):
                page.set_viewport_size({"width": width, "height": 780})
                broken[f"{address} at {width}"] = page.evaluate(DATES, True)
    assert {address: said for address, said in broken.items() if said} == {}


def test_the_day_fits_a_desks_screen(lived_in_server: Running, new_page: NewPage) -> None:
    page = new_page(NOON, viewport={"width": 1440, "height": 900})
    page.goto(lived_in_server.url)
    for part in (".hero", ".own", ".notes", ".ranks li:last-child", ".upright", ".quote cite"):
        expect(page.locator(part)).to_be_in_viewport(ratio=1)
    expect(page.locator(".upright")).to_have_css("writing-mode", "vertical-rl")


@pytest.mark.parametrize(("width", "shown"), [(360, "先勝"), (768, "Senshō"), (1440, "Senshō")])
def test_an_english_month_names_its_days_where_there_is_room(
    lived_in_server: Running, new_page: NewPage, width: int, shown: str
) -> None:
    page = new_page(NOON, locale="en-US", viewport={"width": width, "height": 800})
    page.goto(f"{lived_in_server.url}/en/date")
    expect(page.locator(".month-key")).to_be_visible(visible=width == 360)
    day = page.locator(".month a[aria-current]")
    assert day.inner_text().split() == ["24", shown, *["Senshō"] * (width == 360)]
    expect(day).to_have_accessible_name("24 Senshō")
    wide = page.locator(".month-name").evaluate_all(WIDER_THAN_ITS_DAY)
    assert wide == []


def test_a_page_printed_in_dark_mode_is_dark_on_white(
    lived_in_server: Running, new_page: NewPage
) -> None:
    page = new_page(NOON, color_scheme="dark")
    page.goto(f"{lived_in_server.url}/date")
    colors = ("paper", "ink", "holiday", "saturday", "moon-dark")
    printed = {}
    for scheme in ("light", "dark"):
        page.emulate_media(media="print", color_scheme=scheme)
        printed[scheme] = [page.evaluate(PAPER % name) for name in colors]
    assert printed["dark"] == printed["light"]
    assert printed["dark"][0] == "#fff"
