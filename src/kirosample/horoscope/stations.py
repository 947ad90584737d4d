"""Which planets are retrograde on a day, from a table of the days on which they turn.

Computing it takes the longitudes of the days before and after. `python -m
tools.horoscope.write_stations` writes `stations.txt`, and a test compares it with the sky: a line
has a planet and the days from each turn to the next. The first is counted from FIRST_OF_TABLE, and
is 0 for a planet that is retrograde on that day.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from itertools import accumulate, pairwise
from typing import Final

from kirosample.almanac import FIRST_DAY, LAST_DAY

FILE: Final = "stations.txt"

FIRST_OF_TABLE: Final = FIRST_DAY - timedelta(days=31)
LAST_OF_TABLE: Final = LAST_DAY + timedelta(days=31)
"""The ranking of the almanac's first and last days compares them with their month."""


def is_retrograde(d: date, body: str) -> bool:
    """Whether a body moves backward at noon. Sun and Moon never do."""
    turns = _turns().get(body, ())
    return bisect_right(turns, (d - FIRST_OF_TABLE).days) % 2 == 1


def written(retrograde: Mapping[str, Iterable[bool]]) -> Iterator[str]:
    """The lines of the table, from each planet's days, the first of which is FIRST_OF_TABLE."""
    for body, of_days in retrograde.items():
        turns = [0] + [
            number
            for number, (before, after) in enumerate(pairwise((False, *of_days)))
            if before != after
        ]
        yield " ".join((body, *(str(there - here) for here, there in pairwise(turns))))


@cache
def _turns() -> Mapping[str, tuple[int, ...]]:
    """By planet the days since FIRST_OF_TABLE on which it turns, retrograde first."""
    text = files("kirosample.horoscope").joinpath(FILE).read_text("ascii")
    lines = (line.split() for line in text.splitlines())
    return {body: tuple(accumulate(map(int, days))) for body, *days in lines}
