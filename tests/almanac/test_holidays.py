"""祝日, against two libraries and the law's turning points."""

from datetime import date, timedelta

import holidays as holidays_library
import jpholiday
import pytest

from kirosample.almanac import OutOfRange, holidays

YEARS = range(1948, 2101)

IN_FORCE = date(1948, 7, 20)
SANDWICHED_SINCE = date(1985, 12, 27)


def by_jpholiday(year: int) -> set[date]:
    """Its days but for its three errors: days before the law of 20 July 1948, 国民の休日 on 4 May
    before that rule of 1985, and a substitute on 12 February 1973 before that rule of April."""
    days = {day: name for day, name in jpholiday.year_holidays(year) if day >= IN_FORCE}
    early = {day for day, name in days.items() if name == "国民の休日" and day < SANDWICHED_SINCE}
    return set(days) - early - {date(1973, 2, 12)}


def by_holidays(year: int) -> set[date]:
    return set(holidays_library.country_holidays("JP", years=year))


@pytest.mark.parametrize("year", YEARS)
def test_days_are_those_of_jpholiday(year: int) -> None:
    assert set(holidays(year)) == by_jpholiday(year)


@pytest.mark.parametrize("year", [year for year in YEARS if year not in (1948, 2100)])
def test_days_are_those_of_the_holidays_library(year: int) -> None:
    # It knows 1949 to 2099.
    assert set(holidays(year)) == by_holidays(year)


def test_names_are_those_of_the_holidays_library() -> None:
    # It calls the ceremonies more briefly, or more formally.
    own = {
        date(1959, 4, 10),
        date(1989, 2, 24),
        date(1993, 6, 9),
        date(2019, 10, 22),
    }
    different = {
        day: (name, theirs)
        for year in range(1949, 2100)
        for day, name in holidays(year).items()
        if name
        != (theirs := holidays_library.country_holidays("JP", years=year, language="ja").get(day))
    }
    assert set(different) == own


def test_the_errors_of_jpholiday_are_still_there() -> None:
    # When a release mends them, by_jpholiday can be simplified.
    wrong = {day for year in YEARS for day, _ in jpholiday.year_holidays(year)} - {
        day for year in YEARS for day in holidays(year)
    }
    assert {day for day in wrong if day < IN_FORCE} == {
        date(1948, month, day)
        for month, day in [(1, 1), (1, 15), (3, 21), (4, 29), (5, 3), (5, 4), (5, 5)]
    }
    assert {day for day in wrong if day > IN_FORCE and (day.month, day.day) != (5, 4)} == {
        date(1973, 2, 12)
    }


@pytest.mark.parametrize(
    ("on", "name"),
    [
        ("1948-11-03", "文化の日"),
        ("1949-01-01", "元日"),
        ("1959-04-10", "皇太子明仁親王の結婚の儀"),
        ("1966-09-15", "敬老の日"),
        ("1966-10-10", "体育の日"),
        ("1967-02-11", "建国記念の日"),
        ("1973-04-30", "振替休日"),
        ("1986-05-04", None),  # a Sunday between two holidays, under the rule before 2007
        ("1987-05-04", "振替休日"),
        ("1988-05-04", "国民の休日"),
        ("1988-04-29", "天皇誕生日"),
        ("1989-02-24", "昭和天皇の大喪の礼"),
        ("1989-04-29", "みどりの日"),
        ("1989-12-23", "天皇誕生日"),
        ("1990-11-12", "即位礼正殿の儀"),
        ("1993-06-09", "皇太子徳仁親王の結婚の儀"),
        ("1996-07-20", "海の日"),
        ("1999-01-15", "成人の日"),
        ("2000-01-10", "成人の日"),
        ("2000-10-09", "体育の日"),
        ("2003-07-21", "海の日"),
        ("2003-09-15", "敬老の日"),
        ("2007-04-29", "昭和の日"),
        ("2008-05-06", "振替休日"),
        ("2009-09-22", "国民の休日"),
        ("2016-08-11", "山の日"),
        ("2018-12-23", "天皇誕生日"),
        ("2019-02-23", None),
        ("2019-12-23", None),
        ("2019-04-30", "国民の休日"),
        ("2019-05-01", "天皇の即位の日"),
        ("2019-05-02", "国民の休日"),
        ("2019-10-14", "体育の日"),
        ("2019-10-22", "即位礼正殿の儀"),
        ("2020-02-23", "天皇誕生日"),
        ("2020-07-20", None),
        ("2020-07-23", "海の日"),
        ("2020-07-24", "スポーツの日"),
        ("2020-08-10", "山の日"),
        ("2020-08-11", None),
        ("2020-10-12", None),
        ("2021-07-22", "海の日"),
        ("2021-07-23", "スポーツの日"),
        ("2021-08-08", "山の日"),
        ("2021-08-09", "振替休日"),
        ("2021-10-11", None),
        ("2022-10-10", "スポーツの日"),
        ("2026-05-06", "振替休日"),
        ("2026-09-22", "国民の休日"),
    ],
)
def test_holidays_moved_when_the_law_did(on: str, name: str | None) -> None:
    day = date.fromisoformat(on)
    assert holidays(day.year).get(day) == name


def test_there_are_none_before_the_law() -> None:
    assert all(not holidays(year) for year in range(1900, 1948))
    assert min(holidays(1948)) == date(1948, 9, 23)


def test_they_come_in_order_and_cannot_be_changed() -> None:
    year = holidays(2026)
    assert list(year) == sorted(year)
    with pytest.raises(TypeError):
        year[date(2026, 11, 24)] = "休み"  # type: ignore[index]


def test_a_substitute_is_the_first_day_after_a_sunday_that_is_no_holiday() -> None:
    for year in range(2007, 2101):
        days = holidays(year)
        for day in [day for day, name in days.items() if name == "振替休日"]:
            before = day - timedelta(days=1)
            while days.get(before) not in (None, "振替休日") and before.weekday() != 6:
                before -= timedelta(days=1)
            assert before.weekday() == 6
            assert before in days


@pytest.mark.parametrize("year", [1899, 2101])
def test_other_years_are_out_of_range(year: int) -> None:
    with pytest.raises(OutOfRange, match="1900 to 2100"):
        holidays(year)
