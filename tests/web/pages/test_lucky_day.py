"""Days for a purpose that are compared, and the page of one that is sent to others."""

import html
import json
import re
from datetime import date, timedelta

import pytest

from kirosample import almanac
from kirosample.almanac import Purpose, Wish, is_day_off, load_words
from kirosample.web.context import PortalRequest
from kirosample.web.i18n.languages import PREFIXES
from tests.web.common import said
from tests.web.pages.test_days import in_calendar, listed
from tests.web.share.test_handlers import Counting, pictures
from tools.servers import NOON, PUBLIC, Running

TODAY = NOON.date()
PURPOSES = load_words().purposes
PURE = date(2027, 2, 22)
"""仏滅, and no lucky day of any purpose."""


@pytest.fixture(scope="module", autouse=True)
def _draws_nothing(public: Running) -> None:
    public.portal.picture_renderer = Counting()


class OfToday(PortalRequest):
    """A request of which nothing but its day is known."""

    today = TODAY

    def __init__(self) -> None:
        pass


def sampled(purpose: Purpose) -> list[almanac.LuckyDay]:
    """The best day of a purpose, one of several names, one that is held against, and none."""
    days = Wish(purpose, TODAY).days()
    return [
        max(days, key=lambda day: day.strength),
        next(day for day in days if len(day.reasons) == 1),
        next(day for day in days if day.against),
        almanac.lucky_day(purpose, PURE),
    ]


def test_days_are_compared_with_what_is_for_and_against_each(pages: Running) -> None:
    asked = "on=2027-05-15&on=2027-02-22&on=2026-12-16&on=2027-05-15"
    page = pages.text(f"/days?for=wedding&{asked.rpartition('&')[0]}")
    compared = said(page.partition('class="asked-list"')[2].partition("</ol>")[0])
    for day in map(date.fromisoformat, ("2027-05-15", "2027-02-22", "2026-12-16")):
        lucky_day = almanac.lucky_day(PURPOSES["wedding"], day)
        about = compared.partition(f"{day.year}年{day.month}月{day.day}日")[2].partition(
            "この日の"
        )[0]
        for name in (*lucky_day.reasons, *lucky_day.against, almanac.summary(day).rokuyo):
            assert name in about
    best = said(page.partition('class="asked-best"')[2].partition("</p>")[0])
    assert "12月16日（水）" in best, "three for 天赦日, and one"
    assert 'name="on" aria-label="三つめの日（なくてもよい）" value="2026-12-16"' in page
    english = said(pages.text("/en/days?for=wedding&on=2027-05-15&on=2027-02-28&on=2027-02-22"))
    assert "The best of these: Sat, May 15 and Sun, Feb 28." in english
    assert "都合の良い日を。" in pages.text("/days?for=car&on=2027-02-22&on=2027-01-20")
    pages.text(f"/days?for=wedding&{asked}", status=400)
    pages.text("/days?on=1899-12-31", status=400)


def test_what_a_form_left_empty_is_not_in_the_address(pages: Running) -> None:
    for prefix in PREFIXES.values():
        sent = f"{prefix}/days?for=car&from=&on=&on=2027-01-01&on=&alarm="
        answer = pages.client.get(sent, follow_redirects=False)
        there = answer.headers["location"]
        assert (answer.status_code, there) == (303, f"{prefix}/days?for=car&on=2027-01-01")
        assert pages.client.get(there).status_code == 200
    assert pages.client.get("/days?on=&for=").headers["location"] == "/days"


def test_a_registration_has_the_days_of_a_wedding_and_weekdays_first(pages: Running) -> None:
    asked = [f"/api/days?for={id_}&from=2027-01-01" for id_ in ("wedding", "registration")]
    wedding, registration = map(pages.json, asked)
    assert wedding == registration
    page = pages.text("/days?for=wedding")
    assert "2027年5月25日（火）からの土日と祝日です。" in said(page)
    assert all(is_day_off(day) for day in listed(page))
    (sooner, weekdays) = re.findall(r'href="(/days[^"]*)#found">(?:もっと早い日|平日も)', page)
    assert html.unescape(sooner) == "/days?for=wedding&from=2026-11-25"
    assert html.unescape(weekdays) == "/days?for=wedding&off=false"
    assert min(listed(pages.text(html.unescape(sooner)))) < date(2027, 1, 1)
    assert not all(is_day_off(day) for day in listed(pages.text(html.unescape(weekdays))))
    assert not all(is_day_off(day) for day in listed(pages.text("/days?for=registration")))


