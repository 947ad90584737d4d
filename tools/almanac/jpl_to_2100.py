"""JPL's DE423, 1799 to 2200, for the measuring command only: its package is old and large."""

from importlib import import_module
from typing import Any

import numpy as np
from jplephem.ephem import Ephemeris  # type: ignore[import-untyped]
from skyfield.api import load
from skyfield.framelib import ecliptic_frame

from tools.almanac.reference_models import DUBLIN, Floats, Model

_LIGHT = 299792.458 * 86400  # km a day


class De423(Model):
    """Raises ModuleNotFoundError where `de423` is not installed."""

    def __init__(self) -> None:
        self._ephemeris: Any = Ephemeris(import_module("de423"))
        self._timescale: Any = load.timescale(builtin=True)

    def longitude(self, body: str, tt: Floats) -> Floats:
        time = self._timescale.tt_jd(tt + DUBLIN)
        earth, velocity = self._earth(time.tdb)
        light_time = np.zeros_like(tt)
        for _ in range(3):
            seen = self._place(body, time.tdb - light_time) - earth
            distance = np.sqrt((seen**2).sum(0))
            light_time = distance / _LIGHT
        apparent = _aberrated(seen / distance, velocity / _LIGHT)
        x, y, _ = np.einsum("ij...,j...->i...", ecliptic_frame.rotation_at(time), apparent)
        degrees: Floats = np.degrees(np.arctan2(y, x))
        return degrees

    def _place(self, body: str, tdb: Floats) -> Floats:
        place: Floats = self._ephemeris.position(body, tdb)
        return place if body == "sun" else self._earth(tdb)[0] + place

    def _earth(self, tdb: Floats) -> tuple[Floats, Floats]:
        """Position and velocity, from those of the Earth and the Moon together."""
        share = 1 / (1 + self._ephemeris.EMRAT)
        both, both_velocity = self._ephemeris.position_and_velocity("earthmoon", tdb)
        moon, moon_velocity = self._ephemeris.position_and_velocity("moon", tdb)
        return both - share * moon, both_velocity - share * moon_velocity


def _aberrated(direction: Floats, velocity: Floats) -> Floats:
    """Relativistic aberration; the velocity in units of light's."""
    along = (direction * velocity).sum(0)
    contraction = np.sqrt(1 - (velocity**2).sum(0))
    turned: Floats = (contraction * direction + (1 + along / (1 + contraction)) * velocity) / (
        1 + along
    )
    return turned
