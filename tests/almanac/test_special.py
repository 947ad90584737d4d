"""Special days: which days have a block, and what falls together on them."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from kirosample import almanac
from kirosample.almanac import FIRST_DAY, LAST_DAY, special_day
from kirosample.almanac.terms import NAMES
from tests.years import days

YEARS = range(FIRST_DAY.year, LAST_DAY.year + 1)


def test_no_name_of_a_day_is_of_two_kinds() -> None:
    words = almanac.load_words()
    holidays = {name for year in YEARS for name in almanac.holidays(year).values()}
    names = [*holidays, *NAMES, *words.zassetsu, *words.observances]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("day", "occasions", "lucky", "against"),
    [
        ("2024-01-01", "元日", "天赦日 一粒万倍日 甲子の日", ""),
        ("2026-03-05", "", "天赦日 一粒万倍日 寅の日", "三隣亡"),
        ("2026-05-20", "", "天赦日", "不成就日"),
        ("2026-06-24", "", "一粒万倍日 己巳の日", ""),  # which is a 巳の日 too
        ("2026-09-25", "中秋の名月", "", ""),
        ("2026-12-16", "", "天赦日 一粒万倍日 甲子の日", ""),  # 赤口
        ("2027-02-03", "節分", "", ""),
    ],
)
def test_days_worked_by_hand(day: str, occasions: str, lucky: str, against: str) -> None:
    special = special_day(date.fromisoformat(day))
    assert special
    assert [name for _, name in special.occasions] == occasions.split()
    assert special.lucky == tuple(lucky.split())
    assert special.against == tuple(against.split())


@pytest.mark.parametrize("day", ["2026-11-30", "2026-12-15", "2026-12-31", "2026-11-23"])
def test_an_ordinary_day_and_a_holiday_without_a_block_are_not_special(day: str) -> None:
    """On 15 December 一粒万倍日 is alone, and 大安 does not count."""
    assert special_day(date.fromisoformat(day)) is None


def test_some_twelve_days_of_a_year_and_the_next_of_them_is_named() -> None:
    together = [day for day in days(2000, 2050) if (special := special_day(day)) and special.lucky]
    assert 10 <= len(together) / 51 <= 14
    for day, following in pairwise(together):
        assert almanac.next_lucky_together(day) == following
        assert almanac.next_lucky_together(following - timedelta(1)) == following
    assert almanac.next_lucky_together(LAST_DAY) is None
