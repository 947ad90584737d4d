"""Another model of the Sun and the Moon: JPL's DE421, 1899-07-29 to 2053-10-09, through skyfield.

It takes instants as `almanac.astronomy.instants` counts them. skyfield uses the precession and
nutation of IAU 2006/2000A, as the observatory does.
"""

from datetime import datetime, time
from pathlib import Path
from typing import Any

import numpy as np
import skyfield_data
from numpy.typing import ArrayLike, NDArray
from skyfield.api import load, load_file, wgs84
from skyfield.framelib import ecliptic_frame

from kirosample.almanac import FIRST_DAY, JST

Floats = NDArray[np.floating[Any]]

_EPOCH = datetime.combine(FIRST_DAY, time(), JST).timestamp() / 86400 + 2440587.5
_UTC_SINCE = 2441317.5
"""Julian date of 1972-01-01; until then civil time is universal time."""


class Jpl:
    """Degrees of the Sun and the Moon, as seen from the Earth."""

    def __init__(self) -> None:
        # Not skyfield_data's own accessor: it warns of the age of files that are not used here.
        self._bodies = bodies = load_file(
            Path(skyfield_data.__file__).parent / "data" / "de421.bsp"
        )
        self._timescale: Any = load.timescale(builtin=True)
        self._earth = bodies["earth"]

    def close(self) -> None:
        self._bodies.close()

    def sun(self, instants: ArrayLike) -> Floats:
        """The Sun's apparent longitude, equinox of date."""
        return self._longitude("sun", self._times(instants))

    def sun_among_stars(self, instants: ArrayLike) -> Floats:
        """The Sun's longitude, equinox of J2000."""
        seen = self._earth.at(self._times(instants)).observe(self._bodies["sun"]).apparent()
        degrees: Floats = seen.ecliptic_latlon()[1].degrees
        return degrees

    def elongation(self, instants: ArrayLike) -> Floats:
        """By how much the Moon is ahead of the Sun in longitude, modulo whole turns."""
        times = self._times(instants)
        return self._longitude("moon", times) - self._longitude("sun", times)

    def upper_limb(self, instants: ArrayLike, latitude: float, longitude: float) -> Floats:
        """The Sun's upper limb above the horizon, refracted by 35'08"."""
        place = self._earth + wgs84.latlon(latitude, longitude)
        seen = place.at(self._times(instants)).observe(self._bodies["sun"]).apparent()
        altitude, _, distance = seen.altaz()
        radius = np.degrees(np.arcsin(696_000 / distance.km))
        degrees: Floats = altitude.degrees + radius + 35 / 60 + 8 / 3600
        return degrees

    def _times(self, instants: ArrayLike) -> Any:
        civil = _EPOCH + np.asarray(instants, dtype=float) / 86400
        known = np.searchsorted(self._timescale.leap_dates, civil, side="right")
        leaps = np.array([10, *self._timescale.leap_offsets])[known]
        utc = civil + (leaps + 32.184) / 86400
        return self._timescale.tt_jd(
            np.where(civil < _UTC_SINCE, self._timescale.ut1_jd(civil).tt, utc)
        )

    def _longitude(self, body: str, times: Any) -> Floats:
        seen = self._earth.at(times).observe(self._bodies[body]).apparent()
        degrees: Floats = seen.frame_latlon(ecliptic_frame)[1].degrees
        return degrees
