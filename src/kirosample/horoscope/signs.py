"""The twelve signs of the zodiac, and the whole-sign houses counted from one of them."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign; `starts` and `ends` are the usual first and last birthday as (month, day)."""

    id: str
    name: str
    starts: tuple[int, int]
    ends: tuple[int, int]
    element: str
    ruler: str


SIGNS: Final = (
    Sign("aries", "牡羊座", (3, 21), (4, 19), "fire", "mars"),
    Sign("taurus", "牡牛座", (4, 20), (5, 20), "earth", "venus"),
    Sign("gemini", "双子座", (5, 21), (6, 21), "air", "mercury"),
    Sign("cancer", "蟹座", (6, 22), (7, 22), "water", "moon"),
    Sign("leo", "獅子座", (7, 23), (8, 22), "fire", "sun"),
    Sign("virgo", "乙女座", (8, 23), (9, 22), "earth", "mercury"),
    Sign("libra", "天秤座", (9, 23), (10, 23), "air", "venus"),
    Sign("scorpio", "蠍座", (10, 24), (11, 22), "water", "mars"),
    Sign("sagittarius", "射手座", (11, 23), (12, 21), "fire", "jupiter"),
    Sign("capricorn", "山羊座", (12, 22), (1, 19), "earth", "saturn"),
    Sign("aquarius", "水瓶座", (1, 20), (2, 18), "air", "saturn"),
    Sign("pisces", "魚座", (2, 19), (3, 20), "water", "jupiter"),
)
"""In zodiac order from 0° of longitude, with the traditional rulers."""

POSITION: Final = {sign.id: position for position, sign in enumerate(SIGNS)}
"""Place in the zodiac, 0 to 11, by id."""


def house(of: str, seen_from: str) -> int:
    """The whole-sign house, 1 to 12, that sign `of` is when `seen_from` is the first."""
    return (POSITION[of] - POSITION[seen_from]) % 12 + 1
