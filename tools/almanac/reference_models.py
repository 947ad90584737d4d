"""Another model of the Sun and the Moon: JPL's DE421, 1899-07-29 to 2053-10-09, through skyfield.

It gives the TT, in Dublin days, at which a longitude or an elongation reaches its value near a
given TT. skyfield uses the precession and nutation of IAU 2006/2000A, as the observatory does.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import skyfield_data
from numpy.typing import ArrayLike, NDArray
from skyfield.api import load, load_file, wgs84
from skyfield.framelib import ecliptic_frame

Floats = NDArray[np.floating[Any]]

DUBLIN = 2415020.0  # Julian date of Dublin day 0


class Jpl:
    """Apparent longitudes of the Sun and the Moon, and when they reach a value."""

    def __init__(self) -> None:
        # Not skyfield_data's own accessor: it warns of the age of files that are not used here.
        self._bodies = bodies = load_file(
            Path(skyfield_data.__file__).parent / "data" / "de421.bsp"
        )
        self._timescale: Any = load.timescale(builtin=True)
        self._earth = bodies["earth"]

    def close(self) -> None:
        self._bodies.close()

    def upper_limb(self, tt: Floats, latitude: float, longitude: float) -> Floats:
        """Degrees of the Sun's upper limb above the horizon, refracted by 35'08"."""
        place = self._earth + wgs84.latlon(latitude, longitude)
        seen = place.at(self._timescale.tt_jd(tt + DUBLIN)).observe(self._bodies["sun"]).apparent()
        altitude, _, distance = seen.altaz()
        radius = np.degrees(np.arcsin(696_000 / distance.km))
        degrees: Floats = altitude.degrees + radius + 35 / 60 + 8 / 3600
        return degrees

    def tt_minus_utc(self, day: date) -> float:
        """Seconds at 00:00 UTC of a day, by the leap seconds that skyfield carries."""
        tt: float = self._timescale.utc(day.year, day.month, day.day).tt
        return (tt - (day.toordinal() + 1721424.5)) * 86400

    def delta_t(self, day: date) -> float:
        """TT - UT1 in seconds at 00:00 UT of a day, by skyfield's table."""
        return float(self._timescale.ut1(day.year, day.month, day.day).delta_t)

    def sun_reaches(self, longitude: ArrayLike, near: ArrayLike) -> Floats:
        return _solve(lambda tt: self._longitude("sun", tt), longitude, near, 360 / 365.2422)

    def moon_reaches(self, elongation: ArrayLike, near: ArrayLike) -> Floats:
        return _solve(self._elongation, elongation, near, 360 / 29.530588861)

    def _elongation(self, tt: Floats) -> Floats:
        return self._longitude("moon", tt) - self._longitude("sun", tt)

    def _longitude(self, body: str, tt: Floats) -> Floats:
        time = self._timescale.tt_jd(tt + DUBLIN)
        seen = self._earth.at(time).observe(self._bodies[body]).apparent()
        degrees: Floats = seen.frame_latlon(ecliptic_frame)[1].degrees
        return degrees


def _solve(
    angle: Callable[[Floats], Floats], target: ArrayLike, near: ArrayLike, rate: float
) -> Floats:
    """Where an angle that grows by about `rate` degrees a day reaches its target, from near it."""
    moment: Floats = np.array(near, dtype=float)
    reached = np.asarray(target, dtype=float)
    for _ in range(5):
        moment = moment - ((angle(moment) - reached + 180) % 360 - 180) / rate
    return moment
