"""Horoscope: the sky of a day, and the twelve readings that follow from it."""

from kirosample.horoscope.facts import Fact, InHouse, MoonPhase, Retrograde, Season, ToSign
from kirosample.horoscope.lucky import Lucky
from kirosample.horoscope.reading import Reading, reading, readings
from kirosample.horoscope.signs import SIGNS, Sign
from kirosample.horoscope.sky import (
    FIRST_DAY,
    LAST_DAY,
    Aspect,
    Placement,
    Sky,
    phase,
    sky,
)

__all__ = [
    "FIRST_DAY",
    "LAST_DAY",
    "SIGNS",
    "Aspect",
    "Fact",
    "InHouse",
    "Lucky",
    "MoonPhase",
    "Placement",
    "Reading",
    "Retrograde",
    "Season",
    "Sign",
    "Sky",
    "ToSign",
    "phase",
    "reading",
    "readings",
    "sky",
]
