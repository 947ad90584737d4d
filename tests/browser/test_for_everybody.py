"""The pages for everybody, where axe does not look: names, colors, paper, keyboard, no scripts."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.browser.conftest import LIKE, TWICE, UNSAVED, NewPage, like
from tests.browser.heard import called_the_same, heard
from tools.servers import NOON, Running

pytestmark = pytest.mark.browser

PHONE: ViewportSize = {"width": 320, "height": 640}
ZOOMED: ViewportSize = {"width": 320, "height": 256}  # 1280 x 1024 at 400 %
ROWS_THAT_DIFFER = ("/en/horoscope", "/en/days", "/en/calendar")
ROWS = (*ROWS_THAT_DIFFER, "/en/quotes", "/en/favorites")
# What has the focus, and what cuts it off: the window, a row that scrolls, or a bar that stays.
CUT_OFF = """() => {
    const part = document.activeElement, box = part.getBoundingClientRect(), cut = [part.innerText];
    if (part === document.body) return null;
    const isCut = box.top < 0 || box.bottom > innerHeight;
    if (isCut && box.height < innerHeight / 2) cut.push("window");
    for (let row = part; (row = row.parentElement); ) {
        const {left, right} = row.getBoundingClientRect();
        const scrolls = getComputedStyle(row).overflowX === "auto";
        if (scrolls && (box.left < left - 1 || box.right > right + 1)) cut.push(row.className);
    }
    for (const bar of document.querySelectorAll(".site-nav, .sign-strip, .notice")) {
        const {top, bottom} = bar.getBoundingClientRect();
        const stays = !bar.contains(part) && /fixed|sticky/.test(getComputedStyle(bar).position);
        if (stays && box.top < bottom - 1 && box.bottom > top + 1) cut.push(bar.className);
    }
    return cut;
}"""
SPACED = """() => {  // WCAG 2.2, 1.4.12
    const wide = new CSSStyleSheet();
    wide.replaceSync("* { letter-spacing: .12em !important; word-spacing: .16em !important }");
    document.adoptedStyleSheets = [wide];
}"""
# The least room between two labels, or beside them.
GAPS = """() => {
    const boxes = [...document.querySelectorAll(".site-nav a")]
        .filter(link => link.checkVisibility()).map(link => {
        const range = document.createRange();
        range.selectNodeContents(link.lastChild);
        return range.getBoundingClientRect();
    });
    return Math.min(...boxes.map((box, n) => box.left - (boxes[n - 1]?.right ?? 0)),
        innerWidth - boxes.at(-1).right);
}"""
OWN_SIGNS = "localStorage['kirosample.signs'] = '[\"leo\", \"aries\"]'"


@pytest.fixture
def page(new_page: NewPage) -> Page:
    page = new_page(NOON, viewport=PHONE, reduced_motion="reduce")
    page.add_init_script(UNSAVED)
    return page


def test_tab_labels_with_wide_or_large_letters_stand_apart(
    lived_in_server: Running, page: Page
) -> None:
    for width in (320, 360):
        page.set_viewport_size({"width": width, "height": 640})
        for path, letters in (("/en/", SPACED), ("/", TWICE)):
            page.goto(lived_in_server.url + path)
            page.evaluate(letters)
            assert page.evaluate(GAPS) >= 2, (width, path)


def test_a_like_keeps_its_name_and_every_button_names_its_quote(
    server: Running, page: Page
) -> None:
    page.goto(f"{server.url}/quote")
    quote = server.portal.catalogue.of_day(server.portal.today())
    for button in (LIKE, "[data-share]"):
        expect(page.locator(button)).to_have_accessible_name(re.compile(quote.text.ja[:8]))
    name = page.locator(LIKE).aria_snapshot()
    like(page)
    assert page.locator(LIKE).aria_snapshot().replace(" [pressed]", "") == name
    page.goto(f"{server.url}/quote/milne-pooh-01")
    like(page)
    page.evaluate(OWN_SIGNS)
    page.goto(server.url)
    assert called_the_same(heard(page)) == []
    page.goto(f"{server.url}/favorites?mine=true")
    for verb in ("取り消す", "元に戻す"):
        rows = page.get_by_role("button", name=re.compile(f"^{verb} ?："))
        expect(rows).to_have_count(2)
        expect(rows.last).to_have_accessible_name(re.compile(quote.text.ja[:8]))
        assert called_the_same(heard(page)) == []
        for row in page.locator("form[data-withdraw] button").all():
            row.click()


def test_a_share_sheet_fits_a_small_window(lived_in_server: Running, page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 256})
    page.goto(f"{lived_in_server.url}/horoscope/leo")
    page.evaluate(TWICE)
    page.locator("[data-share]").click()
    for part in (page.locator(".share h2"), page.locator(".share-pictures a").last):
        part.scroll_into_view_if_needed()
        expect(part).to_be_in_viewport(ratio=0.9)


def test_on_paper_stands_nothing_to_press(lived_in_server: Running, page: Page) -> None:
    page.emulate_media(media="print")
    page.add_init_script(OWN_SIGNS)
    for path in ("/", "/days?for=wedding", "/horoscope/leo", "/birthday/02-09", "/year"):
        page.goto(lived_in_server.url + path)
        for each in page.locator("main :is(button, .button), details:not([open]) > summary").all():
            expect(each).to_be_hidden()


def test_what_has_the_focus_is_shown_whole(lived_in_server: Running, new_page: NewPage) -> None:
    """WCAG 2.2, 2.4.11, and 2.4.12 but for what is too tall. Japanese pages have a notice here."""
    page = new_page(NOON, locale="en-US", reduced_motion="reduce")
    for size, paths in ((PHONE, ("/", "/nothing", *ROWS)), (ZOOMED, ROWS_THAT_DIFFER)):
        page.set_viewport_size(size)
        for path in paths:
            page.goto(lived_in_server.url + path)
            for key in ("Tab", "Shift+Tab"):
                page.keyboard.press(key)
                while told := page.evaluate(CUT_OFF):
                    assert told[1:] == [], (path, size, key, told)
                    page.keyboard.press(key)


def test_marks_of_a_year_are_heard_and_seen_without_their_colors(
    lived_in_server: Running, page: Page
) -> None:
    page.emulate_media(forced_colors="active")
    page.goto(f"{lived_in_server.url}/year?mark=taian,manbai,tensha")
    looks = {
        name: _look(page.locator(f".marks b.{name}")) for name in ("taian", "manbai", "tensha")
    }
    assert (
        len({*looks.values(), _look(page.locator(".year td:not(.taian, .manbai, .tensha)").first)})
        == 4
    )
    assert _look(page.locator("td.taian:not(.manbai, .tensha)").first) == looks["taian"]
    days = page.locator("td.taian").count()
    assert days > 50
    expect(page.locator(".year a", has_text="、大安")).to_have_count(days)
    page.locator("#taian").uncheck()
    expect(page.locator(".year a", has_text="大安")).to_have_count(0)
    page.locator(".marks input").last.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("[data-print]")).to_be_focused()
    page.evaluate(OWN_SIGNS)
    page.goto(lived_in_server.url)
    for own in (".own-tabs button", ".ranks > li"):
        assert len({_look(each) for each in page.locator(own).all()}) == 2, own
    page.goto(f"{lived_in_server.url}/days?for=wedding")
    weights = [_look(page.locator(f".day-marks b.weight-{n}")) for n in (1, 2, 3)]
    assert len(set(weights)) == 3


def _look(part: Locator) -> Any:
    """How it is framed, which colors that a reader forces leave as it is."""
    return part.evaluate("part => getComputedStyle(part).border + getComputedStyle(part).outline")


def test_birthday_calendar_omikuji_and_transfer_work_without_scripts(
    server: Running, new_page: NewPage
) -> None:
    page, other = (new_page(NOON, java_script_enabled=False) for _ in range(2))
    page.goto(f"{server.url}/birthday")
    expect(page.locator("[data-keep]")).to_be_hidden()
    for name, value in (("year", "1985"), ("month", "5"), ("day", "12")):
        page.locator(f"input[name={name}]").fill(value)
    page.locator(".birthday-form button").click()
    expect(page.locator("h1")).to_contain_text("1985年5月12日")

    page.goto(f"{server.url}/calendar")
    page.locator("input[name=rokuyo]").check()
    page.locator("input[name=alarm]").fill("07:30")
    page.locator("form.wish button").click()
    address = page.locator(".subscribe .actions a").first.get_attribute("href") or ""
    assert address.endswith("/calendar.ics?special=true&rokuyo=true&alarm=07:30")

    page.goto(server.url)
    page.locator("main a[href$='/omikuji']").click()
    page.locator(".draw button").click()
    assert re.fullmatch(rf"{server.url}/omikuji/mine/\d+", page.url)

    page.goto(f"{server.url}/quote")
    page.locator(LIKE).click()
    page.goto(f"{server.url}/favorites?mine=true")
    page.get_by_role("button", name="ほかの端末へ移す").click()
    code = page.locator(".transfer-code").inner_text()
    other.goto(f"{server.url}/favorites/transfer")
    expect(other.locator("[data-typed]")).to_be_visible()
    other.get_by_label("コード").fill(code.replace("-", "").lower())
    other.get_by_role("button", name="たしかめる").click()
    expect(other.locator("main")).to_contain_text("1件のお気に入り")
    other.get_by_role("button", name="この端末に移す").click()
    expect(other.locator(".favorites > li")).to_have_count(1)
