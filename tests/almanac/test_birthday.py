"""Ages, the days of a life, and the years that are celebrated."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kirosample import almanac

TODAY = date(2026, 11, 24)
BORN = st.dates(almanac.FIRST_DAY, TODAY)


@given(born=BORN)
def test_one_is_a_year_older_on_the_next_birthday_and_not_before(born: date) -> None:
    coming, age = almanac.next_birthday(born, TODAY), almanac.age(born, TODAY)
    assert TODAY < coming <= TODAY + timedelta(366)
    assert almanac.age(born, coming) == age + 1
    assert almanac.age(born, coming - timedelta(1)) == age
    assert almanac.counted_age(born, TODAY) - age in (1, 2)


def test_who_was_born_on_a_leap_day_is_older_once_february_is_over() -> None:
    """民法 143 条: the year ends with the last day of the month."""
    born = date(2004, 2, 29)
    assert [almanac.age(born, date(2005, *day)) for day in ((2, 28), (3, 1))] == [0, 1]
    assert [almanac.age(born, date(2008, 2, day)) for day in (28, 29)] == [3, 4]
    assert almanac.next_birthday(born, date(2005, 2, 28)) == date(2005, 3, 1)
    assert almanac.next_birthday(born, date(2008, 2, 28)) == date(2008, 2, 29)


@given(born=BORN)
def test_a_round_number_of_days_is_reached_on_its_day(born: date) -> None:
    found = list(almanac.round_days(born, TODAY))
    assert almanac.days_lived(born, born) == 1
    for number, day in found:
        assert day > TODAY
        assert number == almanac.days_lived(born, day)
        assert number % 1000 == 0
    assert found[-1][0] % 10_000 == 0
    assert found[0][0] - almanac.days_lived(born, TODAY) <= 1000


@given(born=BORN)
def test_the_sixtieth_year_has_the_eto_of_birth_again(born: date) -> None:
    ages = {each.word.name.ja: each for each in almanac.long_life(born, born)}
    kanreki = date(ages["還暦"].year, 1, 1)
    assert almanac.eto(kanreki).year == almanac.eto(born).year
    assert [each.counted for each in ages.values()] == [61, 70, 77, 80, 88, 90, 99, 100, 108, 111]
    assert all(
        each.counted == almanac.counted_age(born, date(each.year, 1, 1)) for each in ages.values()
    )
    coming = [each.year for each in almanac.long_life(born, TODAY)]
    assert coming == [each.year for each in ages.values() if each.year >= TODAY.year]


@pytest.mark.parametrize("name", almanac.era_days())
def test_the_days_of_an_era_are_its_own(name: str) -> None:
    first, last = almanac.era_days()[name]
    assert {almanac.era(first).name, almanac.era(last).name} == {name}
    assert almanac.era(last) == almanac.Era(name, last.year - almanac.first_year(name) + 1)
    for beyond in (first - timedelta(1), last + timedelta(1)):
        if almanac.FIRST_DAY <= beyond <= almanac.LAST_DAY:
            assert almanac.era(beyond).name != name
