"""A day with all its facts."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kirosample.almanac import (
    FIRST_DAY,
    JST,
    LAST_DAY,
    DaySummary,
    Era,
    OutOfRange,
    clock,
    day,
    holidays,
    month,
    observances,
    phases,
    season,
    solar_terms,
    summary,
    zassetsu,
)

DAYS = st.dates(FIRST_DAY, LAST_DAY)


@pytest.mark.parametrize(
    ("on", "name", "year"),
    [
        ("1912-07-29", "明治", 45),
        ("1912-07-30", "大正", 1),
        ("1926-12-24", "大正", 15),
        ("1989-01-07", "昭和", 64),
        ("2019-04-30", "平成", 31),
        ("2019-05-01", "令和", 1),
    ],
)
def test_an_era_begins_on_the_day_of_change(on: str, name: str, year: int) -> None:
    assert day(date.fromisoformat(on)).era == Era(name, year)


@settings(deadline=None)  # the first day of a year costs more than the next
@given(DAYS)
@example(FIRST_DAY)
@example(LAST_DAY)
def test_every_day_is_complete(of: date) -> None:
    told = day(of)
    terms = told.solar_term.at, told.next_solar_term.at
    for at in (*terms, told.moon.next_new, told.moon.next_full, told.sun.rise, told.sun.set):
        assert (at.utcoffset(), at.microsecond) == (timedelta(hours=9), 0)
    assert told.date == of
    assert told.iso_week == of.isocalendar().week
    assert date(of.year, 1, 1) + timedelta(days=told.day_of_year - 1) == of
    assert told.solar_term.at.date() <= of < told.next_solar_term.at.date()
    gap = told.next_solar_term.at - told.solar_term.at
    assert timedelta(days=14.7) < gap < timedelta(days=15.8)


@settings(deadline=None)
@given(DAYS)
def test_the_moon_is_between_new_and_new(of: date) -> None:
    moon = day(of).moon
    assert 0 <= moon.age < 30
    for at in (moon.next_new, moon.next_full):
        assert timedelta() <= at.date() - of <= timedelta(days=30)
    for at, name in ((moon.next_new, "新月"), (moon.next_full, "満月")):
        assert (at.date() == of) == (moon.phase == name)
    spans = [(1, 6, "上弦"), (9, 13, "満月"), (16.5, 20, "下弦"), (24.5, 28.5, "新月")]
    for after, before, name in spans:
        if after < moon.age < before:
            assert moon.phase == f"{name}へ向かう月"


@settings(deadline=None)
@given(DAYS)
def test_a_summary_agrees_with_the_day(of: date) -> None:
    told = day(of)
    short = summary(of)
    begins = told.solar_term.at.date() == of
    assert short == DaySummary(
        date=of,
        rokuyo=told.rokuyo,
        solar_term=told.solar_term.name if begins else None,
        zassetsu=told.zassetsu,
        senjitsu=told.senjitsu,
        holiday=told.holiday,
        moon_age=told.moon.age,
    )
    names = [term.name for term in solar_terms(of.year)]
    assert names[season(of) - 1] == told.solar_term.name


@pytest.mark.parametrize("of", [FIRST_DAY - timedelta(days=1), LAST_DAY + timedelta(days=1)])
def test_a_day_or_year_out_of_range_raises_an_error_with_the_range(of: date) -> None:
    with pytest.raises(OutOfRange, match="1900-01-01 to 2100-12-31"):
        day(of)
    for of_day in (month, summary):
        with pytest.raises(OutOfRange):
            of_day(of)
    for of_year in (solar_terms, zassetsu, observances, holidays):
        with pytest.raises(OutOfRange, match="1900 to 2100"):
            of_year(of.year)
    with pytest.raises(OutOfRange):
        list(phases(of.year))


def test_the_month_around_a_day_is_in_weeks_from_sunday() -> None:
    weeks = month(date(2026, 11, 24))
    assert [each and each.date.day for each in weeks[0]] == [1, 2, 3, 4, 5, 6, 7]
    assert [each and each.date.day for each in weeks[-1]] == [29, 30, None, None, None, None, None]
    assert month(LAST_DAY)[-1][5] == summary(LAST_DAY)
    assert month(FIRST_DAY)[0][0] is None


@pytest.mark.parametrize(
    ("seconds", "printed"),
    [(0, "0:00"), (29, "0:00"), (30, "0:01"), (6 * 3600 + 25 * 60, "6:25"), (86399, "24:00")],
)
def test_a_time_is_rounded_to_the_minute_but_never_into_the_next_day(
    seconds: int, printed: str
) -> None:
    assert clock(datetime(2030, 2, 18, tzinfo=JST) + timedelta(seconds=seconds)) == printed
