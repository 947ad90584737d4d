"""The special day and the order of a morning, as a phone of 390 x 844 shows them."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SHIFTS, NewPage, shifts
from tools.servers import NOON, Running

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
TOUCH = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
EVENING = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # 18:00 in Japan
HIGH = "document.documentElement.scrollHeight"
ORDER = [".hero", ".own", ".today", ".two-ways", ".quote-panel", ".ranks-panel", ".popular"]


def top(page: Page, part: str) -> float:
    bounds = page.locator(part).first.bounding_box()
    assert bounds, part
    return bounds["y"]


@pytest.mark.parametrize(
    ("day", "fact"),
    [
        ("2026-12-16", "次に重なる日"),
        ("2027-01-01", "初日の出"),
        ("2027-02-03", "恵方"),
        ("2026-09-25", "月の出"),
    ],
)
def test_what_a_special_day_is_about_stands_in_the_first_view(
    lived_in_server: Running, new_page: NewPage, day: str, fact: str
) -> None:
    page = new_page(NOON, viewport=PHONE)
    page.goto(f"{lived_in_server.url}/date?date={day}")
    assert top(page, ".special") < 400
    assert top(page, f".special dt:text-is('{fact}')") < 844
    assert top(page, ".special") < top(page, ".almanac")


def test_a_morning_is_short_and_in_order(lived_in_server: Running, new_page: NewPage) -> None:
    page = new_page(NOON, viewport=PHONE)
    page.goto(lived_in_server.url)
    assert page.evaluate(HIGH) < 2446
    tops = [top(page, part) for part in ORDER]
    assert tops == sorted(tops)
    shown = page.locator(".ranks li:visible")
    expect(shown).to_have_count(4)  # the last is one's own's place
    page.locator(".own-signs [data-sign=leo]").click()  # the 11th
    expect(shown).to_have_count(4)
    expect(shown.nth(3).locator(".rank")).to_have_text("11位")
    page.get_by_text("12位まで見る").click()
    expect(shown).to_have_count(12)
    page.goto(f"{lived_in_server.url}/date")
    assert page.evaluate(HIGH) < 2754
    assert top(page, ".day-facts") < top(page, ".month") < top(page, ".born") < top(page, ".rest")


def test_tomorrow_is_told_in_the_evening_and_moves_nothing(
    lived_in_server: Running, new_page: NewPage
) -> None:
    for now, visible in ((EVENING - timedelta(minutes=1), False), (EVENING, True)):
        page = new_page(now, viewport={"width": 390, "height": 2000})
        page.add_init_script(SHIFTS)
        page.goto(lived_in_server.url)
        line = page.locator(".tomorrow")
        expect(line).to_contain_text("あしたは友引")
        expect(line).to_be_visible(visible=visible)
        assert shifts(page) == []


def test_the_home_screen_is_offered_once_on_the_third_day(
    lived_in_server: Running, new_page: NewPage
) -> None:
    page = new_page(NOON, **TOUCH)
    notice = page.locator(".notice")
    page.add_init_script("localStorage['kirosample.mornings'] ??= '[\"2026-11-01\"]'")
    page.goto(lived_in_server.url)
    page.reload()
    expect(notice).to_have_count(0)
    page.evaluate("localStorage['kirosample.mornings'] = '[\"2026-11-01\",\"2026-11-02\"]'")
    page.reload()
    expect(notice).to_contain_text("ホーム画面に追加")
    notice.get_by_role("button", name="閉じる").click()
    page.reload()
    page.locator(".ranks").wait_for()
    expect(notice).to_have_count(0)


def test_marks_are_in_the_address_and_go_on_to_the_next_month(
    lived_in_server: Running, new_page: NewPage
) -> None:
    page = new_page(NOON, viewport=PHONE)
    for path, inside, led in (
        ("/date", ".month-section", "**/date?date=2026-12-24&mark=taian,tora#month"),
        ("/year", "main", "**/year?year=2027&mark=taian,tora"),
    ):
        page.goto(lived_in_server.url + path)
        page.locator(".marks summary").click()
        expect(page.locator("td.taian").first).to_have_css("box-shadow", "none")
        page.locator("#taian").check()
        page.locator("#tora").check()
        assert page.url.endswith("?mark=taian,tora")
        page.locator(f"{inside} .day-links [rel=next]").click()
        page.wait_for_url(led)
        expect(page.locator("#tora")).to_be_checked()
        expect(page.locator("td.taian").first).not_to_have_css("box-shadow", "none")
        expect(page.locator("td:not(.taian, .tora)").first).to_have_css("box-shadow", "none")


def test_a_year_opens_on_this_month_with_days_to_tap(
    lived_in_server: Running, new_page: NewPage
) -> None:
    page = new_page(NOON, viewport={"width": 360, "height": 740})
    page.goto(f"{lived_in_server.url}/year")
    expect(page.locator("td.today")).to_be_in_viewport()
    assert 0 <= top(page, "#month") < 15
    for link in page.locator("#month td a").all():
        bounds = link.bounding_box()
        assert bounds
        assert min(bounds["width"], bounds["height"]) >= 44


def test_a_month_is_a_sheet_of_its_own(lived_in_server: Running, new_page: NewPage) -> None:
    page = new_page(NOON)
    page.add_init_script("window.print = () => { window.printed = document.body.dataset.printing }")
    for path in ("/date?date=2026-05-05", "/en/date?date=2026-08-31"):  # six weeks
        page.goto(lived_in_server.url + path)
        page.locator("[data-print]").click()
        assert page.evaluate("window.printed") == "month"
        sheet = page.pdf(prefer_css_page_size=True)
        assert sheet.count(b"/Type /Page\n") == 1
        assert b"/MediaBox [0 0 841.91998 594.95996]" in sheet
