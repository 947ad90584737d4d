"""One's own day: what the page says, what it keeps to itself, and kind words for what is wrong."""

import logging
import re
from datetime import UTC, date, datetime
from html import unescape

import pytest

from kirosample import almanac
from kirosample.web.i18n.languages import PREFIXES
from tests.web.common import said
from tools.servers import Running, serving

BORN = {"era": "昭和", "year": "60", "month": "5", "day": "12"}


def answer(
    running: Running, form: dict[str, str], status: int = 200, path: str = "/birthday"
) -> str:
    response = running.client.post(path, data={"more": "x", **form})
    assert response.status_code == status
    assert response.headers["cache-control"] == "no-store"
    assert "set-cookie" not in response.headers
    return response.text


def on(year: str, month: str, day: str) -> dict[str, str]:
    return {"year": year, "month": month, "day": day}


def test_a_day_of_birth_has_its_weekday_ages_sign_and_moon(pages: Running) -> None:
    page = said(answer(pages, BORN))
    for told in (
        "1985年5月12日日曜日",
        "昭和60年",
        "満41歳",
        "数え年では42歳",
        "15,172日目",
        "20,000日目は2040年2月12日（日）",
        "2027年5月12日（水）",
        "あと169日",
        "おうし座",
        "乙丑",
        "還暦",
        "2045年、数え61歳",
        "立夏",
        "下弦",
    ):
        assert told in page, told
    english = said(answer(pages, BORN, path="/en/birthday"))
    for told in ("May 12, 1985", "Taurus", "Wood Ox", "Day 20,000 is Sunday, February 12"):
        assert told in english


@pytest.mark.parametrize(
    "form",
    [
        {"year": "1985", "month": "5", "day": "12"},
        {"year": "１９８５", "month": "５", "day": "１２"},
        {"era": "昭和", "year": "60", "month": "05", "day": "12"},
    ],
)
def test_a_day_may_be_written_in_several_ways(pages: Running, form: dict[str, str]) -> None:
    assert answer(pages, form) == answer(pages, BORN)


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"era": "令和", **on("元", "5", "1")}, "2019年5月1日"),
        (on("1985", "4", "20"), "この日の12:26。それより前の生まれならおひつじ座"),
        (on("2000", "1", "20"), "日付だけで分ける星占いでは、みずがめ座"),
        (on("1964", "2", "29"), "2月28日が終わるとき"),
        (on("1964", "2", "29"), "2027年3月1日"),
    ],
)
def test_a_special_day_of_birth_is_explained(
    pages: Running, form: dict[str, str], told: str
) -> None:
    assert told in said(answer(pages, form))


def test_born_before_risshun_has_the_eto_of_the_calendar_year(pages: Running) -> None:
    told = "立春から数える流儀では、前の年の干支"
    assert told in said(answer(pages, on("1985", "2", "3")))
    assert told not in said(answer(pages, on("1985", "2", "4")))


@pytest.mark.parametrize("day", [almanac.FIRST_DAY, almanac.LAST_DAY])
def test_the_ends_of_the_calendar_have_pages(day: date) -> None:
    noon = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
    with serving(None, clock=lambda: noon) as server:
        page = said(answer(server, on(f"{day.year}", f"{day.month}", f"{day.day}")))
        assert "満0歳" in page
        for path in (f"/birthday/{day:%m-%d}", "/birthday/02-29", "/birthday/12-30"):
            assert server.client.get(path).status_code == 200


@pytest.mark.parametrize(
    ("form", "told"),
    [
        (on("2023", "2", "29"), "2023年2月29日という日は、暦にありません"),
        ({"era": "昭和", "year": "60", "month": "13", "day": "1"}, "昭和60年13月1日という日は"),
        ({"era": "昭和", "year": "64", "month": "1", "day": "8"}, "1989年1月8日は、平成元年です"),
        ({"era": "平成", "year": "1", "month": "1", "day": "7"}, "1989年1月7日は、昭和64年です"),
        (on("2026", "11", "25"), "2026年11月25日は、まだこれからの日です"),
        (on("1899", "12", "31"), "この暦は、1900年1月1日から"),
        (on("85", "5", "12"), "この暦は、1900年1月1日から"),
        ({"era": "慶応", "year": "3", "month": "1", "day": "5"}, "年号を、一覧から"),
        (on("999999", "5", "12"), "暦にありません"),
        (on("-5", "5", "12"), "暦にありません"),
        (on("千九百", "5", "12"), "数字で入れてください"),
    ],
)
def test_an_impossible_day_is_said_kindly(pages: Running, form: dict[str, str], told: str) -> None:
    page = answer(pages, form, 422)
    assert told in said(page)
    assert re.findall(r'name="year" value="([^"]*)"', page) == [form["year"]], "to correct"
    shown = re.findall("<option selected>([^<]*)", page)
    assert shown == [form[name] for name in ("month", "day") if form[name] != "13"]
    assert "aria-invalid" in answer(pages, form, 422, "/en/birthday")


