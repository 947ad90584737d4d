"""Writes the tables of `kirosample.almanac.instants` from the ephemeris, in about three seconds.

python -m tests.almanac.write_instants
"""

from collections.abc import Iterable, Iterator
from itertools import count, groupby, takewhile
from pathlib import Path

from kirosample import almanac
from kirosample.almanac import instants
from kirosample.almanac.moon import quarter_begins
from kirosample.almanac.terms import sun_reaches
from kirosample.almanac.timescale import jst_of_tt

FOLDER = Path(almanac.__file__).parent


def main() -> None:
    write("terms.txt", solar(instants.TERM_LONGITUDES))
    write("zassetsu.txt", solar(instants.OTHER_LONGITUDES))
    write("moon.txt", lunar())


def write(name: str, table: Iterable[int]) -> None:
    lines = (
        f"{year} {' '.join(str(instant - instants.new_year(year)) for instant in of_year)}\n"
        for year, of_year in groupby(table, lambda instant: instants.day_of(instant).year)
    )
    (FOLDER / name).write_text("".join(lines), "ascii")


def solar(longitudes: Iterable[int]) -> Iterator[int]:
    for year in range(instants.FIRST_YEAR, instants.LAST_YEAR + 1):
        for longitude in longitudes:
            yield instant(sun_reaches(longitude, year))


def lunar() -> Iterator[int]:
    quarters = map(instant, map(quarter_begins, count(instants.FIRST_QUARTER)))
    return takewhile(lambda each: instants.day_of(each).year <= instants.LAST_YEAR, quarters)


def instant(tt: float) -> int:
    """As the tables count."""
    at = jst_of_tt(tt)
    return instants.midnight(at.date()) + at.hour * 3600 + at.minute * 60 + at.second


if __name__ == "__main__":
    main()
