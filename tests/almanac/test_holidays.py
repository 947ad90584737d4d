"""祝日, compared with a library and the changes of the law."""

from datetime import date

import holidays as library
import pytest

from kirosample.almanac import holidays, is_day_off

CEREMONIES = {
    date(1959, 4, 10): "皇太子明仁親王の結婚の儀",
    date(1989, 2, 24): "昭和天皇の大喪の礼",
    date(1993, 6, 9): "皇太子徳仁親王の結婚の儀",
    date(2019, 10, 22): "即位礼正殿の儀",
}
"""Their names in the library are shorter, or more formal."""

LAST_YEAR = 2026
"""A law on a later one may be newer than the library."""


def test_holidays_and_their_names_agree_with_a_library() -> None:
    different: dict[date, str] = {}
    for year in range(1949, 2100):  # which it knows
        ours = dict(holidays(year))
        theirs = dict(library.country_holidays("JP", years=year, language="ja"))
        if year > LAST_YEAR:
            ours = {day: name for day, name in ours.items() if "分の日" in name}
            theirs = {day: name for day, name in theirs.items() if "分の日" in name}
        assert set(ours) == set(theirs), year
        different |= {day: name for day, name in ours.items() if name != theirs[day]}
    assert different == CEREMONIES


def test_there_are_no_holidays_before_the_law() -> None:
    assert all(not holidays(year) for year in range(1900, 1948))
    assert set(holidays(1948).values()) == {"秋分の日", "文化の日", "勤労感謝の日"}


@pytest.mark.parametrize(
    ("day", "off"),
    [
        (date(2026, 11, 20), False),  # a Friday
        (date(2026, 11, 21), True),  # a Saturday
        (date(2026, 11, 23), True),  # 勤労感謝の日, a Monday
        (date(2026, 12, 28), False),
        (date(2026, 12, 29), True),
        (date(2027, 1, 3), True),
        (date(2027, 1, 4), False),
        (date(2026, 5, 6), True),  # 振替休日, a Wednesday
    ],
)
def test_days_off_are_weekends_holidays_and_the_days_around_new_year(day: date, off: bool) -> None:
    assert is_day_off(day) is off
