"""The standings of every day, from a table that `python -m tools.horoscope.write_tables` writes.

A ranking compares a day with its month, which takes a hundred times longer than a lookup. A test
compares the table with the sky.

`ranks.bin` has 12 bytes for each day from the one before FIRST_DAY to LAST_DAY: by rank the sign's
place in the zodiac (0 to 11) plus 16 times its stars.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from typing import Final

from kirosample.almanac import FIRST_DAY, LAST_DAY
from kirosample.almanac.model import require_day
from kirosample.horoscope.ranking import Standing
from kirosample.horoscope.signs import POSITION, SIGNS
from kirosample.horoscope.table import content, sealed, unsealed

FIRST_OF_TABLE: Final = FIRST_DAY - timedelta(days=1)
"""The day before FIRST_DAY, which the first day's changes need."""

FILE: Final = "ranks.bin"
_SIGNS: Final = len(SIGNS)
_DAYS: Final = (LAST_DAY - FIRST_OF_TABLE).days + 1
_STAR: Final = 16


def ranks(d: date) -> tuple[Standing, ...]:
    """The twelve signs' standings in order of rank. Raises OutOfRange as the almanac does."""
    require_day(d)
    return _standings(d)


def standing(d: date, sign: str) -> Standing:
    """One sign's standing. Raises KeyError for an unknown sign, OutOfRange as `ranks`."""
    require_day(d)
    return _standing(d, sign)


def change(d: date, sign: str) -> int:
    """The places that a sign gained since the day before, negative when lost. Raises OutOfRange."""
    require_day(d)
    return _standing(d - timedelta(days=1), sign).rank - _standing(d, sign).rank


def packed(days: Iterable[tuple[Standing, ...]]) -> bytes:
    """The table of these days, each with its standings in order of rank."""
    return sealed(
        bytes(POSITION[sign] + _STAR * overall for day in days for sign, _, overall in day)
    )


@cache
def load_ranks() -> bytes:
    """The bytes of the days, read once. Raises ContentError."""
    return unsealed(FILE, content(FILE), _SIGNS * _DAYS)


def _standings(d: date) -> tuple[Standing, ...]:
    return tuple(
        Standing(SIGNS[byte % _STAR].id, rank, byte // _STAR)
        for rank, byte in enumerate(_row(d), start=1)
    )


def _standing(d: date, sign: str) -> Standing:
    position = POSITION[sign]
    for rank, byte in enumerate(_row(d), start=1):
        if byte % _STAR == position:
            return Standing(sign, rank, byte // _STAR)
    raise AssertionError("every day has twelve signs")


def _row(d: date) -> bytes:
    start = _SIGNS * (d - FIRST_OF_TABLE).days
    return load_ranks()[start : start + _SIGNS]
