"""選日 and other 暦注, 七十二候, 社日, customary days, 恵方, 干支 of months and tides."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from kirosample.almanac import (
    FIRST_DAY,
    LAST_DAY,
    names_of,
    next_holiday,
    observances,
    shanichi_tie,
    summary,
    zassetsu,
)
from kirosample.almanac.astronomy import instants
from kirosample.almanac.moon import lunar, tide
from kirosample.almanac.sexagenary import eho, eto, eto_of_month, name_of_day
from kirosample.almanac.terms import NAMES, kou
from kirosample.almanac.words import load_words
from tests.years import days
from tools.almanac import published
from tools.almanac.write_instants import kou_of_year

YEARS = range(FIRST_DAY.year, LAST_DAY.year + 1)
CUSTOMS = published.tables("customs")
WORDS = load_words()


def every_day() -> Iterator[date]:
    return days(YEARS[0], YEARS[-1])


def names_on(on: date) -> tuple[str, ...]:
    """What the almanac says of a day, in the words of customs.toml."""
    begins = ("候",) if kou(on) != kou(on - timedelta(days=1)) else ()
    return (
        *names_of(on),
        *zassetsu(on.year).get(on, ()),
        *(name.partition("（")[0] for name in observances(on.year).get(on, ())),
        *begins,
    )


@pytest.mark.parametrize("custom", CUSTOMS["dates"], ids=lambda each: str(each["name"]))
def test_published_days_are_all_the_days_of_their_name(custom: dict[str, Any]) -> None:
    for year in {on.year for on in custom["days"]}:
        first, last = custom.get("since", FIRST_DAY), custom.get("until", LAST_DAY)
        within = (on for on in days(year, year) if first <= on <= last)
        named = [on for on in within if custom["name"] in names_on(on)]
        assert named == [on for on in custom["days"] if on.year == year]


@pytest.mark.parametrize("custom", CUSTOMS["numbers"], ids=lambda each: str(each["name"]))
def test_a_year_has_as_many_days_of_a_name_as_published(custom: dict[str, Any]) -> None:
    for year, number in custom["years"].items():
        assert sum(custom["name"] in names_on(on) for on in days(int(year), int(year))) == number


def test_eho_are_as_published_and_follow_the_stem_of_the_year() -> None:
    for table in CUSTOMS["eho"]:
        for year, direction in enumerate(table["directions"].split(), table["first"]):
            assert eho(date(year, 1, 1)) == eho(date(year, 12, 31)) == direction
    by_stem = {(eto(date(y, 2, 3)).year[0], eho(date(y, 2, 3))) for y in YEARS}
    assert len(by_stem) == 10
    assert {direction for _, direction in by_stem} == set(WORDS.eho)
    assert [eto(date(2026, *day)).year for day in ((1, 1), (12, 31))] == ["丙午", "丙午"]


def test_eto_of_months_are_as_published_and_follow_each_other() -> None:
    for table in CUSTOMS["months"]:
        for month, name in table["eto"].items():
            assert eto_of_month(date.fromisoformat(f"{month}-01")) == name
    months = [date(year, month, 1) for year in YEARS for month in range(1, 13)]
    cycle = [eto_of_month(first) for first in months[:60]]
    assert len(set(cycle)) == 60
    assert [eto_of_month(first) for first in months] == [cycle[n % 60] for n in range(len(months))]


def test_tides_are_as_published_and_come_in_their_order() -> None:
    for table in CUSTOMS["tides"]:
        for n, letter in enumerate(table["names"]):
            on = table["first"] + timedelta(n)
            assert tide(lunar(on)) == f"{letter}潮", on
    after = {
        "大潮": {"中潮"},
        "中潮": {"大潮", "小潮"},
        "小潮": {"長潮"},
        "長潮": {"若潮"},
        "若潮": {"中潮"},
    }
    for earlier, later in pairwise(tide(lunar(on)) for on in every_day()):
        assert earlier == later or later in after[earlier]
    assert set(after) == set(WORDS.tides)


def test_senjitsu_come_in_order_and_follow_the_days_branch() -> None:
    order = list(WORDS.senjitsu)
    for on in every_day():
        names = summary(on).senjitsu
        assert [order.index(name) for name in names] == sorted({order.index(n) for n in names}), on
        eto = name_of_day(on)
        assert ("寅の日" in names, "巳の日" in names) == (eto[1] == "寅", eto[1] == "巳")
        assert ("甲子の日" in names, "己巳の日" in names) == (eto == "甲子", eto == "己巳")


def test_kou_are_those_of_the_ephemeris() -> None:
    terms = len(NAMES)
    for year in range(instants.FIRST_YEAR, instants.LAST_YEAR + 1, 7):
        first = (year - instants.FIRST_YEAR) * terms
        lengths = [n for term in range(first, first + terms) for n in instants.kou_lengths(term)]
        assert kou_of_year(year) == f"{year} {''.join(map(str, lengths))}\n"


def test_a_shanichi_may_be_either_of_two_days() -> None:
    # 2005: March 15 by the older rule, 25 in 「暦の雑節」 (koyomi.vis.ne.jp); 2024: as in
    # good-luck-day.com/shanichi. 「暦Wiki」 has both rules.
    for year in (2005, 2024, 2026):
        earlier, later = date(year, 3, 15), date(year, 3, 25)
        for day in (earlier, later):
            tie = shanichi_tie(day)
            assert tie
            assert tie[:2] == (earlier, later)
            assert tie[2].at.hour >= 12
        assert zassetsu(year)[earlier] == ("社日",)
    assert not shanichi_tie(date(2025, 3, 20))
    assert not shanichi_tie(date(2026, 3, 20))
    ties = {tie for tie in map(shanichi_tie, every_day()) if tie}
    assert len(ties) == 40
    assert sum(tie[2].at.hour >= 12 for tie in ties) == 20


def test_observances_of_every_year() -> None:
    for year in YEARS:
        days = {name: on for on, names in observances(year).items() for name in names}
        old = lunar(days["中秋の名月"]), lunar(days["十三夜"]), lunar(days["旧正月"])
        assert [(o.year, o.month, o.day, o.leap) for o in old] == [
            (year, 8, 15, False), (year, 9, 13, False), (year, 1, 1, False),
        ]  # fmt: skip
        months = [on.month for on in observances(year)]
        assert months == sorted(months)
        assert days["初午"].month == 2
        assert days["初午"].day <= 12
        fairs = [on for name, on in days.items() if name.startswith("酉の市")]
        assert [name_of_day(on)[1] for on in fairs] == ["酉"] * len(fairs)
        assert len(fairs) in (2, 3)


def test_a_modern_custom_is_given_from_the_year_in_which_it_began() -> None:
    for name, first in (("母の日", 1949), ("ホワイトデー", 1980), ("七草", FIRST_DAY.year)):
        years = [y for y in YEARS if any(name in names for names in observances(y).values())]
        assert years == list(range(first, LAST_DAY.year + 1))


def test_every_name_has_its_words() -> None:
    for year in YEARS:
        assert {n for names in zassetsu(year).values() for n in names} <= set(WORDS.zassetsu)
        assert {n for names in observances(year).values() for n in names} <= set(WORDS.observances)
    lucky = (*WORDS.senjitsu.values(), *WORDS.rekichu.values())
    for words in (*lucky, *WORDS.observances.values(), *WORDS.kou):
        for text in (words.name, words.reading, words.meaning):
            assert not any("\u3040" <= letter <= "\u9fff" for letter in text.en), text


def test_the_next_holiday_is_after_the_day() -> None:
    assert next_holiday(date(2026, 11, 22)) == (date(2026, 11, 23), "勤労感謝の日")
    assert next_holiday(date(2026, 11, 23)) == (date(2027, 1, 1), "元日")
    assert next_holiday(date(2100, 11, 23)) is None
    assert next_holiday(date(1946, 12, 31)) is None
    assert next_holiday(date(1947, 12, 31)) == (date(1948, 9, 23), "秋分の日")
