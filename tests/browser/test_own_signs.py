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
TOPS = "all => all.map(each => [each.getBoundingClientRect().top, each.id])"
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


def test_a_browser_that_stores_nothing_still_shows_the_card(
    first_page: Callable[..., Page],
) -> None:
    page = first_page()
    page.evaluate("void (Storage.prototype.setItem = () => { throw new DOMException() })")
    pick(page, "leo")
    name_on_card(page, "leo")
    expect(page.locator(".notice")).to_contain_text("保存できませんでした")


def test_a_sign_of_before_is_still_mine(first_page: Callable[..., Page]) -> None:
    page = first_page()
    page.evaluate("localStorage['kirosample.sign'] = '\"leo\"'")
    page.reload()
    name_on_card(page, "leo")


def test_a_signs_page_adds_it_to_mine_and_takes_it_back(
    lived_in_server: Running, new_page: NewPage
) -> None:
    page = new_page(NOON, viewport=PHONE)
    page.goto(f"{lived_in_server.url}/horoscope/leo")
    button = page.locator("[data-choose-sign]")
    expect(button).to_have_accessible_name("わたしの星座にする")
    button.click()
    expect(button).to_have_accessible_name("わたしの星座です")
    other = page.context.new_page()
    other.goto(f"{lived_in_server.url}/horoscope/aries")
    other.get_by_role("button", name="わたしの星座に加える").click()
    assert other.evaluate(KEPT) == ["leo", "aries"]
    page.goto(f"{lived_in_server.url}/horoscope")
    expect(page.locator(".ranked.is-own")).to_have_count(2)
    page.go_back()
    page.get_by_role("button", name="わたしの星座です").click()
    expect(page.get_by_role("button", name="わたしの星座に加える")).to_be_visible()
    assert page.evaluate(KEPT) == ["aries"]


def test_the_page_of_two_is_found_from_ones_own_sign(
    first_page: Callable[..., Page], lived_in_server: Running
) -> None:
    page = first_page("leo")
    page.goto(f"{lived_in_server.url}/horoscope")
    signs = page.locator("nav[aria-labelledby=two]")
    signs.locator(".is-own a").click()
    page.wait_for_url("**/horoscope/leo#two")
    signs.get_by_role("link", name="かに座").click()
    page.wait_for_url("**/horoscope/cancer/leo")
    expect(page.get_by_role("heading", level=1)).to_have_text("かに座としし座")


def test_ones_own_sign_stands_first_and_whole_on_a_phone(
    first_page: Callable[..., Page], lived_in_server: Running
) -> None:
    page = first_page("leo")
    page.goto(f"{lived_in_server.url}/horoscope")
    expect(page.locator("#leo .rest").first).to_be_visible()
    tops = sorted(page.locator(".ranked").evaluate_all(TOPS))
    first, second = (
        page.locator(f"#{id_}").evaluate("each => getComputedStyle(each).backgroundColor")
        for _, id_ in tops[:2]
    )
    assert tops[0][1] == "leo"
    assert first != second, "the tint is for one's own, and not for the first rank"


def test_the_shortcut_opens_my_sign_and_leads_nowhere_else(
    first_page: Callable[..., Page], lived_in_server: Running
) -> None:
    page = first_page("leo", prefix="/en")
    page.goto(f"{lived_in_server.url}/en/horoscope#mine")
    page.wait_for_url(f"{lived_in_server.url}/en/horoscope/leo")
    page.goto(f"{lived_in_server.url}//kirosample.example#mine")
    expect(page.locator(".error")).to_be_visible()
    page.reload()  # the script ran before its page had loaded
    assert page.url == f"{lived_in_server.url}//kirosample.example#mine"


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
            for signs in ([sign.id], [], [sign.id, "leo", "virgo"], []):
                page.evaluate(CHOSEN_ELSEWHERE, signs)
        page.evaluate(CHOSEN_ELSEWHERE, ["leo"])
        assert shifts(page) == [], address
