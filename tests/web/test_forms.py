"""How facts are written, in both languages side by side."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from kirosample import almanac, quotes
from kirosample.clock import JST
from kirosample.web import english, japanese
from kirosample.web.forms import own_words

DAY = date(2026, 11, 24)
QUOTE = quotes.load().quotes[0]


@pytest.mark.parametrize(
    ("form", "fact", "in_japanese", "in_english"),
    [
        ("long_date", DAY, "2026年11月24日（火）", "Tuesday, 24 November 2026"),
        ("day_of_year", DAY, "2026年11月24日", "24 November 2026"),
        ("short_date", DAY, "11月24日（火）", "Tue 24 Nov"),
        ("weekday", DAY, "火曜日", "Tuesday"),
        ("month", DAY, "11月", "November"),
        ("birthday", (3, 21), "3月21日", "21\u00a0March"),
        (
            "moment",
            datetime(2026, 12, 7, 11, 52, tzinfo=JST),
            "12月7日\u00a011:52",
            "7\u00a0Dec,\u00a011:52",
        ),
        ("era_year", almanac.Era("令和", 8), "令和8年", "Reiwa 8"),
        ("era_year", almanac.Era("令和", 1), "令和元年", "Reiwa 1"),
        ("lunar_date", almanac.Lunar(2026, 10, False, 16), "10月16日", "10th month, day\u00a016"),
        ("lunar_date", almanac.Lunar(2028, 5, True, 2), "閏5月2日", "leap 5th month, day\u00a02"),
        ("eto", "丙午", "丙午", "Fire Horse (Hinoe-uma)"),
    ],
)
def test_each_fact_is_written_in_both_languages(
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
def test_an_authors_years_say_what_is_known(
    born: int | None, died: int | None, in_japanese: str, in_english: str
) -> None:
    quote = replace(QUOTE, born=born, died=died)
    assert (japanese.years(quote), english.years(quote)) == (in_japanese, in_english)


def test_the_number_of_a_rank_is_followed_by_what_its_language_puts_there() -> None:
    ranks = [1, 2, 3, 4, 11, 12, 13, 21, 112]
    endings = ["st", "nd", "rd", "th", "th", "th", "th", "st", "th"]
    assert [english.ordinal(rank) for rank in ranks] == endings
    assert {japanese.ordinal(rank) for rank in ranks} == {"位"}


def test_own_words_are_those_said_in_the_language_of_the_page() -> None:
    said = replace(QUOTE, original="Know then thyself", language="en")
    assert own_words(said, "en") == "Know then thyself"
    assert own_words(said, "ja") is None
    assert own_words(replace(said, language="fr"), "en") is None
    assert own_words(replace(QUOTE, original=None, language=None), "ja") is None