def test_without_a_year_it_is_the_page_of_any_year(pages: Running) -> None:
    for prefix in PREFIXES.values():
        answered = pages.client.post(f"{prefix}/birthday", data=on("", "2", "29"))
        assert answered.status_code == 303
        assert answered.headers["location"] == f"{prefix}/birthday/02-29"
    for month, day in (("2", "30"), ("13", "1"), ("", "1"), ("1", "x")):
        assert 'aria-invalid="true"' in answer(pages, on("", month, day), 422)


@pytest.mark.parametrize("year", ["9" * 300, "1985\x00", "<b>"])
def test_any_other_form_is_422_too(pages: Running, year: str) -> None:
    assert not re.search("\x00|<b>", answer(pages, on(year, "5", "12"), 422))


def test_a_date_of_birth_is_in_no_address_log_or_cache(
    pages: Running, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        page = unescape(answer(pages, BORN))
    assert 'data-share="/birthday/05-12"' in page
    addresses = re.findall(r'(?:href|action|src|data-[a-z]+|content|value)="([^"]*)"', page)
    given = [each for each in addresses if not each.startswith("/static/")]  # a hash may have them
    assert not [each for each in given if re.search("1985|昭和|60", each)]
    assert "1985" not in caplog.text
    stored = pages.service_state.page_cache._pages
    assert not [key for key in stored if re.search("1985", repr(key))]


def test_a_form_of_another_site_is_403(pages: Running) -> None:
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        response = pages.client.post("/birthday", data=BORN, headers=headers)
        assert response.status_code == 403
        assert not re.search('満41歳|value="60"', response.text)
        assert "いつものアドレス" in response.text


def test_a_birthday_to_share_has_no_year(pages: Running) -> None:
    page = said(pages.text("/birthday/05-12"))
    assert "次の誕生日2027年5月12日（水）" in page
    assert "おうし座" in page
    assert "数え年" not in page
    edge = said(pages.text("/en/birthday/04-20"))
    assert "Taurus" in edge
    assert "Aries in some years, or at some hours" in edge
    assert "今日です。おめでとうございます。" in said(pages.text("/birthday/11-24"))


def test_authors_of_the_day_are_there_with_their_words(pages: Running) -> None:
    page = pages.text("/birthday/02-09")
    assert "夏目漱石" in said(page)
    assert "1867年に生まれる" in said(page)
    by = {
        pages.portal.catalogue.get(id_).author.name.ja
        for id_ in re.findall(r'href="/quote/([a-z0-9-]+)"', unescape(page))
    }
    assert "夏目漱石" in by
    assert "Natsume Sōseki" in said(pages.text("/en/birthday/02-09"))
    assert "同じ日の作家" not in pages.text("/birthday/02-29")
    dated = pages.text("/date?date=2027-12-09")
    assert "1916年に亡くなる" in said(dated)
    assert 'href="/birthday/12-09"' in dated
    assert "何の日" not in pages.text("/date?date=2024-02-29")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        *((f"/birthday/{day}", 422) for day in ("02-30", "13-01", "00-10", "04-31")),
        *((f"/birthday/{day}", 404) for day in ("5-12", "1985-05-12", "x", "05-12x", "０５-12")),
        *((f"/share/birthday/{day}.png", 404) for day in ("02-30", "x", "2026-05-12")),
        ("/share/birthday/05-12/round.png", 404),
    ],
)
def test_no_such_day_has_a_page_or_a_picture(pages: Running, path: str, status: int) -> None:
    for prefix in ("", "/en"):
        response = pages.client.get(prefix + path)
        assert response.status_code == status
        assert response.headers["cache-control"] == "no-store"
