"""The Sun and the Moon by libastro (`ephem`): where they are, when they rise and set, and the time.

Instants are floats: days since 1899-12-31 12:00 (Dublin Julian days, as in libastro). Positions of
the Sun and the Moon use TT, the rotation of the Earth uses UT. Positions are apparent and
geocentric (VSOP87 for the Sun, with aberration and nutation).

Civil time is UTC+9 with TT - UTC from the leap seconds; before 1972 it is UT+9 with libastro's
table of delta T. No leap second is announced after 2017, and Resolution 4 of the 27th CGPM (2022)
ends them by 2035, so TT - UTC is assumed to stay at 69.184 s.

They rise and set by the observatory's definitions, at the places of `almanac/places.toml`: on the
horizon of the sea, with 35'08" of refraction and with parallax: the Sun's upper limb, with its true
semidiameter, but the Moon's center, because its limb is not always lit (暦要項, 理科年表). UT1
stands in for UTC, which is within 0.9 s of it until leap seconds end.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from math import acos, atan2, cos, degrees, radians, remainder, sin, tan, tau
from typing import Annotated, Final

import ephem
from msgspec import Meta, Struct

from kirosample import content
from kirosample.almanac.model import JST, Place, Sun

_EPOCH = datetime(1899, 12, 31, 12, tzinfo=UTC)
_NOON_ORDINAL = date(1899, 12, 31).toordinal()
_OFFSET = JST.utcoffset(None) / timedelta(days=1)
_TT_MINUS_TAI = 32.184

# The first day of each TAI - UTC, 10 s on 1972-01-01 and one more each time (IERS Bulletin C).
_LEAPS = tuple(
    float(date(year, month, 1).toordinal() - _NOON_ORDINAL) - 0.5
    for year, month in (
        (1972, 1), (1972, 7), (1973, 1), (1974, 1), (1975, 1), (1976, 1), (1977, 1), (1978, 1),
        (1979, 1), (1980, 1), (1981, 7), (1982, 7), (1983, 7), (1985, 7), (1988, 1), (1990, 1),
        (1991, 1), (1992, 7), (1993, 7), (1994, 7), (1996, 1), (1997, 7), (1999, 1), (2006, 1),
        (2009, 1), (2012, 7), (2015, 7), (2017, 1),
    )
)  # fmt: skip


def tt_minus_ut(moment: float) -> float:
    """Seconds by which TT is ahead of UTC (before 1972: of UT) at a time in either."""
    leaps = bisect_right(_LEAPS, moment)
    if leaps:
        return _TT_MINUS_TAI + 9 + leaps
    return float(ephem.delta_t(moment))


def jst_of_tt(tt: float) -> datetime:
    """The civil time in Japan of an instant in TT, to the nearest second."""
    return jst_of_ut(tt - tt_minus_ut(tt) / 86400)


def jst_of_ut(ut: float) -> datetime:
    """The civil time in Japan of an instant in UT, to the nearest second."""
    return (_EPOCH + timedelta(seconds=round(ut * 86400))).astimezone(JST)


def noon(day: date) -> float:
    """UT of noon in Japan of a day."""
    return day.toordinal() - _NOON_ORDINAL - _OFFSET


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


TOKYO: Final = "tokyo"

_Degrees = Annotated[str, Meta(pattern="^[0-9]{2,3}:[0-9]{2}(:[0-9]{2}[.][0-9]{4})?$")]


class _Place(Struct, frozen=True, forbid_unknown_fields=True):
    id: Annotated[str, Meta(pattern="^[a-z]{2,20}$")]
    name: str
    north: _Degrees
    east: _Degrees


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    places: tuple[_Place, ...]


@cache
def _places() -> Mapping[str, _Place]:
    return {place.id: place for place in content.read("almanac/places.toml", _File).places}


@cache
def load_places() -> Mapping[str, Place]:
    """The places by id, the romanized name, from north to south. Raises ContentError."""
    return {id_: Place(id_, place.name) for id_, place in _places().items()}


def coordinates(place: str) -> tuple[str, str]:
    """Latitude (north) and longitude (east) in sexagesimal degrees. Raises KeyError."""
    at = _places()[place]
    return at.north, at.east


_HALF_A_DAY = 0.5
_A_SECOND = 1 / 86400
_LUNAR_DAY = 1.035
"""Days from one rise of the Moon to the next."""


def sun_times(day: date, place: str = TOKYO) -> Sun:
    """Sunrise and sunset of a day, to the nearest second."""
    observer = _observer(place)
    observer.date = noon(day)
    return Sun(
        rise=jst_of_ut(observer.previous_rising(ephem.Sun())),
        set=jst_of_ut(observer.next_setting(ephem.Sun())),
    )


@lru_cache(maxsize=128)
def moon_times(day: date, place: str = TOKYO) -> tuple[datetime | None, datetime | None]:
    """Moonrise and moonset of a day, to the nearest second; None where there is none that day."""
    observer = _observer(place)
    midnight = noon(day) - _HALF_A_DAY
    # From a second earlier: one that is rounded up to midnight belongs to the new day.
    first = _next_of_moon(observer, midnight - _A_SECOND)
    if all(at.date() >= day for at in first):
        return _on(day, first)
    both = zip(first, _next_of_moon(observer, midnight + _A_SECOND), strict=True)
    return _on(day, [earlier if earlier.date() >= day else later for earlier, later in both])


def _on(day: date, events: Iterable[datetime]) -> tuple[datetime | None, datetime | None]:
    rise, set_ = (at if at.date() == day else None for at in events)
    return rise, set_


def _next_of_moon(observer: ephem.Observer, start: float) -> list[datetime]:
    """The first rise and set from a moment in UT on.

    Secant steps, to a ten-thousandth of a second, with five positions of the Moon: libastro's own
    search, which steps by sidereal time, needs ten.
    """
    body = ephem.Moon()
    sines = sin(observer.horizon), sin(observer.lat), cos(observer.lat)

    def turns(moment: float) -> tuple[float, float]:
        """The hour angle, and the one at the horizon, in turns."""
        observer.date = moment
        body.compute(observer)
        sine = (sines[0] - sines[1] * sin(body.dec)) / (sines[2] * cos(body.dec))
        return body.ha / tau, acos(sine) / tau

    hour_angle, horizon = turns(start)
    times = []
    for side in (-1, 1):
        before = start
        missing = (side * horizon - hour_angle) % 1
        at = start + missing * _LUNAR_DAY
        for _ in range(2):
            now = turns(at)
            left = remainder(side * now[1] - now[0], 1)
            before, missing, at = at, left, at + left * (at - before) / (missing - left)
        times.append(jst_of_ut(at))
    return times


def _observer(place: str) -> ephem.Observer:
    observer = ephem.Observer()
    observer.lat, observer.lon = coordinates(place)
    observer.elevation = 0
    observer.pressure = 0
    observer.horizon = "-0:35:08"
    return observer
