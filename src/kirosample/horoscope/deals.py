"""Which lines each sign reads on each day, from a table.

`python -m tools.horoscope.write_tables` deals them, and keeps sentences, ideas and contradictions
apart: a day depends on the days before it, so a server looks it up. `deals.bin` has 36 bytes for
each day from FIRST_DEALT to LAST_DEALT, three for each sign in the zodiac's order. Its checksum
starts from the lines' ideas: a table that was dealt from other lines is refused. On days before and
after, which few readers open, the lines follow from the day's number and return sooner.
"""

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Final, NamedTuple
from zlib import crc32

from kirosample.horoscope import lines
from kirosample.horoscope.lines import Line
from kirosample.horoscope.lines.model import SIZES, WINDOW_LINES
from kirosample.horoscope.signs import POSITION, SIGNS
from kirosample.horoscope.table import content, sealed, unsealed

FIRST_DEALT: Final = date(2020, 1, 1)
LAST_DEALT: Final = date(2050, 12, 31)
FILE: Final = "deals.bin"
INFLUENCES: Final = 24
"""How many of a sign's influences on a day, the strongest, its reading chooses from."""
CLOSINGS: Final = 2 * SIZES["closing.first"]
"""The most closings that a sign has on a day; lines about the day are counted after them."""

_BYTES: Final = 3
"""The size of a deal: a number with a digit for each place."""
_ROW: Final = _BYTES * len(SIGNS)
_DAYS: Final = (LAST_DEALT - FIRST_DEALT).days + 1
_LEFT_OUT: Final = 1
_POOLS: Final = ("development.mercury.helps", "opening.good", "deed.push", "closing.first")
_SIZES: Final = tuple(SIZES[pool] for pool in _POOLS)
_RADIXES: Final = (
    INFLUENCES,
    _SIZES[0],
    2 * _SIZES[1],
    _LEFT_OUT + 2 * _SIZES[2],
    _LEFT_OUT + CLOSINGS + WINDOW_LINES,
)


class Deal(NamedTuple):
    """The places of a reading's lines in their pools.

    `influence` is the place of the fact that the development is about. `deed` and `closing` are 0
    if left out, or else counted from 1; a closing above CLOSINGS is about the day.
    """

    influence: int
    development: int
    opening: int
    deed: int
    closing: int


def deal(d: date, sign: str) -> Deal:
    """The lines of a sign on a day."""
    if not FIRST_DEALT <= d <= LAST_DEALT:
        turn = d.toordinal() + POSITION[sign]
        developments, openings, deeds, closings = _SIZES
        return Deal(
            turn % 2, turn % developments, turn % openings, turn % deeds + 1, turn % closings + 1
        )
    start = _ROW * (d - FIRST_DEALT).days + _BYTES * POSITION[sign]
    number = int.from_bytes(load_deals()[start : start + _BYTES], "big")
    places = []
    for radix in reversed(_RADIXES):
        number, place = divmod(number, radix)
        places.append(place)
    return Deal(*reversed(places))


def packed(deals: Iterator[Deal]) -> bytes:
    """The file of these deals: each day has the twelve signs in the zodiac's order."""
    rows = bytearray()
    for places in deals:
        number = 0
        for radix, place in zip(_RADIXES, places, strict=True):
            number = number * radix + place
        rows += number.to_bytes(_BYTES, "big")
    return sealed(bytes(rows), _make())


@cache
def load_deals() -> bytes:
    """The rows of the table, read once. Raises ContentError."""
    return unsealed(FILE, content(FILE), _ROW * _DAYS, _make())


def _make() -> int:
    """A checksum of what the dealing knows of the lines."""
    known = lines.load()
    pools = [pool for subject in known.subjects for pool in subject.values()]
    pools += [*known.seasons.values(), *known.days.values(), known.new_moon, known.full_moon]
    return crc32(repr([_dealt_by(line) for pool in pools for line in pool]).encode())


def _dealt_by(line: Line) -> tuple[str, list[str], list[str], list[str]]:
    return line.idea, sorted(line.praises), sorted(line.warns), sorted(line.fits)
