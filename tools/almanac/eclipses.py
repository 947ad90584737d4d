"""Lunar eclipses: when the Moon touches the umbra, the Earth's full shadow.

The umbra's radius is 1.02 (0.99834 P + p - s), with the equatorial horizontal parallaxes P of the
Moon and p of the Sun, and the Sun's semidiameter s: a mean Earth, enlarged by a fiftieth for its
atmosphere (Chauvenet; Espenak and Meeus, Five Millennium Canon of Lunar Eclipses, formula 1-4).
The magnitudes in 暦要項 and NASA's earlier catalog follow this rule. Danjon's, of the Canon itself,
gives magnitudes about 0.005 smaller.

Eclipses by the penumbra alone are left out: the eye hardly notices them, and the observatory gives
them no place in its list of what is seen from Japan.
"""

from collections.abc import Callable
from math import asin, cos, degrees, hypot, radians, sin
from typing import NamedTuple

from kirosample.almanac.astronomy.ephemeris import distances, elongation, latitudes
from kirosample.almanac.astronomy.moon import quarter_begins

_AU = 149_597_870.7  # km
_EARTH_RADIUS = 6378.137  # km, at the equator
_SUN_PARALLAX = 8.794143 / 3600  # degrees at 1 au
_SUN_RADIUS = 959.63 / 3600  # degrees at 1 au
_MOON_RADIUS = 0.2725076  # of the Earth's equatorial one (IAU 1982)
_ENLARGEMENT = 1.02
_MEAN_EARTH = 0.99834

_FARTHEST = 1.1  # degrees of latitude at full moon; an eclipse needs less than 1.05
_HALF_AT_MOST = 0.1  # days; the longest eclipse takes four hours
_MINUTE = 1 / 1440


class Eclipse(NamedTuple):
    """An umbral eclipse, in TT.

    `magnitude` is the share of the Moon's diameter in the umbra at `greatest`, and more than 1 in
    a total eclipse. `contacts` are its begin and end, or the begin, the begin and the end of
    totality, and the end.
    """

    magnitude: float
    greatest: float
    contacts: tuple[float, ...]


class _Place(NamedTuple):
    """Degrees: the Moon from the shadow's axis, east and north, and the two radii."""

    east: float
    north: float
    umbra: float
    moon: float

    @property
    def distance(self) -> float:
        return hypot(self.east, self.north)


def eclipse_at(full_moon: int) -> Eclipse | None:
    """The eclipse at a full moon, numbered as in `moon.quarter_begins`; None where there is none.

    The table is written by this function.
    """
    opposition = quarter_begins(full_moon)
    if abs(latitudes(opposition)[1]) > _FARTHEST:
        return None
    greatest = _nearest(opposition)
    place = _place(greatest)
    magnitude = (place.umbra + place.moon - place.distance) / (2 * place.moon)
    if magnitude <= 0:
        return None

    def outside(tt: float) -> float:
        now = _place(tt)
        return now.distance - now.umbra - now.moon

    def partly(tt: float) -> float:
        now = _place(tt)
        return now.distance - now.umbra + now.moon

    before, after = greatest - _HALF_AT_MOST, greatest + _HALF_AT_MOST
    whole = (
        (_contact(partly, greatest, before), _contact(partly, greatest, after))
        if magnitude >= 1
        else ()
    )
    contacts = (
        _contact(outside, greatest, before),
        *whole,
        _contact(outside, greatest, after),
    )
    return Eclipse(magnitude, greatest, contacts)


def _nearest(opposition: float) -> float:
    """When the Moon is nearest to the axis, to a hundredth of a second."""
    moment, step = opposition, 1.0
    while abs(step) > 1e-7:
        before, now, after = (_place(moment + n * _MINUTE) for n in (-1, 0, 1))
        east = (after.east - before.east) / (2 * _MINUTE)
        north = (after.north - before.north) / (2 * _MINUTE)
        step = -(now.east * east + now.north * north) / (east**2 + north**2)
        moment += step
    return moment


def _contact(outside: Callable[[float], float], inner: float, outer: float) -> float:
    """Where a function that is negative at `inner` and positive at `outer` is 0, by halving."""
    while abs(outer - inner) > 1e-7:
        middle = (inner + outer) / 2
        if outside(middle) < 0:
            inner = middle
        else:
            outer = middle
    return inner


def _place(tt: float) -> _Place:
    sun, moon = distances(tt)
    sun_latitude, moon_latitude = latitudes(tt)
    ahead = elongation(tt) % 360 - 180
    parallax = degrees(asin(_EARTH_RADIUS / (moon * _AU)))
    return _Place(
        east=ahead * cos(radians(moon_latitude)),
        north=moon_latitude + sun_latitude,
        umbra=_ENLARGEMENT * (_MEAN_EARTH * parallax + (_SUN_PARALLAX - _SUN_RADIUS) / sun),
        moon=degrees(asin(_MOON_RADIUS * sin(radians(parallax)))),
    )
