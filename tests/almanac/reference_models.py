"""Two other models of the Sun and the Moon: JPL's DE421 through skyfield, and astronomy-engine.

Each gives the TT, in Dublin days, at which a longitude or an elongation reaches its value near a
given TT. skyfield uses the precession and nutation of IAU 2006/2000A, as the observatory does.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import astronomy
import numpy as np
import skyfield_data
from numpy.typing import NDArray
from skyfield.api import load, load_file, wgs84
from skyfield.framelib import ecliptic_frame

Floats = NDArray[np.floating[Any]]

DUBLIN = 2415020.0  # Julian date of Dublin day 0
_J2000 = 36525.0  # 2000-01-01 12:00 in Dublin days, where astronomy-engine counts from

SUN_RATE, ELONGATION_RATE = 360 / 365.2422, 360 / 29.530588861


class Jpl:
    """DE421, 1899-07-29 to 2053-10-09."""

    def __init__(self) -> None:
        # Not skyfield_data's own accessor: it warns of the age of files that are not used here.
        self._bodies = bodies = load_file(
            Path(skyfield_data.__file__).parent / "data" / "de421.bsp"
        )
        self._timescale: Any = load.timescale(builtin=True)
        self._earth, self._sun, self._moon = bodies["earth"], bodies["sun"], bodies["moon"]

    def sun_reaches(self, longitude: Floats, near: Floats) -> Floats:
        return solve(self.sun_longitude, longitude, near, SUN_RATE)

    def moon_reaches(self, elongation: Floats, near: Floats) -> Floats:
        return solve(self._elongation, elongation, near, ELONGATION_RATE)

    def sun_longitude(self, tt: Floats) -> Floats:
        return self._longitude(self._sun, tt)

    def close(self) -> None:
        self._bodies.close()

    def upper_limb(self, tt: Floats, latitude: float, longitude: float) -> Floats:
        """Degrees of the Sun's upper limb above the horizon, refracted by 35'08"."""
        place = self._earth + wgs84.latlon(latitude, longitude)
        seen = place.at(self._timescale.tt_jd(tt + DUBLIN)).observe(self._sun).apparent()
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

    def _elongation(self, tt: Floats) -> Floats:
        return self._longitude(self._moon, tt) - self._longitude(self._sun, tt)

    def _longitude(self, body: Any, tt: Floats) -> Floats:
        time = self._timescale.tt_jd(tt + DUBLIN)
        seen = self._earth.at(time).observe(body).apparent()
        degrees: Floats = seen.frame_latlon(ecliptic_frame)[1].degrees
        return degrees


class AstronomyEngine:
    """Good to an arcminute by its own account; an arcsecond of the Sun is 24 s of time."""

    def sun_reaches(self, longitude: float, near: float) -> float:
        return float(solve(self._sun, np.array([longitude]), np.array([near]), SUN_RATE)[0])

    def moon_reaches(self, elongation: float, near: float) -> float:
        found = solve(self._elongation, np.array([elongation]), np.array([near]), ELONGATION_RATE)
        return float(found[0])

    def _sun(self, tt: Floats) -> Floats:
        return np.array([astronomy.SunPosition(_time(moment)).elon for moment in tt])

    def _elongation(self, tt: Floats) -> Floats:
        # Not its own MoonPhase: that leaves out the aberration of the Sun, 40 s of time.
        moon = [astronomy.EclipticGeoMoon(_time(moment)).lon for moment in tt]
        return np.array(moon) - self._sun(tt)


def _time(tt: float) -> Any:
    return astronomy.Time.FromTerrestrialTime(tt - _J2000)


def solve(angle: Callable[[Floats], Floats], target: Floats, near: Floats, rate: float) -> Floats:
    """Where an angle that grows by about `rate` degrees a day reaches its target, from near it."""
    moment = near.copy()
    for _ in range(5):
        moment -= ((angle(moment) - target + 180) % 360 - 180) / rate
    return moment
