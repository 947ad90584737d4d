"""Writes the tables of `almanac.astronomy.instants` from the ephemeris, in about ten seconds.

python -m tools.almanac.write_instants
"""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import count, groupby, takewhile
from pathlib import Path

from kirosample.almanac.astronomy import instants
from kirosample.almanac.astronomy.ephemeris import jst_of_tt
from kirosample.almanac.moon import quarter_begins
from kirosample.almanac.sky import SHOWERS, shower_peak
from kirosample.almanac.terms import sun_reaches

YEARS = range(instants.FIRST_YEAR, instants.LAST_YEAR + 1)
FOLDER = Path(instants.__file__).parent


def main() -> None:
    write("terms.txt", solar(instants.TERM_LONGITUDES))
    write("zassetsu.txt", solar(instants.OTHER_LONGITUDES))
    write("moon.txt", lunar())
    write("showers.txt", showers())
    (FOLDER / "kou.txt").write_text("".join(map(kou_of_year, YEARS)), "ascii")


def write(name: str, table: Iterable[int]) -> None:
    lines = (
        f"{year} {' '.join(str(instant - instants.new_year(year)) for instant in of_year)}\n"
        for year, of_year in groupby(table, lambda instant: instants.day_of(instant).year)
    )
    (FOLDER / name).write_text("".join(lines), "ascii")


def solar(longitudes: Iterable[int]) -> Iterator[int]:
    for year in YEARS:
        for longitude in longitudes:
            yield instant(sun_reaches(longitude, year))


def lunar() -> Iterator[int]:
    quarters = map(instant, map(quarter_begins, count(instants.FIRST_QUARTER)))
    return takewhile(lambda each: instants.day_of(each).year <= instants.LAST_YEAR, quarters)


def showers() -> Iterator[int]:
    for year in instants.SHOWER_YEARS:
        for longitude in SHOWERS.values():
            yield instant(shower_peak(longitude, year))


def kou_of_year(year: int) -> str:
    """A line: the days of the first and the second 候 of each term."""
    lengths: list[int] = []
    for longitude in instants.TERM_LONGITUDES:
        began, second, third = (day_of(longitude + n, year) for n in (0, 5, 10))
        lengths += [(second - began).days, (third - second).days]
    return f"{year} {''.join(map(str, lengths))}\n"


def day_of(longitude: int, year: int) -> date:
    """The day in Japan on which the Sun reaches a longitude after the start of a term of a year."""
    # 280 degrees are those of New Year's Eve or New Year's Day.
    return instants.day_of(instant(sun_reaches(longitude % 360, year + (longitude == 280))))


def instant(tt: float) -> int:
    """An instant of TT as the tables count it."""
    at = jst_of_tt(tt)
    return instants.midnight(at.date()) + at.hour * 3600 + at.minute * 60 + at.second


if __name__ == "__main__":
    main()
