"""The calendar page of a day."""

import html
import re

import pytest

from kirosample.almanac import OBSERVANCES, SENJITSU, ZASSETSU
from kirosample.almanac.words import KOU, TERMS
from kirosample.text import Text
from tools.servers import Running


def said(pages: Running, path: str) -> str:
    """The text of a page, its spaces folded."""
    text = re.sub(r"<[^>]+>", "", html.unescape(pages.text(path)))
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("day", "texts"),
    [
        ("2026-12-16", [SENJITSU["天赦日"].meaning, SENJITSU["甲子の日"].meaning, KOU[61].meaning]),
        ("2026-03-15", [ZASSETSU["社日"], KOU[8].meaning]),
        ("2026-09-25", [OBSERVANCES["中秋の名月"].meaning, TERMS["秋分"].after]),
        ("2026-12-22", [TERMS["冬至"].day]),
        ("2026-12-23", [TERMS["冬至"].after]),
    ],
)
def test_what_a_day_is_called_is_explained_in_both_languages(
    pages: Running, day: str, texts: list[Text]
) -> None:
    japanese, english = said(pages, f"/date?date={day}"), said(pages, f"/en/date?date={day}")
    for text in texts:
        assert text.ja in japanese
        assert text.en in english


def test_the_next_holiday_and_term_are_counted_down(pages: Running) -> None:
    japanese = said(pages, "/date?date=2026-11-18")
    assert "勤労感謝の日 11月23日（月）、あと5日" in japanese.replace("日11月", "日 11月")
    assert re.search(r"小雪11月22日\s16:23、あと4日", japanese)
    english = said(pages, "/en/date?date=2026-11-22")
    assert "in 1 day" in english
    assert "in 15 days" in english


def test_a_day_of_the_earth_snake_is_not_called_a_day_of_the_snake_as_well(pages: Running) -> None:
    page = said(pages, "/date?date=2026-02-24")
    assert SENJITSU["己巳の日"].meaning.ja in page
    assert SENJITSU["巳の日"].meaning.ja not in page
    assert SENJITSU["巳の日"].meaning.ja in said(pages, "/date?date=2026-02-12")


def test_a_leap_month_has_the_name_of_the_month_before_it(pages: Running) -> None:
    assert "旧暦の閏水無月" in said(pages, "/date?date=2025-08-01")
    assert "旧暦の水無月" in said(pages, "/date?date=2025-07-01")
    assert "Leap Minazuki" in said(pages, "/en/date?date=2025-08-01")


def test_the_last_day_has_no_next_holiday(pages: Running) -> None:
    assert "これから勤労感謝の日" in said(pages, "/date?date=2100-11-20")
    assert "これから小寒" in said(pages, "/date?date=2100-12-31")


def test_the_lead_names_every_occasion_once(pages: Running) -> None:
    assert "令和9年・友引・大寒・節分・土用明け" in said(pages, "/date?date=2027-02-03").replace(
        " ", ""
    )
    head = said(pages, "/date?date=2026-09-23").partition("前の日")[0]
    assert [head.count(name) for name in ("秋分の日", "彼岸の中日")] == [1, 1]


def test_the_month_is_walked_by_the_day_or_the_last_one(pages: Running) -> None:
    page = html.unescape(pages.text("/date?date=2027-03-31&place=naha"))
    for day in ("2027-02-28", "2027-04-30"):
        assert f'href="/date?date={day}&place=naha#month"' in page
    assert 'href="/date?place=naha#month"' in page
    assert "前の月" not in said(pages, "/date?date=1900-01-15")
    assert "次の月" not in said(pages, "/date?date=2100-12-15")


def test_the_month_names_what_stands_out(pages: Running) -> None:
    page = said(pages, "/date?date=2027-05-05")
    assert "3日" in page
    for names in ("憲法記念日", "みどりの日", "立夏", "八十八夜", "一粒万倍日"):
        assert names in page


def test_an_eclipse_has_its_times_and_how_the_place_sees_it(pages: Running) -> None:
    page = said(pages, "/date?date=2026-03-03")
    assert "18:50に欠けはじめ、20:04から21:03まで皆既、22:18に終わる" in page
    assert "東京では、はじめから終わりまで見える" in page
    assert "3:20に最大（直径の39％）" in said(pages, "/date?date=2028-07-07")
    assert re.search(r"皆既、2月1日\s0:12に終わる", said(pages, "/date?date=2018-01-31"))
    assert "欠けたまま17:40に昇る" in said(pages, "/date?date=2025-03-14&place=sapporo")
    assert "In Naha the Moon sets at 5:47, still eclipsed" in said(
        pages, "/en/date?date=2019-07-17&place=naha"
    )


def test_an_eclipse_that_a_place_does_not_see_is_not_told_there(pages: Running) -> None:
    assert "月食" not in said(pages, "/date?date=2025-03-14")
    assert "月食" not in said(pages, "/date?date=2019-07-18")  # among the days before it
    assert "7月17日（水）友引・部分月食" in said(pages, "/date?date=2019-07-18&place=naha")


def test_a_shower_of_meteors_has_the_hour_of_its_maximum(pages: Running) -> None:
    assert re.search(r"極大は8月13日\s11:00ごろの見込み", said(pages, "/date?date=2026-08-12"))
    assert re.search(r"around Jan\s4,\s5:00", said(pages, "/en/date?date=2018-01-03"))
