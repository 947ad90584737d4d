"""When the Sun and the Moon are where the calendar's days turn, 1899 to 2101, from tables.

Finding one instant takes up to 0.2 ms, and a year needs a hundred, so they are computed ahead:
`python -m tests.almanac.write_instants` writes the tables, and a test compares them with the
ephemeris. Here an instant is whole seconds of Japan's civil time since 1900-01-01.
"""

from array import array
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files

from kirosample.almanac.model import JST

FIRST_YEAR, LAST_YEAR = 1899, 2101
"""The first and last days of the almanac need their neighbours."""

TERM_LONGITUDES = tuple((285 + 15 * index) % 360 for index in range(24))
"""The Sun's at the solar terms, in degrees, as a calendar year has them."""

OTHER_LONGITUDES = (27, 80, 100, 117, 207, 297)
"""The Sun's at the 雑節 that have one of their own."""

FIRST_QUARTER = -4996
"""The new moon that the Moon's table begins with, counted from that of 2000-01-06."""

SECONDS_PER_DAY = 86400
_EPOCH = datetime(1900, 1, 1, tzinfo=JST)
_EPOCH_ORDINAL = _EPOCH.toordinal()


@cache
def terms() -> "array[int]":
    """The solar terms, from 小寒 of FIRST_YEAR to 冬至 of LAST_YEAR."""
    return _table("terms.txt")


@cache
def quarters() -> "array[int]":
    """The quarters of the Moon, from FIRST_QUARTER on."""
    return _table("moon.txt")


@cache
def new_moons() -> "array[int]":
    """Every fourth of the quarters."""
    return quarters()[::4]


def sun(longitude: int, year: int) -> int:
    """When the Sun reaches one of OTHER_LONGITUDES in a year."""
    place = OTHER_LONGITUDES.index(longitude)
    return _others()[(year - FIRST_YEAR) * len(OTHER_LONGITUDES) + place]


def midnight(day: date) -> int:
    """When a day begins."""
    return (day.toordinal() - _EPOCH_ORDINAL) * SECONDS_PER_DAY


def new_year(year: int) -> int:
    """When a year begins."""
    return midnight(date(year, 1, 1))


def day_of(instant: int) -> date:
    """The day in Japan that an instant is in."""
    return date.fromordinal(instant // SECONDS_PER_DAY + _EPOCH_ORDINAL)


def moment(instant: int) -> datetime:
    """An instant as JST."""
    return _EPOCH + timedelta(seconds=instant)


@cache
def _others() -> "array[int]":
    return _table("zassetsu.txt")


def _table(name: str) -> "array[int]":
    """A line is a year, and the seconds from its beginning to each instant."""
    table = array("q")
    for line in files("kirosample.almanac").joinpath(name).read_text("ascii").splitlines():
        year, *seconds = map(int, line.split())
        begins = new_year(year)
        table.extend([begins + second for second in seconds])
    return table
