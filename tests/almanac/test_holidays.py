"""祝日, compared with two libraries and the changes of the law."""

from datetime import date

import holidays as holidays_library
import jpholiday
import pytest

from kirosample.almanac import holidays

YEARS = range(1948, 2101)

IN_FORCE = date(1948, 7, 20)
SANDWICHED_SINCE = date(1985, 12, 27)

CEREMONIES = {
    date(1959, 4, 10): "皇太子明仁親王の結婚の儀",
    date(1989, 2, 24): "昭和天皇の大喪の礼",
    date(1993, 6, 9): "皇太子徳仁親王の結婚の儀",
    date(2019, 10, 22): "即位礼正殿の儀",
}
"""Their names in the holidays library are shorter, or more formal."""


def by_jpholiday(year: int) -> set[date]:
    """Its days but for its three errors: days before the law of 20 July 1948, 国民の休日 on 4 May
    before that rule of 1985, and a substitute on 12 February 1973 before that rule of April."""
    days = {day: name for day, name in jpholiday.year_holidays(year) if day >= IN_FORCE}
    early = {day for day, name in days.items() if name == "国民の休日" and day < SANDWICHED_SINCE}
    return set(days) - early - {date(1973, 2, 12)}


@pytest.mark.parametrize("year", YEARS)
def test_holidays_agree_with_two_libraries(year: int) -> None:
    assert set(holidays(year)) == by_jpholiday(year)
    if 1949 <= year <= 2099:  # which the other one knows
        assert set(holidays(year)) == set(holidays_library.country_holidays("JP", years=year))


def test_names_agree_with_the_holidays_library() -> None:
    different = {
        day: name
        for year in range(1949, 2100)
        for theirs in [holidays_library.country_holidays("JP", years=year, language="ja")]
        for day, name in holidays(year).items()
        if name != theirs.get(day)
    }
    assert different == CEREMONIES


def test_there_are_no_holidays_before_the_law() -> None:
    assert all(not holidays(year) for year in range(1900, 1948))
    assert set(holidays(1948).values()) == {"秋分の日", "文化の日", "勤労感謝の日"}


def test_holidays_are_in_order_and_immutable() -> None:
    year = holidays(2026)
    assert list(year) == sorted(year)
    with pytest.raises(TypeError):
        year[date(2026, 11, 24)] = "休み"  # type: ignore[index]
