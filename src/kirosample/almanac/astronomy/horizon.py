"""When the Sun and the Moon rise and set, by the observatory's definitions.

On the horizon of the sea, with 35'08" of refraction and with parallax: the Sun's upper limb, with
its true semidiameter, but the Moon's center, because its limb is not always lit (暦要項, 理科年表).
UT1 stands in for UTC, which is within 0.9 s of it until leap seconds end.
"""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from math import acos, cos, remainder, sin, tau

import ephem

from kirosample.almanac.astronomy.timescale import jst_of_ut, noon
from kirosample.almanac.model import Sun
from kirosample.almanac.places import TOKYO, coordinates

_HALF_A_DAY = 0.5
_A_SECOND = 1 / 86400
_LUNAR_DAY = 1.035
"""Days from one rise of the Moon to the next."""


def sun(day: date, place: str = TOKYO) -> Sun:
    """Sunrise and sunset of a day, to the nearest second."""
    observer = _observer(place)
    observer.date = noon(day)
    return Sun(
        rise=jst_of_ut(observer.previous_rising(ephem.Sun())),
        set=jst_of_ut(observer.next_setting(ephem.Sun())),
    )


@lru_cache(maxsize=128)
def moon(day: date, place: str = TOKYO) -> tuple[datetime | None, datetime | None]:
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
