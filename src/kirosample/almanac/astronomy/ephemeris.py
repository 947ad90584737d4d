"""Apparent geocentric positions of the Sun and the Moon, and when a longitude reaches a value.

Positions come from libastro through `ephem` (VSOP87 for the Sun, with aberration and nutation).
"""

from collections.abc import Callable
from math import atan2, cos, degrees, radians, sin, tan

import ephem

_DAYS_PER_CENTURY = 36525
_J2000 = 36525.0  # 2000-01-01 12:00 TT in Dublin days

_ABERRATION = 20.49552  # arcseconds, the constant of aberration
_PRECESSION_CORRECTION = -0.29965  # arcseconds a century, IAU 2000 (Mathews et al. 2002)


def _true_obliquity(tt: float) -> float:
    """Radians. Mean obliquity and the two main terms of nutation (Meeus, Astronomical
    Algorithms, ch. 22): within 0.1 arcsecond, 0.01 of it in the Moon's longitude."""
    century = (tt - _J2000) / _DAYS_PER_CENTURY
    node = radians(125.04452 - 1934.136261 * century)
    sun = radians(280.4665 + 36000.7698 * century)
    mean = 23.4392911 - 0.0130042 * century
    return radians(mean + (9.20 * cos(node) + 0.57 * cos(2 * sun)) / 3600)


def _longitude(body: ephem.Body, tt: float) -> float:
    # libastro takes UT and adds its own delta T. Subtract that first, so that TT remains.
    body.compute(tt - ephem.delta_t(tt) / 86400)
    ra = float(body.g_ra)
    dec = float(body.g_dec)
    obliquity = _true_obliquity(tt)
    return degrees(atan2(sin(ra) * cos(obliquity) + tan(dec) * sin(obliquity), cos(ra)))


def sun_longitude(tt: float) -> float:
    """Degrees, equinox of date. Within 0.2 arcsecond (5 s of time) of JPL's DE421."""
    sun = ephem.Sun()
    longitude = _longitude(sun, tt)
    # libastro has the aberration of a circular orbit and the precession of IAU 1976.
    aberration = _ABERRATION * (1 / float(sun.earth_distance) - 1)
    precession = _PRECESSION_CORRECTION * (tt - _J2000) / _DAYS_PER_CENTURY
    return longitude + (precession - aberration) / 3600


def moon_longitude(tt: float) -> float:
    """Degrees, equinox of date. Within 0.4 arcsecond (a second of time) of JPL's DE421."""
    return _longitude(ephem.Moon(), tt)


def elongation(tt: float) -> float:
    """Degrees by which the Moon is ahead of the Sun in longitude, modulo whole turns."""
    return moon_longitude(tt) - sun_longitude(tt)


def precession(tt: float) -> float:
    """Degrees by which the longitudes of the stars have grown since J2000 (IAU 2006)."""
    century = (tt - _J2000) / _DAYS_PER_CENTURY
    return (5028.796195 * century + 1.1054348 * century**2) / 3600


def when(angle: Callable[[float], float], target: float, near: float, rate: float) -> float:
    """TT at which an angle that grows by about `rate` degrees a day reaches `target`.

    `near` must be less than half a turn away. Secant steps, to a hundredth of a second.
    """
    moment = near
    slope = rate
    error = _signed(angle(moment) - target)
    while True:
        step = -error / slope
        moment += step
        if abs(step) < 1e-7:
            return moment
        previous = error
        error = _signed(angle(moment) - target)
        slope = (error - previous) / step


def _signed(angle: float) -> float:
    return (angle + 180) % 360 - 180
