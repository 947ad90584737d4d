"""The visitor's own signs: asked for once on the first page, then shown there without a tap."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from kirosample import horoscope
from tests.browser.conftest import PAINTED, SHIFTS, UNSAVED, NewPage, shifts
from tools.servers import NOON, Running

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
LEAST_TOUCH = 44
PARTS = (".sign-name", ".rank", ".change", ".headline", ".score", ".swatch", "dd", ".own-more")
KEPT = "JSON.parse(localStorage.getItem('kirosample.signs'))"
CHOSEN_ELSEWHERE = """signs => {
    localStorage.setItem("kirosample.signs", JSON.stringify(signs));
    window.dispatchEvent(new Event("storage"));
    return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
LIT = "stars => stars.map(star => star.getAttribute('width') / 24)"


@pytest.fixture
def first_page(lived_in_server: Running, new_page: NewPage) -> Callable[..., Page]:
    """Open the first page on a phone, with these signs kept."""

    def visit(*signs: str, prefix: str = "") -> Page:
        page = new_page(NOON, viewport=PHONE)
        if signs:
            page.goto(f"{lived_in_server.url}/offline")
            page.evaluate("kept => localStorage['kirosample.signs'] = JSON.stringify(kept)", signs)
        page.goto(f"{lived_in_server.url}{prefix}/")
        return page

    return visit


def name_on_card(page: Page, sign: str) -> None:
    expect(page.locator(".own-card .sign-name")).to_have_text(horoscope.SIGNS_BY_ID[sign].name.ja)


def pick(page: Page, sign: str) -> None:
    page.locator(f".own-signs [data-sign={sign}]").click()


def test_the_first_visit_asks_for_the_sign_and_shows_its_card_at_once(
    first_page: Callable[..., Page],
) -> None:
    page = first_page()
    expect(page.get_by_role("heading", name="あなたの星座は？")).to_be_in_viewport(ratio=1)
    for sign in horoscope.SIGNS:
        expect(page.locator(f".own-signs [data-sign={sign.id}]")).to_be_in_viewport(ratio=1)
    address = page.url
    pick(page, "leo")
    name_on_card(page, "leo")
    expect(page.locator(".own-signs")).to_be_hidden()
    expect(page.get_by_role("link", name="続きを読む")).to_be_focused()
    assert page.url == address
    assert page.evaluate(KEPT) == ["leo"]


def test_every_later_visit_answers_above_the_fold_without_a_tap(
    first_page: Callable[..., Page],
) -> None:
    page = first_page("leo", prefix="/en")
    reading = horoscope.reading(NOON.date(), "leo")
    card = page.locator(".own-card")
    for part in PARTS:
        for each in card.locator(part).all():
            expect(each).to_be_in_viewport(ratio=1)
    expect(card.locator(".sign-name")).to_have_text(reading.name.en)
    expect(card.locator(".rank b")).to_have_text(str(reading.rank))
    expect(card.locator(".change")).to_contain_text(str(abs(reading.change)))
    expect(card.locator(".headline")).to_have_text(reading.headline.en)
    lit = card.locator(".stars svg").evaluate_all(LIT)
    assert lit == [reading.overall, reading.love, reading.work, reading.money]
    expect(card.locator(".swatch circle")).to_have_attribute("fill", reading.lucky.color_hex)
    expect(card.locator("dd").first).to_contain_text(reading.lucky.color.en)
    expect(card.locator("dd").last).to_have_text(reading.lucky.item.en)
    card.click()  # anywhere
    page.wait_for_url("**/en/horoscope/leo")


def test_a_sign_is_changed_a_family_added_and_one_removed(
    first_page: Callable[..., Page],
) -> None:
    page = first_page("leo")
    page.get_by_role("button", name="変える").click()
    pick(page, "virgo")
    name_on_card(page, "virgo")
    for button in page.locator(".own button:visible").all():
        box = button.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= LEAST_TOUCH
    page.get_by_role("button", name="家族").click()
    pick(page, "aries")
    name_on_card(page, "aries")
    assert page.evaluate(KEPT) == ["virgo", "aries"]
    expect(page.locator(".ranks .is-own")).to_have_count(2)
    page.reload()  # the first is mine
    name_on_card(page, "virgo")
    expect(page.locator("[data-tab=virgo]")).to_contain_text("わたし")
    page.locator("[data-tab=aries]").click()
    name_on_card(page, "aries")
    expect(page.locator("[data-tab=aries]")).to_be_focused()
    page.get_by_role("button", name="変える").click()
    page.get_by_role("button", name="やめる").click()
    name_on_card(page, "aries")
    page.get_by_role("button", name="変える").click()
    page.get_by_label("呼び名").fill("<b>母")
    page.get_by_role("button", name="保存する").first.click()
    name_on_card(page, "aries")
    page.reload()
    expect(page.locator("[data-tab=aries]")).to_contain_text("<b>母")
    page.locator("[data-tab=aries]").click()
    for left in (["virgo"], []):
        page.get_by_role("button", name="変える").click()
        page.get_by_role("button", name="外す").click()
        assert page.evaluate(KEPT) == left
    expect(page.get_by_role("heading", name="あなたの星座は？")).to_be_visible()


@pytest.mark.parametrize(("width", "prefix"), [(360, "/en"), (1280, "")])
def test_nothing_shifts_for_a_visitor_with_a_sign_when_the_script_is_late(
    lived_in_server: Running, new_page: NewPage, width: int, prefix: str
) -> None:
    # Without a fixed time, which would hide from the script that the page was painted.
    page = new_page(viewport={"width": width, "height": 2000})
    page.add_init_script(UNSAVED)
    page.add_init_script(SHIFTS)

    def late(route: Route) -> None:
        assert page.evaluate(PAINTED, 3000)
        route.continue_()

    page.route("**/static/app.*.js", late)
    page.goto(f"{lived_in_server.url}{prefix}/horoscope/leo")
    expect(page.locator("[data-choose-sign]")).to_be_enabled()
    assert shifts(page) == []
    page.locator("[data-choose-sign]").click()
    for address, own in (("/", ".own-card"), ("/horoscope", ".is-own")):
        page.goto(lived_in_server.url + prefix + address)
        page.locator(own).first.wait_for()
        for sign in horoscope.SIGNS:
            for signs in ([sign.id], [sign.id, "leo", "virgo"]):
                page.evaluate(CHOSEN_ELSEWHERE, signs)
        page.evaluate(CHOSEN_ELSEWHERE, ["leo"])
        assert shifts(page) == [], address
