"""The standings of every day, from a table that `python -m tools.horoscope.write_tables` writes.

A ranking compares a day with its month, which takes a hundred times longer than a lookup. A test
compares the table with the sky.

`ranks.bin` has 12 bytes for each day from the one before FIRST_DAY to LAST_DAY: by rank the sign's
place in the zodiac (0 to 11) plus 16 times its stars.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from kirosample.almanac import FIRST_DAY
from kirosample.almanac.model import require_day
from kirosample.horoscope.signs import POSITION, SIGNS

FIRST_OF_TABLE: Final = FIRST_DAY - timedelta(days=1)
"""The day before FIRST_DAY, which the first day's changes need."""

RANKS: Final = "ranks.bin"
_SIGNS: Final = len(SIGNS)
_STAR: Final = 16


class Standing(NamedTuple):
    """A sign's rank, 1 to 12, and overall score, 1 to 5, on a day."""

    sign: str
    rank: int
    overall: int


def ranks(d: date) -> tuple[Standing, ...]:
    """The twelve signs' standings in order of rank. Raises OutOfRange as the almanac does."""
    require_day(d)
    return tuple(
        Standing(SIGNS[byte % _STAR].id, rank, byte // _STAR)
        for rank, byte in enumerate(_find_row(d), start=1)
    )


def standing(d: date, sign: str) -> Standing:
    """One sign's standing. Raises KeyError for an unknown sign, OutOfRange as `ranks`."""
    require_day(d)
    return _find(d, sign)


def change(d: date, sign: str) -> int:
    """The places that a sign gained since the day before, negative when lost. Raises OutOfRange."""
    require_day(d)
    return _find(d - timedelta(days=1), sign).rank - _find(d, sign).rank


def pack_ranks(days: Iterable[tuple[Standing, ...]]) -> bytes:
    """The table of these days, each with its standings in order of rank."""
    return bytes(POSITION[sign] + _STAR * overall for day in days for sign, _, overall in day)


@cache
def load_ranks() -> bytes:
    """The bytes of the days, read once."""
    return files("kirosample.horoscope").joinpath(RANKS).read_bytes()


def _find(d: date, sign: str) -> Standing:
    row = _find_row(d)
    place = [byte % _STAR for byte in row].index(POSITION[sign])
    return Standing(sign, place + 1, row[place] // _STAR)


def _find_row(d: date) -> bytes:
    start = _SIGNS * (d - FIRST_OF_TABLE).days
    return load_ranks()[start : start + _SIGNS]