@pytest.mark.parametrize("purpose", PURPOSES.values(), ids=lambda each: each.id)
def test_a_day_says_why_and_can_be_sent_kept_and_left(public: Running, purpose: Purpose) -> None:
    for lucky_day in sampled(purpose):
        path = f"/days/{purpose.id}/{lucky_day.date}"
        page = html.unescape(public.text(path))
        sent = re.findall(r'data-text="([^"]*)"', page)[0]
        title = re.findall('property="og:title" content="([^"]*)"', page)[0]
        for name in lucky_day.reasons:
            assert name in sent
            assert name in title
        assert f"{lucky_day.date.month}/{lucky_day.date.day}(" in sent
        for name in lucky_day.against:
            assert name in said(page.partition("<h1")[2].partition('class="actions"')[0])
        (calendar,) = re.findall(r'href="(/days\.ics[^"]+)"', page)
        assert in_calendar(public.text(calendar)) == [lucky_day.date]
        assert "SUMMARY:\r" not in public.text(calendar)
        (back,) = re.findall(r'href="(/days(?:\?[^"]*)?)"', page.rpartition('class="almanac"')[2])
        assert not lucky_day.reasons or lucky_day.date in listed(public.text(back))
        (picture,) = pictures(public, path)
        own = lucky_day.strength > 1 or len(lucky_day.reasons) > 1
        assert picture.endswith(f"{path.replace('/days/', '/lucky-day/')}.png") or not own
        assert public.client.get(picture.removeprefix(PUBLIC)).status_code == 200
        assert "noindex" not in page
        english = re.findall('name="description" content="([^"]*)"', public.text(f"/en{path}"))
        assert not re.search("[.,:;][A-Z]", *english), "a sentence begins without a space"


def test_days_beyond_thirteen_months_have_no_pictures_and_are_not_indexed(public: Running) -> None:
    ahead = [TODAY + timedelta(number) for number in (-1, 0, 396, 397)]
    pages = [public.text(f"/days/car/{day}") for day in ahead]
    assert ["noindex" in page for page in pages] == [True, False, False, True]
    far = next(d.date for d in Wish(PURPOSES["car"], ahead[-1], overlap=True).days())
    assert pictures(public, f"/days/car/{far}") == [f"{PUBLIC}/share/days/car.png"]
    assert public.client.get(f"/share/lucky-day/car/{far}.png").status_code == 404
    assert public.client.get(f"/share/date/{far}.png").status_code == 404
    assert "/days/" not in public.text("/sitemap.xml")


@pytest.mark.parametrize("purpose", PURPOSES.values(), ids=lambda each: each.id)
def test_the_days_with_pictures_are_a_bounded_set(purpose: Purpose) -> None:
    days = [TODAY + timedelta(number) for number in range(-40, 500)]
    drawn = [day for day in days if OfToday().has_picture_of_day(day, purpose)]
    assert 60 < len(drawn) < 160
    assert set(drawn) >= {d.date for d in Wish(purpose, TODAY, overlap=True).days()}
    ahead = {day for year in (2026, 2027) for day in almanac.holidays(year)} & set(days[40:400])
    assert set(drawn) >= ahead


@pytest.mark.parametrize(
    ("path", "said_first", "said_last"),
    [
        ("/date?date=2026-12-16", "12/16(水) 天赦日＋一粒万倍日＋甲子の日", ""),
        ("/date", "11/24(火) ", "小雪"),
        ("/horoscope/leo", "しし座 11/24 ", "位"),
        ("/horoscope/leo/aries", "しし座とおひつじ座 11/24 ", ""),
        ("/omikuji/57", "おみくじ 第五十七番", "）"),
        ("/birthday/05-12", "5月12日生まれはおうし座／立夏", ""),
        ("/days?for=wedding", "結婚式に良い日／6/5(土)", "＋"),
        ("/quote/hosai-senku-03", "「", "。"),
    ],
)
def test_what_is_sent_stands_alone_and_has_a_picture(
    public: Running, path: str, said_first: str, said_last: str
) -> None:
    page = html.unescape(public.text(path))
    (button,) = re.findall(r'data-text="([^"]*)" data-picture="([^"]*)"', page)
    assert button[0].startswith(said_first)
    assert said_last in button[0][len(said_first) :]
    assert public.client.get(button[1]).status_code == 200, json.dumps(button)
    (picture,) = pictures(public, path)
    assert public.client.get(picture.removeprefix(PUBLIC)).status_code == 200
