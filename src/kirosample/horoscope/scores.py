"""A day's scores: the standings, and love, work and money with the points behind them."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from kirosample.horoscope.points import Given, points, sums
from kirosample.horoscope.sky import sky
from kirosample.horoscope.standings import changes, ranks

# How far an area's points are from the mean of the three: two and one star below the overall score,
# as many, and one and two above.
_OFFSETS: Final = (-0.6, -0.2, 0.2, 0.6)


@dataclass(frozen=True, slots=True)
class Score:
    """One sign's day: rank 1 to 12, `change` (places gained since the day before, negative when
    lost), scores 1 to 5, and the points of each fact for love, work and money.

    The overall score lies between the lowest and the highest of the three areas.
    """

    sign: str
    rank: int
    change: int
    overall: int
    love: int
    work: int
    money: int
    points: Given


@lru_cache(maxsize=64)
def scores(d: date) -> tuple[Score, ...]:
    """The twelve signs' scores in order of rank. Raises OutOfRange as the almanac does."""
    standings, change = ranks(d), changes(d)
    found = []
    for sign, rank, overall in standings:
        given = points(sky(d), sign)
        love, work, money = _areas(overall, given)
        found.append(Score(sign, rank, change[sign], overall, love, work, money, given))
    return tuple(found)


def _areas(overall: int, given: Given) -> tuple[int, int, int]:
    of_areas = sums(given)
    mean = sum(of_areas) / len(of_areas)
    love, work, money = (
        min(max(overall + bisect_right(_OFFSETS, round(area - mean, 6)) - 2, 1), 5)
        for area in of_areas
    )
    return love, work, money
