"""The day in the Japanese calendar, 1900 to 2100, computed from the Sun and the Moon.

Pure: no clock, and the package's own tables are all that it reads. How exact it is, and how that
was measured: docs/content.md.
"""

from kirosample.almanac.clock import clock
from kirosample.almanac.composition import day, month, summary
from kirosample.almanac.holidays import holidays
from kirosample.almanac.icalendar import calendar
from kirosample.almanac.model import (
    FIRST_DAY,
    JST,
    LAST_DAY,
    Day,
    DaySummary,
    Era,
    Eto,
    Lunar,
    Moon,
    OutOfRange,
    SolarTerm,
    Sun,
)
from kirosample.almanac.terms import season, solar_terms
from kirosample.almanac.zassetsu import zassetsu

__all__ = [
    "FIRST_DAY",
    "JST",
    "LAST_DAY",
    "Day",
    "DaySummary",
    "Era",
    "Eto",
    "Lunar",
    "Moon",
    "OutOfRange",
    "SolarTerm",
    "Sun",
    "calendar",
    "clock",
    "day",
    "holidays",
    "month",
    "season",
    "solar_terms",
    "summary",
    "zassetsu",
]
