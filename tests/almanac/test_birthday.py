"""Ages, the days of a life, and the years that are celebrated."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kirosample import almanac
from kirosample.almanac import life, next_birthday

TODAY = date(2026, 11, 24)
BORN = st.dates(almanac.FIRST_DAY, TODAY)


@given(born=BORN)
def test_one_is_a_year_older_on_the_next_birthday_and_not_before(born: date) -> None:
    now = life(born, TODAY)
    coming = next_birthday(born, TODAY + timedelta(1))
    assert TODAY < coming <= TODAY + timedelta(366)
    assert next_birthday(born, coming) == coming
    assert life(born, coming).age == now.age + 1
    assert life(born, coming - timedelta(1)).age == now.age
    assert now.counted_age - now.age in (1, 2)
    assert life(born, born).age == 0


def test_who_was_born_on_a_leap_day_is_older_once_february_is_over() -> None:
    """民法 143 条: the year ends with the last day of the month."""
    born = date(2004, 2, 29)
    assert [life(born, date(2005, *day)).age for day in ((2, 28), (3, 1))] == [0, 1]
    assert [life(born, date(2008, 2, day)).age for day in (28, 29)] == [3, 4]
    assert next_birthday(born, date(2005, 2, 28)) == date(2005, 3, 1)
    assert next_birthday(born, date(2008, 2, 28)) == date(2008, 2, 29)


@given(born=BORN)
def test_a_round_number_of_days_is_reached_on_its_day(born: date) -> None:
    now = life(born, TODAY)
    assert life(born, born).days == 1
    for number, day in now.rounds:
        assert day > TODAY
        assert number == life(born, day).days
        assert number % 1000 == 0
    assert now.rounds[-1][0] % 10_000 == 0
    assert now.rounds[0][0] - now.days <= 1000


@given(born=BORN)
def test_the_sixtieth_year_has_the_eto_of_birth_again(born: date) -> None:
    ages = life(born, born).long_lives
    kanreki, counted, year = ages[0]
    assert (kanreki.name.ja, counted) == ("還暦", 61)
    assert almanac.eto(date(year, 1, 1)).year == almanac.eto(born).year
    assert [each[1] for each in ages] == [61, 70, 77, 80, 88, 90, 99, 100, 108, 111]
    assert all(age == life(born, date(year, 1, 1)).counted_age for _, age, year in ages)
    assert life(born, TODAY).long_lives == tuple(each for each in ages if each[2] >= TODAY.year)


def test_the_year_of_the_almanac_may_not_have_begun_by_another_count() -> None:
    """立春 of 1985 was on 4 February."""
    days = (date(1985, 2, 3), date(1985, 2, 4), date(1985, 12, 31))
    assert [life(day, TODAY).is_before_risshun for day in days] == [True, False, False]
