"""The tables of instants agree with the ephemeris."""

from collections.abc import Iterable

import pytest

from kirosample.almanac.astronomy import instants
from kirosample.almanac.moon import quarter_begins
from kirosample.almanac.terms import sun_reaches
from tools.almanac.write_instants import instant

YEARS = range(instants.FIRST_YEAR, instants.LAST_YEAR + 1)
SAMPLED = 7  # prime to 24, 6 and 4: each term and each phase is among them


def sampled(table: Iterable[int]) -> list[tuple[int, int]]:
    return list(enumerate(table))[::SAMPLED]


def test_solar_terms_are_those_of_the_ephemeris() -> None:
    assert len(instants.terms()) == len(YEARS) * 24
    for place, at in sampled(instants.terms()):
        year, term = divmod(place, 24)
        longitude = instants.TERM_LONGITUDES[term]
        assert at == instant(sun_reaches(longitude, YEARS[year])), (YEARS[year], longitude)


@pytest.mark.parametrize("longitude", instants.OTHER_LONGITUDES)
def test_longitudes_of_zassetsu_are_those_of_the_ephemeris(longitude: int) -> None:
    for year in YEARS[::SAMPLED]:
        assert instants.sun(longitude, year) == instant(sun_reaches(longitude, year)), year


def test_quarters_of_the_moon_are_those_of_the_ephemeris() -> None:
    for place, at in sampled(instants.quarters()):
        assert at == instant(quarter_begins(instants.FIRST_QUARTER + place)), place
