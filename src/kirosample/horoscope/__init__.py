"""Horoscope: the sky of a day, and the twelve readings that follow from it."""

from kirosample.horoscope.lucky import Lucky
from kirosample.horoscope.reading import Reading, reading, readings
from kirosample.horoscope.signs import SIGNS, Sign
from kirosample.horoscope.sky import (
    FIRST_DAY,
    LAST_DAY,
    Aspect,
    Placement,
    Sky,
    sky,
)

__all__ = [
    "FIRST_DAY",
    "LAST_DAY",
    "SIGNS",
    "Aspect",
    "Lucky",
    "Placement",
    "Reading",
    "Sign",
    "Sky",
    "reading",
    "readings",
    "sky",
]
