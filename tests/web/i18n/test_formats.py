"""Formats of facts in both languages."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from kirosample import almanac, quotes
from kirosample.almanac import JST
from kirosample.text import Text
from kirosample.web.i18n import english, japanese

DAY = date(2026, 11, 24)
AUTHOR = quotes.Author(Text("作者", "Author"))


def named(japanese_name: str, english_name: str, reading: str | None = None) -> quotes.Author:
    return replace(AUTHOR, name=Text(japanese_name, english_name), reading=reading)


@pytest.mark.parametrize(
    ("form", "fact", "in_japanese", "in_english"),
    [
        ("long_date", DAY, "2026年11月24日（火）", "Tuesday, November 24, 2026"),
        ("day_of_year", DAY, "2026年11月24日", "November 24, 2026"),
        ("short_date", DAY, "11月24日（火）", "Tue, Nov 24"),
        ("weekday", DAY, "火曜日", "Tuesday"),
        ("month", DAY, "11月", "November"),
        ("birthday", (3, 21), "3月21日", "March\u00a021"),
        (
            "moment",
            datetime(2026, 12, 7, 11, 52, tzinfo=JST),
            "12月7日\u00a011:52",
            "Dec\u00a07,\u00a011:52",
        ),
        ("era_year", almanac.Era("令和", 8), "令和8年", "Reiwa 8"),
        ("era_year", almanac.Era("令和", 1), "令和元年", "Reiwa 1"),
        ("lunar_date", almanac.Lunar(2026, 10, False, 16), "10月16日", "10th month, day\u00a016"),
        ("lunar_date", almanac.Lunar(2028, 5, True, 2), "閏5月2日", "leap 5th month, day\u00a02"),
        ("eto", "丙午", "丙午", "Fire Horse (Hinoe-uma)"),
        ("index", named("ヴィクトル・ユゴー", "Victor Hugo"), "ゆこ", "HUGO"),
        (
            "index",
            named("大伴家持", "Ōtomo no Yakamochi", "おおとも"),
            "おおとも",
            "OTOMO NO YAKAMOCHI",
        ),
        ("index", named("アビラのテレサ", "Teresa of Ávila"), "あひらのてれさ", "TERESA OF AVILA"),
        ("initial", "ゆこ", "や", "ゆ"),
    ],
)
def test_facts_are_formatted_in_both_languages(
    form: str, fact: object, in_japanese: str, in_english: str
) -> None:
    assert getattr(japanese, form)(fact) == in_japanese
    assert getattr(english, form)(fact) == in_english


@pytest.mark.parametrize(
    ("born", "died", "in_japanese", "in_english"),
    [
        (1886, 1912, "1886–1912", "1886–1912"),
        (-551, -479, "前551–前479", "551–479 BC"),
        (-4, 65, "前4–65", "4 BC–65"),
        (None, 1912, "–1912", "–1912"),
        (1886, None, "1886–", "1886–"),
        (None, None, "", ""),
    ],
)
def test_the_years_of_an_author_show_what_is_known(
    born: int | None, died: int | None, in_japanese: str, in_english: str
) -> None:
    author = replace(AUTHOR, born=born, died=died)
    assert (japanese.years(author), english.years(author)) == (in_japanese, in_english)


def test_uncertain_years_are_marked() -> None:
    born = replace(AUTHOR, born=1155, died=1216, born_circa=True)
    assert (japanese.years(born), english.years(born)) == ("1155頃–1216", "c.\u00a01155–1216")
    both = replace(AUTHOR, born=-340, died=-278, born_circa=True, died_circa=True)
    assert japanese.years(both) == "前340頃–前278頃"
    assert english.years(both) == "c.\u00a0340–c.\u00a0278 BC"


def test_a_rank_has_the_ordinal_suffix_of_its_language() -> None:
    ranks = [1, 2, 3, 4, 11, 12, 13, 21, 112]
    endings = ["st", "nd", "rd", "th", "th", "th", "th", "st", "th"]
    assert [english.ordinal(rank) for rank in ranks] == endings
    assert {japanese.ordinal(rank) for rank in ranks} == {"位"}
