"""The twelve signs of the zodiac, and whole-sign houses."""

from dataclasses import dataclass
from typing import Final

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
"""In zodiac order from 0° of longitude, with the traditional rulers."""

BY_ID: Final = {sign.id: sign for sign in SIGNS}
"""In zodiac order."""

POSITION: Final = {sign.id: position for position, sign in enumerate(SIGNS)}
"""Place in the zodiac, 0 to 11, by id."""


def house(of: str, seen_from: str) -> int:
    """The whole-sign house, 1 to 12, of sign `of` if `seen_from` is the first."""
    return (POSITION[of] - POSITION[seen_from]) % 12 + 1
