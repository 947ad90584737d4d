"""Sunrise and sunset in Tokyo, by the observatory's convention.

The Sun's upper limb on the horizon of the sea, with 35'08" of refraction, its true semidiameter
and parallax, at the origin of Japan's geodetic coordinates in Azabudai, Tokyo, where the old
observatory stood and for which 暦要項 gives its times.
"""

from datetime import date

import ephem

from kirosample.almanac.model import Sun
from kirosample.almanac.timescale import jst_of_ut, noon

LATITUDE = "35:39:29.1572"  # north
LONGITUDE = "139:44:28.8869"  # east


def sun(day: date) -> Sun:
    """Sunrise and sunset of a day in Tokyo, to the nearest second.

    UT1 is taken for UTC, which it follows within 0.9 s until leap seconds end.
    """
    tokyo = ephem.Observer()
    tokyo.lat, tokyo.lon, tokyo.elevation = LATITUDE, LONGITUDE, 0
    tokyo.pressure, tokyo.horizon = 0, "-0:35:08"
    tokyo.date = noon(day)
    return Sun(
        rise=jst_of_ut(tokyo.previous_rising(ephem.Sun())),
        set=jst_of_ut(tokyo.next_setting(ephem.Sun())),
    )
