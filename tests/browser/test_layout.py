"""The layout of single pages: what is in sight, in one line, or in one row."""

from datetime import timedelta

import pytest
from playwright.sync_api import Locator, ViewportSize, expect

from kirosample import horoscope
from kirosample.web.typesetting.columns import columns, many
from tests.browser.conftest import TWICE, NewPage
from tools.servers import NOON, Running, serving

pytestmark = pytest.mark.browser

PHONE: ViewportSize = {"width": 360, "height": 780}
DESK: ViewportSize = {"width": 1280, "height": 900}
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
COLUMNS = """[...document.querySelectorAll('.upright .column')]
    .map(column => column.getBoundingClientRect().width)"""
WIDER_THAN_ITS_DAY = """names => names
    .map(name => [name, name.closest("td")].map(part => part.getBoundingClientRect().width))
    .filter(([name, day]) => name > day)"""
SIZES = "readings => readings.map(reading => parseFloat(getComputedStyle(reading).fontSize))"
CUT_OFF = "part => part.scrollWidth - part.clientWidth + part.scrollHeight - part.clientHeight"
SCREENS = "document.documentElement.scrollHeight / innerHeight"


def box(part: Locator) -> tuple[float, float]:
    """Where a part begins, from the top of the window, and its height."""
    bounds = part.bounding_box()
    assert bounds
    return bounds["y"], bounds["height"]


def test_the_day_fits_a_desks_screen(lived_in_server: Running, new_page: NewPage) -> None:
    page = new_page(NOON, viewport={"width": 1440, "height": 900})
    page.goto(lived_in_server.url)
    for part in (".hero", ".own", ".facts", ".ranks li:last-child", ".upright", ".quote cite"):
        expect(page.locator(part)).to_be_in_viewport(ratio=1)
    expect(page.locator(".upright")).to_have_css("writing-mode", "vertical-rl")


@pytest.mark.parametrize("sign", ["aquarius", "sagittarius"])  # the longest names
def test_the_name_and_rank_of_any_sign_fit_side_by_side(
    lived_in_server: Running, new_page: NewPage, sign: str
) -> None:
    page = new_page(NOON, viewport=PHONE)
    for language in ("", "/en"):
        page.goto(f"{lived_in_server.url}{language}/horoscope/{sign}")
        (top, height), (top_of_rank, _) = (box(page.locator(part)) for part in ("h1", ".big-rank"))
        assert height < 40, "one line"
        assert top_of_rank < top + height, "in the same row"
    page.set_viewport_size({"width": 320, "height": 640})
    page.evaluate(TWICE)
    assert page.evaluate(SIDEWAYS) == 0


@pytest.mark.parametrize(("width", "shown"), [(360, "先勝"), (768, "Senshō"), (1440, "Senshō")])
def test_an_english_month_names_its_days_where_there_is_room(
    lived_in_server: Running, new_page: NewPage, width: int, shown: str
) -> None:
    page = new_page(NOON, locale="en-US", viewport={"width": width, "height": 800})
    page.goto(f"{lived_in_server.url}/en/date")
    expect(page.locator(".month-key span").first).to_be_visible(visible=width == 360)
    expect(page.locator(".month-dot")).to_be_visible(visible=width != 768)
    day = page.locator(".month a[aria-current]")
    assert day.inner_text().split() == ["24", shown, *["Senshō"] * (width == 360)]
    expect(day).to_have_accessible_name("24 Senshō")
    assert page.locator(".month-name").evaluate_all(WIDER_THAN_ITS_DAY) == []


def test_the_ranking_leads_to_any_sign_and_is_soon_through(
    lived_in_server: Running, new_page: NewPage
) -> None:
    page = new_page(NOON, viewport=PHONE)
    page.goto(f"{lived_in_server.url}/horoscope")
    assert page.evaluate(SCREENS) < 5
    strip = page.locator(".sign-strip")
    for sign in ("capricorn", "leo", "gemini"):
        strip.locator(f"[href='#{sign}']").click()
        head = page.locator(f"#{sign} .ranked-head")
        expect(head).to_be_in_viewport(ratio=1)
        assert box(head)[0] >= sum(box(strip)), sign
    assert page.evaluate("scrollY") > 200
    for link in page.locator(".site-nav li:not(.wide) a").all():
        expect(link).to_be_in_viewport(ratio=1)


