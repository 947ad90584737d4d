"""The instants that the calendar depends on, from tables computed in advance.

Computing one takes up to 0.2 ms, and a year needs a hundred. `python -m
tools.almanac.write_instants` writes the tables but that of eclipses, and a test compares them with
the ephemeris. An instant is whole seconds of Japan's civil time since the start of FIRST_DAY.
"""

from array import array
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files

from kirosample.almanac.model import FIRST_DAY, JST, LAST_DAY

FIRST_YEAR, LAST_YEAR = FIRST_DAY.year - 1, LAST_DAY.year + 1
"""The first and last days of the almanac depend on the years beside them."""

TERM_LONGITUDES = tuple((285 + 15 * index) % 360 for index in range(24))
"""The Sun's longitudes at the solar terms, in degrees, in the order of a calendar year."""

OTHER_LONGITUDES = (27, 80, 100, 117, 207, 297)
"""The Sun's longitudes at the 雑節 that are defined by one."""

SHOWER_YEARS = range(1950, 2051)
"""The years for which the meteor showers are given."""

FIRST_QUARTER = -4996
"""The first of the Moon's table, a new moon, counted from that of 2000-01-06."""

SECONDS_PER_DAY = 86400
_EPOCH = datetime.combine(FIRST_DAY, time(), JST)
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


def kou_lengths(term: int) -> tuple[int, int]:
    """Days of the first and the second 候 of a term, by the term's place in `terms`."""
    year, index = divmod(term, len(TERM_LONGITUDES))
    pair = _kou()[year][2 * index : 2 * index + 2]
    return int(pair[0]), int(pair[1])


def sun(longitude: int, year: int) -> int:
    """When the Sun reaches one of OTHER_LONGITUDES in a year."""
    place = OTHER_LONGITUDES.index(longitude)
    return _table("zassetsu.txt")[(year - FIRST_YEAR) * len(OTHER_LONGITUDES) + place]


def showers(year: int) -> "array[int]":
    """The maxima of the meteor showers in one of SHOWER_YEARS."""
    return array("q", [new_year(year) + int(each) for each in _by_year("showers.txt")[year][0]])


def eclipses(year: int) -> Iterator[tuple[float, tuple[int, ...]]]:
    """The lunar eclipses that begin in a year and are seen from Japan.

    Their magnitudes and instants: begin, greatest eclipse and end, and those of totality between
    them where there is one.
    """
    for magnitude, *numbers in _by_year("eclipses.txt").get(year, []):
        yield float(magnitude), tuple(new_year(year) + int(number) for number in numbers)


def midnight(day: date) -> int:
    """When a day begins."""
    return (day.toordinal() - _EPOCH_ORDINAL) * SECONDS_PER_DAY


def new_year(year: int) -> int:
    """When a year begins."""
    return midnight(date(year, 1, 1))


def day_of(instant: int) -> date:
    """The day in Japan of an instant."""
    return date.fromordinal(instant // SECONDS_PER_DAY + _EPOCH_ORDINAL)


def moment(instant: int) -> datetime:
    """An instant as JST."""
    return _EPOCH + timedelta(seconds=instant)


@cache
def _kou() -> list[str]:
    """A line for each year: two digits for each term, as `kou_lengths` gives them."""
    return [line.split()[1] for line in _lines("kou.txt")]


@cache
def _table(name: str) -> "array[int]":
    """Parse a table: a line has a year and the seconds from its start to each instant."""
    table = array("q")
    for line in _lines(name):
        year, *seconds = map(int, line.split())
        begins = new_year(year)
        table.extend([begins + second for second in seconds])
    return table


@cache
def _by_year(name: str) -> Mapping[int, list[list[str]]]:
    """The lines of a table by the year with which they begin, as words: few of them are parsed."""
    table: dict[int, list[list[str]]] = {}
    for line in _lines(name):
        year, *words = line.split()
        table.setdefault(int(year), []).append(words)
    return table


def _lines(name: str) -> list[str]:
    return files("kirosample.almanac.astronomy").joinpath(name).read_text("ascii").splitlines()
