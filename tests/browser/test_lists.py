"""The ranking and the lists of quotes, as they are used on a phone."""

import pytest
from playwright.sync_api import Locator, expect

from kirosample.quotes import Quote, ruby
from kirosample.web.templating.filters import breakable
from kirosample.web.typesetting.columns import columns
from tests.browser.conftest import NewPage
from tools.servers import NOON, Running

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
SCREENS = "document.documentElement.scrollHeight / innerHeight"
IS_CUT = "text => text.scrollHeight > text.clientHeight + 1"
FILL = """(place, texts) => place.replaceWith(...texts.map(text => {
    const copy = place.cloneNode();
    copy.innerHTML = text;
    copy.dataset.copy = "";
    return copy;
}))"""
# The phrases that a line divides although they would fit on one; punctuation may end a line too.
DIVIDED = r"""() => {
    const UNITS = /[^、。！？」』）…　]*[、。！？」』）…　]*/g, END = /[、。！？」』）…　]$/;
    const range = document.createRange();
    const boxes = ([node, start, end]) => {
        range.setStart(node, start);
        range.setEnd(node, end);
        return [...range.getClientRects()];
    };
    const phrases = place => {
        const found = [[]];
        const walk = document.createTreeWalker(place);
        while (walk.nextNode()) {
            const node = walk.currentNode;
            if (node.nodeType === 1 && node.matches("wbr, span, p")) found.push([]);
            if (node.nodeType !== 3 || node.parentElement.closest("rt, .quotes-author")) continue;
            for (const {0: text, index} of node.data.matchAll(UNITS)) {
                if (text.trim()) found.at(-1).push([node, index, index + text.length]);
                if (END.test(text)) found.push([]);
            }
        }
        return found;
    };
    const isDivided = (phrase, room) => {
        const all = phrase.flatMap(boxes);
        const wide = all.reduce((sum, {width}) => sum + width, 0);
        return new Set(all.map(({bottom}) => Math.round(bottom))).size > 1 && wide < room;
    };
    return [...document.querySelectorAll("[data-copy]")].flatMap(place => {
        const indent = 1.5 * parseFloat(getComputedStyle(place).fontSize);
        const room = place.clientWidth - indent;
        return phrases(place).filter(phrase => isDivided(phrase, room)).map(() => place.innerText);
    });
}"""


def test_the_ranking_leads_to_any_sign_and_is_soon_through(
    lived_in_server: Running, new_page: NewPage
) -> None:
    page = new_page(NOON, viewport=PHONE)
    page.goto(f"{lived_in_server.url}/horoscope")
    assert page.evaluate(SCREENS) < 4
    strip = page.locator(".sign-strip")
    for sign in ("capricorn", "leo", "gemini"):
        strip.locator(f"[href='#{sign}']").click()
        head = page.locator(f"#{sign} .ranked-head")
        expect(head).to_be_in_viewport(ratio=1)
        assert top(head) >= top(strip) + height(strip), sign


@pytest.mark.parametrize("scripted", [True, False])
def test_a_reading_that_is_cut_off_opens_in_place(
    lived_in_server: Running, new_page: NewPage, scripted: bool
) -> None:
    page = new_page(viewport=PHONE, java_script_enabled=scripted)
    page.goto(f"{lived_in_server.url}/horoscope")
    leo = page.locator("#leo")
    text = leo.locator(".reading")
    assert text.evaluate(IS_CUT)
    leo.locator("summary").click()
    assert not text.evaluate(IS_CUT)
    leo.locator("summary").click()
    assert text.evaluate(IS_CUT)
    page.set_viewport_size({"width": 768, "height": 1024})
    assert not page.locator("#aries .reading").evaluate(IS_CUT), "where there is room"
    expect(page.locator("#aries summary")).to_be_hidden()


def test_topics_stand_in_one_row_before_the_quotes(
    lived_in_server: Running, new_page: NewPage
) -> None:
    page = new_page(NOON, viewport=PHONE, reduced_motion="reduce")
    page.goto(f"{lived_in_server.url}/quotes")
    row = page.locator(".topics-row")
    assert height(row) < 50
    assert row.evaluate("row => row.scrollWidth > 2 * row.clientWidth")
    expect(page.locator(".quotes-item").first).to_be_in_viewport()
    row.get_by_role("link", name="読書").click()
    expect(page.locator("h1")).to_have_text("「読書」")
    expect(row.get_by_role("link", name="読書")).to_be_in_viewport(ratio=1)
    row.get_by_role("link", name="すべて").click()
    expect(page.locator("h1")).to_have_text("名言をさがす")


@pytest.mark.parametrize(
    ("address", "selector"),
    [
        ("/quotes", ".quotes"),
        ("/", ".quote-panel .quote-text p"),
        ("/favorites", ".favorites a span"),
    ],
)
def test_no_line_divides_a_phrase_of_any_quote(
    lived_in_server: Running, new_page: NewPage, address: str, selector: str
) -> None:
    portal = lived_in_server.portal

    def html(quote: Quote) -> str:
        if address == "/quotes":
            return portal.templates.render("quotes_item.html", quote=quote, with_author=True)
        if address == "/favorites":
            return breakable(ruby.without_readings(quote.ruby or quote.text.ja))
        lines = map(breakable, columns(quote.ruby or quote.text.ja))
        return "".join(f"<span class='column'>{line}</span>" for line in lines)

    texts = [html(quote) for quote in portal.catalogue.quotes]
    page = new_page(NOON)
    page.goto(lived_in_server.url + address)
    page.locator(selector).first.evaluate(FILL, texts)
    for width in (320, 360, 390):
        page.set_viewport_size({"width": width, "height": 780})
        assert page.evaluate(DIVIDED) == [], width


def top(part: Locator) -> float:
    box = part.bounding_box()
    assert box
    return box["y"]


def height(part: Locator) -> float:
    box = part.bounding_box()
    assert box
    return box["height"]