def test_a_reading_ends_with_a_sentence_and_opens_in_place_without_a_script(
    lived_in_server: Running, new_page: NewPage
) -> None:
    page = new_page(viewport=PHONE, java_script_enabled=False)
    page.goto(f"{lived_in_server.url}/horoscope")
    reading = horoscope.reading(NOON.date(), "leo")
    whole = reading.text.ja
    advice = reading.advice.ja
    leo = page.locator("#leo")
    text = leo.locator(".reading")
    expect(text).to_have_text(advice, use_inner_text=True)
    leo.locator("summary").click()
    expect(text).to_have_text(whole, use_inner_text=True)
    leo.locator("summary").click()
    expect(leo.locator(".rest").first).to_be_hidden()
    page.set_viewport_size({"width": 768, "height": 1024})
    expect(page.locator("#aries .rest").first).to_be_visible()
    expect(page.locator("#aries summary")).to_be_hidden()


def test_topics_stand_in_one_row_before_the_quotes(
    lived_in_server: Running, new_page: NewPage
) -> None:
    page = new_page(NOON, viewport=PHONE, reduced_motion="reduce")
    page.goto(f"{lived_in_server.url}/quotes")
    row = page.locator(".topics-row")
    assert box(row)[1] < 50
    assert row.evaluate("row => row.scrollWidth > 2 * row.clientWidth")
    expect(page.locator(".quotes-item").first).to_be_in_viewport()
    row.get_by_role("link", name="読書").click()
    expect(page.locator("h1")).to_have_text("「読書」")
    expect(row.get_by_role("link", name="読書")).to_be_in_viewport(ratio=1)


def test_furigana_of_9_px_neither_move_a_column_nor_break_it(
    lived_in_server: Running, new_page: NewPage
) -> None:
    page = new_page(NOON)
    quotes = [q for q in lived_in_server.portal.catalogue.quotes if "{" in (q.ruby or "")]
    dense = [q for q in quotes if many(columns(q.ruby or ""))]
    for quote in (*dense, *quotes[::40]):  # small and large letters, short and long readings
        page.goto(f"{lived_in_server.url}/quote/{quote.id}")
        for width in (360, 390, 1280):
            page.set_viewport_size({"width": width, "height": 780})
            wide: list[float] = page.evaluate(COLUMNS)
            assert max(wide) - min(wide) < 1, (quote.id, width, wide)
            assert min(page.locator("rt").evaluate_all(SIZES)) >= 9, (quote.id, width)
            assert page.locator(".upright").evaluate(CUT_OFF) == 0, (quote.id, width)


def test_on_a_desk_the_longest_quote_of_a_day_is_whole_on_home(
    lived_in_server: Running, new_page: NewPage
) -> None:
    of_day = lived_in_server.portal.catalogue.of_day
    days = (NOON + timedelta(n) for n in range(366))
    at = max(days, key=lambda each: len(columns(of_day(each.date()).text.ja)))
    with serving(None, clock=lambda: at) as server:
        page = new_page(at, viewport=DESK)
        page.goto(server.url)
        assert page.locator(".upright").evaluate(CUT_OFF) == 0


@pytest.mark.parametrize(
    ("base", "pairs"),
    [("", ("day-facts rest", "month-section born")), ("/en", ("day-facts born", "born rest"))],
)
def test_on_a_desk_no_column_of_a_date_has_a_hole(
    lived_in_server: Running, new_page: NewPage, base: str, pairs: tuple[str, ...]
) -> None:
    page = new_page(NOON, viewport=DESK)
    page.goto(f"{lived_in_server.url}{base}/date?date=2026-09-25")
    for above, below in map(str.split, pairs):
        last, following = (page.locator(f".{part}") for part in (f"{above} > :last-child", below))
        assert box(following)[0] - sum(box(last)) < 60
