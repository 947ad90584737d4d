"""What the calendar's words mean, in Japanese and English."""

from kirosample.almanac.words.days import (
    EHO,
    EHO_DEGREES,
    NEW_YEAR,
    REKICHU,
    SENJITSU,
    TIDES,
    ZASSETSU,
)
from kirosample.almanac.words.kou import KOU
from kirosample.almanac.words.long_life import LONG_LIFE
from kirosample.almanac.words.months import MONTHS
from kirosample.almanac.words.observances import OBSERVANCES
from kirosample.almanac.words.purposes import CAUTIONS, FREE, PURPOSES, Purpose
from kirosample.almanac.words.terms import TERMS
from kirosample.almanac.words.word import Kou, Word

__all__ = [
    "CAUTIONS", "EHO", "EHO_DEGREES", "FREE", "KOU", "LONG_LIFE", "MONTHS", "NEW_YEAR",
    "OBSERVANCES", "PURPOSES", "REKICHU", "SENJITSU", "TERMS", "TIDES",
    "ZASSETSU", "Kou", "Purpose", "Word",
]  # fmt: skip
