"""The signs and their days."""

from collections import Counter
from datetime import date, timedelta

import pytest

from kirosample import almanac
from kirosample.almanac.astronomy.ephemeris import sun_longitude
from kirosample.almanac.astronomy.timescale import noon
from kirosample.horoscope import SIGNS, Sign, birth_sign, signs_of


def _has_birthday(sign: Sign, day: tuple[int, int]) -> bool:
    if sign.starts <= sign.ends:
        return sign.starts <= day <= sign.ends
    return day >= sign.starts or day <= sign.ends


def test_every_birthday_belongs_to_exactly_one_sign() -> None:
    first = date(2024, 1, 1)
    birthdays = [first + timedelta(days=number) for number in range(366)]
    owners = Counter(
        sum(_has_birthday(sign, (day.month, day.day)) for sign in SIGNS) for day in birthdays
    )
    assert owners == {1: 366}


@pytest.mark.parametrize("year", [1900, 1948, 1985, 2000, 2026, 2100])
def test_the_sign_of_a_birth_is_where_the_sun_is(year: int) -> None:
    first = date(year, 1, 1)
    for day in (first + timedelta(number) for number in range(0, 365, 5)):
        birth = birth_sign(day)
        at_noon = SIGNS[int(sun_longitude(noon(day)) % 360 // 30)]
        assert at_noon in (birth.sign, birth.before)
        assert (birth.before is None) == (birth.entered is None)
        assert {birth.sign, birth.usual} <= {*signs_of(day.month, day.day)}


def test_a_birth_before_the_sun_changed_signs_is_of_the_sign_before() -> None:
    """国立天文台, 暦要項 2025: 穀雨, where the Sun enters Taurus, on 20 April at 4:56."""
    birth = birth_sign(date(2025, 4, 20))
    assert birth.entered
    assert (birth.sign.id, almanac.clock(birth.entered)) == ("taurus", "4:56")
    assert birth.before
    assert birth.before.id == "aries"
    assert birth_sign(date(2025, 4, 19)).sign is birth.before
    assert birth_sign(date(2025, 4, 21)).before is None


def test_only_days_around_a_change_have_two_signs() -> None:
    for number in range(366):
        day = date(2024, 1, 1) + timedelta(number)
        (usual,) = (sign for sign in SIGNS if _has_birthday(sign, (day.month, day.day)))
        signs = signs_of(day.month, day.day)
        assert signs[0] is usual
        assert len(signs) <= 2
        assert len(signs) == 1 or 18 <= day.day <= 24
