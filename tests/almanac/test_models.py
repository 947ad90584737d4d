"""The tables of instants, and sunrise and sunset, compared with JPL's Sun and Moon."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import ArrayLike

from kirosample.almanac.astronomy import instants
from kirosample.almanac.astronomy.horizon import sun
from kirosample.almanac.astronomy.instants import (
    FIRST_QUARTER,
    FIRST_YEAR,
    LAST_YEAR,
    OTHER_LONGITUDES,
    SECONDS_PER_DAY,
    SHOWER_YEARS,
    TERM_LONGITUDES,
)
from kirosample.almanac.sky import SHOWERS
from tools.almanac.reference_models import Floats, Jpl

LAST = instants.new_year(2053)
"""JPL's positions end in that year."""

YEARS = range(FIRST_YEAR + 1, 2053)
SUN, MOON = 360 / 365.2422 / SECONDS_PER_DAY, 360 / 29.530588861 / SECONDS_PER_DAY
"""Degrees in a second, of the Sun and of the Moon from the Sun."""

HALF_AN_HOUR = 1800
"""A maximum is expected to the hour."""


@pytest.fixture(scope="module")
def jpl() -> Iterator[Jpl]:
    model = Jpl()
    yield model
    model.close()


def seconds_off(degrees: Floats, expected: ArrayLike, rate: float) -> Floats:
    """By how much an angle that grows at a rate is ahead of what is expected, or behind it."""
    off: Floats = ((degrees - np.asarray(expected, float) + 180) % 360 - 180) / rate
    return np.abs(off)


def test_solar_terms_are_within_five_seconds_of_jpl(jpl: Jpl) -> None:
    terms = np.array([at for at in instants.terms() if 0 < at < LAST])
    before = len([at for at in instants.terms() if at <= 0])
    expected = np.resize(np.roll(TERM_LONGITUDES, -before), len(terms))
    off = seconds_off(jpl.sun(terms), expected, SUN)
    assert np.max(off) < 5
    assert np.median(off) < 1.5


def test_zassetsu_are_within_five_seconds_of_jpl(jpl: Jpl) -> None:
    for longitude in OTHER_LONGITUDES:
        at = [instants.sun(longitude, year) for year in YEARS]
        assert np.max(seconds_off(jpl.sun(at), longitude, SUN)) < 5


def test_quarters_of_the_moon_are_within_a_second_or_three_of_jpl(jpl: Jpl) -> None:
    quarters = np.array([at for at in instants.quarters() if 0 < at < LAST])
    first = FIRST_QUARTER + len([at for at in instants.quarters() if at <= 0])
    expected = 90.0 * ((first + np.arange(len(quarters))) % 4)
    off = seconds_off(jpl.elongation(quarters), expected, MOON)
    assert np.max(off[quarters > instants.new_year(1972)]) < 1
    assert np.max(off) < 3, "before 1972 the Earth's rotation is in both"


def test_quarters_are_a_week_apart_and_cover_the_years() -> None:
    weeks = {round((after - at) / SECONDS_PER_DAY) for at, after in pairwise(instants.quarters())}
    assert weeks <= {6, 7, 8}
    assert instants.day_of(instants.quarters()[0]).year == FIRST_YEAR
    assert instants.day_of(instants.quarters()[-1]).year == LAST_YEAR


def test_kou_begin_on_the_day_on_which_the_sun_reaches_their_longitude(jpl: Jpl) -> None:
    begin, longitudes = [], []
    for term, at in enumerate(instants.terms()):
        if 0 < at < LAST - 16 * SECONDS_PER_DAY:
            day, longitude = instants.day_of(at), TERM_LONGITUDES[term % len(TERM_LONGITUDES)]
            for number, length in enumerate(instants.kou_lengths(term), start=1):
                day += timedelta(length)
                begin.append(instants.midnight(day))
                longitudes.append(longitude + 5.0 * number)
    days = np.array(begin)
    ends = days + SECONDS_PER_DAY
    ahead = [(jpl.sun(each) - longitudes + 180) % 360 - 180 for each in (days, ends)]
    assert np.max(ahead[0]) < 0 <= np.min(ahead[1])


def test_showers_come_when_the_sun_is_at_their_longitude_among_the_stars(jpl: Jpl) -> None:
    for place, longitude in enumerate(SHOWERS.values()):
        at = [instants.showers(year)[place] for year in SHOWER_YEARS]
        assert np.max(seconds_off(jpl.sun_among_stars(at), longitude, SUN)) < HALF_AN_HOUR


def test_sunrise_and_sunset_are_within_two_seconds_of_jpl(jpl: Jpl) -> None:
    for year in (1950, 2000, 2026):
        for day in (date(year, 1, 1) + timedelta(days=n) for n in range(0, 365, 30)):
            for at in (sun(day).rise, sun(day).set):
                second = (at - instants.moment(0)).total_seconds()
                limb = jpl.upper_limb([second - 1, second, second + 1], 35.65810, 139.74136)
                per_second = (limb[2] - limb[0]) / 2
                assert abs(limb[1] / per_second) < 2
