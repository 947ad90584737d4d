"""When the Sun and the Moon rise and set, by the observatory's definitions.

On the horizon of the sea, with 35'08" of refraction and with parallax: the Sun's upper limb, with
its true semidiameter, but the Moon's center, because its limb is not always lit (暦要項, 理科年表).
UT1 stands in for UTC, which is within 0.9 s of it until leap seconds end.
"""

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache

import ephem

from kirosample.almanac.astronomy.timescale import jst_of_ut, noon
from kirosample.almanac.model import Sun
from kirosample.almanac.places import TOKYO, coordinates

_HALF_A_DAY = 0.5
_A_SECOND = 1 / 86400


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
    return _on(day, observer, observer.next_rising), _on(day, observer, observer.next_setting)


def _on(day: date, observer: ephem.Observer, event: Callable[..., float]) -> datetime | None:
    # From a second earlier: one that is rounded up to midnight belongs to the new day.
    observer.date = noon(day) - _HALF_A_DAY - _A_SECOND
    at = jst_of_ut(event(ephem.Moon(), use_center=True))
    if at.date() < day:
        observer.date = noon(day) - _HALF_A_DAY + _A_SECOND
        at = jst_of_ut(event(ephem.Moon(), use_center=True))
    return at if at.date() == day else None


def _observer(place: str) -> ephem.Observer:
    observer = ephem.Observer()
    observer.lat, observer.lon = coordinates(place)
    observer.elevation, observer.pressure, observer.horizon = 0, 0, "-0:35:08"
    return observer
