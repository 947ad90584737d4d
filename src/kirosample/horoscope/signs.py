"""The twelve signs of the zodiac, those of birthdays, and whole-sign houses."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

from kirosample.almanac import FIRST_DAY, LAST_DAY, season, solar_terms
from kirosample.text import Text


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign; `starts` and `ends` are the usual first and last birthday as (month, day)."""

    id: str
    name: Text
    starts: tuple[int, int]
    ends: tuple[int, int]
    element: str
    ruler: str


SIGNS: Final = (
    Sign("aries", Text("おひつじ座", "Aries"), (3, 21), (4, 19), "fire", "mars"),
    Sign("taurus", Text("おうし座", "Taurus"), (4, 20), (5, 20), "earth", "venus"),
    Sign("gemini", Text("ふたご座", "Gemini"), (5, 21), (6, 21), "air", "mercury"),
    Sign("cancer", Text("かに座", "Cancer"), (6, 22), (7, 22), "water", "moon"),
    Sign("leo", Text("しし座", "Leo"), (7, 23), (8, 22), "fire", "sun"),
    Sign("virgo", Text("おとめ座", "Virgo"), (8, 23), (9, 22), "earth", "mercury"),
    Sign("libra", Text("てんびん座", "Libra"), (9, 23), (10, 23), "air", "venus"),
    Sign("scorpio", Text("さそり座", "Scorpio"), (10, 24), (11, 22), "water", "mars"),
    Sign("sagittarius", Text("いて座", "Sagittarius"), (11, 23), (12, 21), "fire", "jupiter"),
    Sign("capricorn", Text("やぎ座", "Capricorn"), (12, 22), (1, 19), "earth", "saturn"),
    Sign("aquarius", Text("みずがめ座", "Aquarius"), (1, 20), (2, 18), "air", "saturn"),
    Sign("pisces", Text("うお座", "Pisces"), (2, 19), (3, 20), "water", "jupiter"),
)
"""The signs in zodiac order from 0° of longitude, with the traditional rulers."""

BY_ID: Final = {sign.id: sign for sign in SIGNS}
"""The signs by id, in zodiac order."""

POSITION: Final = {sign.id: position for position, sign in enumerate(SIGNS)}
"""The sign's place in the zodiac, 0 to 11, by id."""


def house(of: str, seen_from: str) -> int:
    """The whole-sign house, 1 to 12, of sign `of` if `seen_from` is the first."""
    return (POSITION[of] - POSITION[seen_from]) % 12 + 1


_CAPRICORN = 9  # its place in the zodiac: the Sun is in it when a year begins


@dataclass(frozen=True, slots=True)
class BirthSign:
    """The sign that the Sun is in at the end of a day, and the one by the usual birthdays.

    If the Sun enters its sign on the day, it does so at `entered` (JST), and who was born earlier
    has the sign `before`.
    """

    sign: Sign
    usual: Sign
    entered: datetime | None = None
    before: Sign | None = None


def birth_sign(day: date) -> BirthSign:
    """The sign of a day of birth. Raises OutOfRange."""
    sign = _at_the_end_of(day)
    usual = _usual(day.month, day.day)
    for term in solar_terms(day.year)[1::2]:  # every other one, from 大寒 on, begins a sign
        if term.at.date() == day:
            return BirthSign(sign, usual, term.at, _at_the_end_of(day - timedelta(1)))
    return BirthSign(sign, usual)


@lru_cache(maxsize=366)
def signs_of(month: int, day: int) -> tuple[Sign, ...]:
    """The signs that a birthday may have, by year and hour, the usual one first.

    One, but for the few days of the year around which the Sun changes signs.
    """
    signs = [_usual(month, day)]
    for year in range(FIRST_DAY.year, LAST_DAY.year + 1):
        with suppress(ValueError):  # 29 February of a common year
            of = date(year, month, day)
            signs += (_at_the_end_of(of), _at_the_end_of(max(FIRST_DAY, of - timedelta(1))))
    return tuple(dict.fromkeys(signs))


def _usual(month: int, day: int) -> Sign:
    usual = (sign for sign in SIGNS if sign.starts <= (month, day) <= sign.ends)
    return next(usual, SIGNS[_CAPRICORN])  # which goes over the end of the year


def _at_the_end_of(day: date) -> Sign:
    return SIGNS[(season(day) // 2 + _CAPRICORN) % len(SIGNS)]
