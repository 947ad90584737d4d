"""The Sun and the Moon compared with JPL's."""

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pytest

from kirosample.almanac.astronomy.ephemeris import elongation, when
from kirosample.almanac.astronomy.horizon import sun
from kirosample.almanac.astronomy.timescale import jst_of_tt, tt_minus_ut
from kirosample.almanac.terms import sun_reaches, terms_of
from tools.almanac.reference_models import DUBLIN, Jpl

SECONDS = 86400


@pytest.fixture(scope="module")
def jpl() -> Iterator[Jpl]:
    model = Jpl()
    yield model
    model.close()


def phase_near(quarter: int) -> float:
    """TT of a phase, before it is rounded to a second."""
    return when(elongation, 90 * (quarter % 4), 36529.6 + 29.530588861 * quarter / 4, 12.19)


def test_solar_terms_are_within_five_seconds_of_jpl(jpl: Jpl) -> None:
    asked = [(year, degrees) for year in range(1900, 2053, 4) for degrees in range(0, 360, 15)]
    ours = np.array([sun_reaches(degrees, year) for year, degrees in asked])
    longitudes = np.array([float(degrees) for _, degrees in asked])
    off = (ours - jpl.sun_reaches(longitudes, ours)) * SECONDS
    assert np.max(np.abs(off)) < 5
    assert np.median(np.abs(off)) < 1.5


def test_phases_of_the_moon_are_within_a_second_of_jpl(jpl: Jpl) -> None:
    quarters = np.arange(-4940, 2640, 5)
    ours = np.array([phase_near(int(quarter)) for quarter in quarters])
    off = (ours - jpl.moon_reaches(90.0 * (quarters % 4), ours)) * SECONDS
    assert np.max(np.abs(off)) < 1


def test_the_solar_terms_closest_to_midnight_have_the_dates_of_jpl(jpl: Jpl) -> None:
    for year, name, longitude in [(1917, "秋分", 180), (2030, "雨水", 330)]:
        ours = next(term.at for term in terms_of(year) if term.name == name)
        near = np.array([sun_reaches(longitude, year)])
        theirs = jst_of_tt(float(jpl.sun_reaches(np.array([float(longitude)]), near)[0]))
        assert abs(ours - theirs) <= timedelta(seconds=2)
        assert ours.date() == theirs.date()


def test_civil_time_follows_the_rotation_of_the_earth_and_since_1972_utc(jpl: Jpl) -> None:
    for year in range(1900, 2027):
        for month in (1, 6, 7, 12):
            day = date(year, month, 2)
            ours = tt_minus_ut((day - date(1899, 12, 31)).days - 0.5)
            if year < 1972:
                assert ours == pytest.approx(jpl.delta_t(day), abs=1.5)
            else:
                assert ours == pytest.approx(jpl.tt_minus_utc(day), abs=1e-3)


def test_sunrise_and_sunset_are_within_two_seconds_of_jpl(jpl: Jpl) -> None:
    for year in (1950, 2000, 2026):
        for day in (date(year, 1, 1) + timedelta(days=n) for n in range(0, 365, 30)):
            for at in (sun(day).rise, sun(day).set):
                ut = at.timestamp() / SECONDS + 2440587.5 - DUBLIN
                tt = ut + tt_minus_ut(ut) / SECONDS
                around = np.array([tt - 1 / SECONDS, tt, tt + 1 / SECONDS])
                limb = jpl.upper_limb(around, 35.65810, 139.74136)
                per_second = (limb[2] - limb[0]) / 2
                assert abs(limb[1] / per_second) < 2
