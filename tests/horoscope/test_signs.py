"""The signs and their days."""

from datetime import date

import pytest

from kirosample import almanac
from kirosample.almanac.astronomy.ephemeris import noon, sun_longitude
from kirosample.horoscope import SIGNS, birth_sign, signs_of
from tests.years import days


@pytest.mark.parametrize("year", [1900, 1948, 1985, 2000, 2026, 2100])
def test_the_sign_of_a_birth_is_where_the_sun_is(year: int) -> None:
    for day in [*days(year, year)][::5]:
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


def test_a_birthday_has_its_usual_sign_and_another_only_around_a_change() -> None:
    starts = {sign.starts: sign for sign in SIGNS}
    ends = {sign.ends: sign for sign in SIGNS}
    usual = starts[12, 22]
    for day in days(2024, 2024):
        usual = starts.get((day.month, day.day), usual)
        assert ends.get((day.month, day.day), usual) is usual
        signs = signs_of(day.month, day.day)
        assert signs[0] is usual
        assert len(signs) == 1 or (len(signs) == 2 and 18 <= day.day <= 24)
