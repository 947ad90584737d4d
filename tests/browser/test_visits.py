"""A reader's visits in a real browser."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import NewPage
from tests.servers import NOON, Running, serving

pytestmark = pytest.mark.browser

PAGES = (
    "/",
    "/date",
    "/horoscope",
    "/horoscope/aries",
    "/quote",
    "/quotes",
    "/favorites",
    "/favorites?mine=true",
    "/about",
    "/api",
    "/nothing",
)
READING = "horoscope:2026-11-24.aries"


def likes(server: Running) -> dict[str, int]:
    """Every favorite's content and its likes."""
    favorites = server.json("/api/favorites")["favorites"]
    return {favorite["content"]: favorite["likes"] for favorite in favorites}


def test_a_quote_is_liked_with_a_tap_and_taken_back(server: Running, new_page: NewPage) -> None:
    page = new_page()
    page.goto(f"{server.url}/quote")
    button = page.locator("button[name=like]")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    quote = server.portal.catalogue.of_day(server.portal.today())
    assert likes(server) == {quote.text: 1}
    page.reload()
    expect(button).to_have_attribute("aria-pressed", "true")
    page.goto(f"{server.url}/favorites?mine=true")
    expect(page.locator(".favorites > li")).to_have_count(1)
    withdraw = page.locator("form[data-withdraw] button")
    withdraw.click()
    expect(page.locator(".notices")).to_contain_text("外しました")
    assert likes(server) == {}
    expect(withdraw).to_have_text("元に戻す")
    withdraw.click()
    expect(page.locator(".notices")).to_contain_text("戻しました")
    assert likes(server) == {quote.text: 1}
    withdraw.click()
    expect(page.locator(".notices")).to_contain_text("外しました")
    page.reload()
    expect(page.locator(".favorites > li")).to_have_count(0)
    page.goto(f"{server.url}/quote")
    expect(button).not_to_have_attribute("aria-pressed", "true")


def test_a_reading_is_liked_and_taken_back_without_javascript(
    server: Running, new_page: NewPage
) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(f"{server.url}/horoscope/aries")
    page.locator(f'button[value="{READING}"]').click()
    expect(page).to_have_url(f"{server.url}/favorites?mine=true")
    expect(page.locator(".favorites > li")).to_have_count(1)
    assert list(likes(server).values()) == [1]
    page.locator("form[data-withdraw] button").click()
    expect(page.locator(".favorites > li")).to_have_count(0)
    assert likes(server) == {}


def test_twenty_taps_at_once_count_once(server: Running, new_page: NewPage) -> None:
    page = new_page()
    page.goto(f"{server.url}/horoscope/aries")
    page.evaluate(
        "const button = document.querySelector('button[name=like]');"
        "for (let tap = 0; tap < 20; tap++) button.click();"
    )
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    expect(page.locator("button[name=like]")).to_have_attribute("aria-pressed", "true")
    assert list(likes(server).values()) == [1]


def test_twenty_requests_at_once_by_one_visitor_count_once(
    server: Running, new_page: NewPage
) -> None:
    page = new_page()
    page.goto(f"{server.url}/horoscope/taurus")
    page.locator("button[name=like]").click()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    statuses = page.evaluate(
        """Promise.all([...Array(20)].map(() => fetch("/api/favorites", {
            method: "POST", headers: {"Content-Type": "application/json"},
            body: JSON.stringify({type: "horoscope", item: "2026-11-24.leo"}),
        }).then(response => response.status)))"""
    )
    assert sorted(statuses) == [200] * 19 + [201]
    assert list(likes(server).values()) == [1, 1]


def test_two_people_count_twice_and_only_ones_own_can_be_taken_back(
    server: Running, new_page: NewPage
) -> None:
    for _ in range(2):
        page = new_page()
        page.goto(f"{server.url}/horoscope/aries")
        page.locator("button[name=like]").click()
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
    assert list(likes(server).values()) == [2]
    stranger = new_page()
    stranger.goto(f"{server.url}/favorites?mine=true")
    expect(stranger.locator(".favorites > li")).to_have_count(0)


def test_a_like_that_fails_goes_back_with_a_word(server: Running, new_page: NewPage) -> None:
    page = new_page()
    page.goto(f"{server.url}/quote")
    page.route("**/api/favorites", lambda route: route.fulfill(status=503, body="{}"))
    button = page.locator("button[name=like]")
    button.click()
    expect(page.locator(".notices")).to_contain_text("お休み")
    expect(button).not_to_have_attribute("aria-pressed", "true")


