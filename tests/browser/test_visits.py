"""A reader's visits in a real browser."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LIKE, NewPage, like, likes
from tools.servers import NOON, SETTINGS, Running, serving

pytestmark = pytest.mark.browser

READING = "horoscope:2026-11-24.aries"


def test_a_quote_is_liked_with_a_tap_and_taken_back(server: Running, new_page: NewPage) -> None:
    page = new_page()
    page.goto(f"{server.url}/quote")
    like(page)
    quote = server.portal.catalogue.of_day(server.portal.today())
    assert likes(server) == {quote.text.ja: 1}
    page.reload()
    expect(page.locator(LIKE)).to_have_attribute("aria-pressed", "true")
    page.goto(f"{server.url}/favorites?mine=true")
    expect(page.locator(".favorites > li")).to_have_count(1)
    withdraw = page.locator("form[data-withdraw] button")
    withdraw.click()
    expect(page.locator(".notices")).to_contain_text("外しました")
    assert likes(server) == {}
    expect(withdraw).to_have_text("元に戻す")
    withdraw.click()
    expect(page.locator(".notices")).to_contain_text("戻しました")
    assert likes(server) == {quote.text.ja: 1}
    withdraw.click()
    expect(page.locator(".notices")).to_contain_text("外しました")
    page.reload()
    expect(page.locator(".favorites > li")).to_have_count(0)
    page.goto(f"{server.url}/quote")
    expect(page.locator(LIKE)).not_to_have_attribute("aria-pressed", "true")


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
    expect(page.locator(LIKE)).to_have_attribute("aria-pressed", "true")
    assert list(likes(server).values()) == [1]


def test_a_failed_like_is_reverted_and_reported(server: Running, new_page: NewPage) -> None:
    page = new_page()
    page.goto(f"{server.url}/quote")
    page.route("**/api/favorites", lambda route: route.fulfill(status=503, body="{}"))
    page.locator(LIKE).click()
    expect(page.locator(".notices")).to_contain_text("お休み")
    expect(page.locator(LIKE)).not_to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_like_refused_behind_another_address_leads_to_the_usual_one(
    database: str, new_page: NewPage, *, javascript: bool
) -> None:
    usual = "https://kirosample.example"
    with serving(database, settings=replace(SETTINGS, public_url=usual)) as server:
        server.ready()
        page = new_page(NOON, java_script_enabled=javascript, reduced_motion="reduce")
        page.route(f"{usual}/**", lambda route: route.fulfill(body="the usual address"))
        page.goto(f"{server.url}/quote")
        page.locator(LIKE).click()
        said = page.locator(".notice" if javascript else ".error-detail")
        expect(said).to_contain_text("いつものアドレスから開いてください")
        page.get_by_role("button" if javascript else "link", name="いつものアドレスで開く").click()
        page.wait_for_url(f"{usual}/**")
        assert likes(server) == {}


def test_an_old_horoscope_has_a_heart_only_for_those_who_like_it(
    database: str, new_page: NewPage
) -> None:
    now = NOON
    with serving(database, clock=lambda: now) as server:
        server.ready()
        me, stranger = new_page(), new_page()
        for sign in ("aries", "leo", "virgo"):
            me.goto(f"{server.url}/horoscope/{sign}")
            like(me)
        now += timedelta(40)
        old, everybodys = f"{server.url}/horoscope/aries?date=2026-11-24", f"{server.url}/favorites"
        for address in (old, everybodys):
            stranger.goto(address)
            expect(stranger.locator(LIKE)).to_have_count(0)
        expect(stranger.locator("[data-likes]:visible")).to_have_count(3)
        me.goto(old)
        heart = me.locator(LIKE)
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
