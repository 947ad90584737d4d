"""Which text each sign reads on each day, from a table.

`python -m tools.horoscope.write_tables deals` deals them: a day depends on the days before it, so a
server looks it up. `deals.bin` has 12 bytes for each day from FIRST_DEALT to LAST_DEALT, one for
each sign in the zodiac's order: the text's place in its pool, plus SPECIAL in the pool of a special
day. Its first four bytes are a checksum, also of what dealing knows of the texts, so that a table
of other texts is refused; their words may change. On days before and after, which few readers open,
the day's number chooses from the same pools, and texts return sooner.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final
from zlib import crc32

from kirosample.almanac import is_day_off
from kirosample.content import ContentError
from kirosample.horoscope.ranking import Score
from kirosample.horoscope.readings.days import find_field, find_kind
from kirosample.horoscope.readings.texts import SUBJECTS, Level, Pool, ReadingText, Tone, load
from kirosample.horoscope.signs import POSITION, SIGNS, house
from kirosample.horoscope.sky import moon_sign
from kirosample.horoscope.standings import Standing

FIRST_DEALT: Final = date(2020, 1, 1)
LAST_DEALT: Final = date(2050, 12, 31)
DEALS: Final = "deals.bin"
SPECIAL: Final = 128

_CRC_BYTES: Final = 4
_FIRST_PLACES, _LAST_PLACES = 3, 10
_AVERAGE: Final = 3
_SPECIAL_RANKS: Final = (1, 2, 6, 7, 10, 11)
"""Who reads of a special day outside the table: two of each level."""


def choose_text(d: date, of: Standing | Score) -> tuple[ReadingText, str | None]:
    """The text that a sign reads on a day, and what makes the day special to it."""
    if FIRST_DEALT <= d <= LAST_DEALT:
        place = load_deals()[len(SIGNS) * (d - FIRST_DEALT).days + POSITION[of.sign]]
    else:
        place = _take_turns(d, of)
    kind = find_kind(d) if place >= SPECIAL else None
    return find_pool(d, of, kind)[place % SPECIAL], kind


def find_pool(d: date, of: Standing | Score, kind: str | None = None) -> Pool:
    """The texts of a sign's subject and tone on a day, or of what makes the day special to it."""
    if kind:
        return load().special[kind][find_level(of)]
    subject = SUBJECTS[house(moon_sign(d), of.sign) - 1]
    return load().subjects[subject][find_tone(of)]


def find_tone(of: Standing | Score) -> Tone:
    """The tone of a reading, from its place and stars."""
    if of.rank <= _FIRST_PLACES:
        return "bright"
    if of.rank >= _LAST_PLACES:
        return "low"
    if of.overall == _AVERAGE:
        return "even"
    return "good" if of.overall > _AVERAGE else "careful"


def find_level(of: Standing | Score) -> Level:
    """The tone of a reading of a special day."""
    tone = find_tone(of)
    return tone if tone in ("bright", "low") else "middle"


def list_fitting(pool: Pool, d: date) -> list[int]:
    """The places of the texts that a day allows: of days off, and of facts that it has."""
    day_off = is_day_off(d)
    return [
        place
        for place, text in enumerate(pool)
        if not (day_off and text.day_off) and all(find_field(name, d) for name in text.fields)
    ]


def pack_deals(days: Iterable[Sequence[int]]) -> bytes:
    """The file of these deals: each day has the twelve signs in the zodiac's order."""
    rows = bytes(place for day in days for place in day)
    return _sum_up(rows) + rows


@cache
def load_deals() -> bytes:
    """The rows of the table, read once. Raises ContentError if it is of other texts."""
    table = files("kirosample.horoscope").joinpath(DEALS).read_bytes()
    rows = table[_CRC_BYTES:]
    if _sum_up(rows) == table[:_CRC_BYTES]:
        return rows
    raise ContentError(
        f"horoscope/{DEALS} does not match its checksum; write it: python -m "
        "tools.horoscope.write_tables deals (after a change of the number of texts, or their "
        "areas, props, day_off or fields)"
    )


def _take_turns(d: date, of: Standing | Score) -> int:
    """The place of the text outside the table."""
    kind = find_kind(d) if of.rank in _SPECIAL_RANKS else None
    if kind:
        fitting = list_fitting(find_pool(d, of, kind), d)
        if len(fitting) > 1:
            return SPECIAL + fitting[(d.toordinal() + of.rank) % len(fitting)]
    fitting = list_fitting(find_pool(d, of), d)
    return fitting[(d.toordinal() + POSITION[of.sign]) % len(fitting)]


def _sum_up(rows: bytes) -> bytes:
    """A checksum of the rows and of what dealing knows of the texts."""
    known = [
        [(sorted(t.areas), sorted(t.props), t.day_off, sorted(t.fields)) for t in pool]
        for pool in load().pools()
    ]
    return crc32(rows, crc32(repr(known).encode())).to_bytes(_CRC_BYTES, "big")