def test_what_can_be_liked_no_more_has_a_heart_for_those_who_like_it(
    database: str, new_page: NewPage
) -> None:
    now = NOON
    with serving(database, clock=lambda: now) as server:
        server.ready()
        me, stranger = new_page(), new_page()
        for sign in ("aries", "leo", "virgo"):
            me.goto(f"{server.url}/horoscope/{sign}")
            me.locator("button[name=like]").click()
            expect(me.locator("[aria-busy=true]")).to_have_count(0)
        now += timedelta(40)
        old, everybodys = f"{server.url}/horoscope/aries?date=2026-11-24", f"{server.url}/favorites"
        for address in (old, everybodys):
            stranger.goto(address)
            expect(stranger.locator("button[name=like]")).to_have_count(0)
        expect(stranger.locator("[data-likes]:visible")).to_have_count(3)
        me.goto(old)
        heart = me.locator("button[name=like]")
        expect(heart).to_have_attribute("aria-pressed", "true")
        heart.click()
        expect(me.locator(".notices")).to_contain_text("外しました")
        expect(heart).to_have_count(0)
        expect(me.locator(".notices button")).to_have_count(0)
        me.goto(everybodys)
        expect(heart).to_have_count(2)
        heart.first.click()
        expect(heart).to_have_count(1)
        me.goto(f"{everybodys}?mine=true")
        me.locator("form[data-withdraw] button").click()
        expect(me.locator(".notices")).to_contain_text("外しました")
        expect(me.locator("form[data-withdraw] button:visible")).to_have_count(0)
        assert likes(server) == {}


def test_the_day_turns_at_midnight_in_japan(database: str, new_page: NewPage) -> None:
    now = [datetime(2026, 11, 24, 14, 59, 58, tzinfo=UTC)]
    with serving(database, clock=lambda: now[0]) as server:
        server.ready()
        page = new_page(timezone_id="America/New_York")
        for path in ("/", "/date", "/horoscope", "/quote"):
            now[0] = datetime(2026, 11, 24, 14, 59, 58, tzinfo=UTC)
            page.goto(server.url + path)
            expect(page.locator("body")).to_have_attribute("data-today", "2026-11-24")
            now[0] += timedelta(seconds=2)
            page.reload()
            expect(page.locator("body")).to_have_attribute("data-today", "2026-11-25")


def test_ones_own_sign_is_remembered(server: Running, new_page: NewPage) -> None:
    page = new_page()
    page.goto(f"{server.url}/horoscope/leo")
    page.get_by_role("button", name="わたしの星座にする").click()
    page.goto(f"{server.url}/")
    expect(page.locator("main")).to_contain_text("わたしの星座")
    page.goto(f"{server.url}/horoscope")
    expect(page.locator("main")).to_contain_text("わたしの星座")


@pytest.mark.parametrize("javascript", [True, False])
def test_another_quote_is_never_the_one_just_seen(
    server: Running, new_page: NewPage, *, javascript: bool
) -> None:
    page = new_page(java_script_enabled=javascript)
    page.goto(f"{server.url}/quote")
    seen = [page.locator("[data-quote]").get_attribute("data-quote")]
    for _ in range(8):
        page.locator("[data-another]").click()
        page.wait_for_url("**/quote/*")
        seen.append(page.locator("[data-quote]").get_attribute("data-quote"))
    assert all(one != next_one for one, next_one in pairwise(seen))
    if javascript:  # which remembers all that were seen
        assert len(set(seen)) == len(seen)


def test_everything_is_reached_by_links_from_the_first_page(
    server: Running, new_page: NewPage
) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(server.url)
    links = page.eval_on_selector_all("a[href]", "links => links.map(link => link.pathname)")
    assert {"/date", "/horoscope", "/quote", "/favorites", "/about", "/api"} <= set(links)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 768, 1440])
def test_no_page_is_wider_than_the_screen_or_breaks_its_own_policy(
    quiet_server: Running, new_page: NewPage, width: int, scheme: str
) -> None:
    page = new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    for path in PAGES:
        page.goto(quiet_server.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.locator("h1").count() == 1, path
        assert page.title().endswith("KiroSample"), path
