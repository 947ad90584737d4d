"""A day's scores: the standings, and love, work and money with the points behind them."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from kirosample.horoscope.points import Given, points, sums
from kirosample.horoscope.ranking import Standing
from kirosample.horoscope.sky import Aspect, sky
from kirosample.horoscope.standings import change, ranks, standing

AREAS: Final = ("love", "work", "money")

# How far what the Moon gives an area is from the mean of the three: two and one star below the
# overall score, as many, and one and two above.
_OFFSETS: Final = (-0.4, -0.12, 0.12, 0.4)


@dataclass(frozen=True, slots=True)
class Score:
    """One sign's day: rank 1 to 12, `change` (places gained since the day before, negative when
    lost), scores 1 to 5, and the points of each fact for love, work and money.

    `leaning` is how far each area is ahead of the mean of the three. The overall score lies between
    the lowest and the highest of the areas.
    """

    sign: str
    rank: int
    change: int
    overall: int
    love: int
    work: int
    money: int
    points: Given
    leaning: Mapping[str, float]


@lru_cache(maxsize=64)
def scores(d: date) -> tuple[Score, ...]:
    """The twelve signs' scores in order of rank. Raises OutOfRange as the almanac does."""
    return tuple(_score(d, of) for of in ranks(d))


def score(d: date, sign: str) -> Score:
    """One sign's score. Raises KeyError for an unknown sign, OutOfRange as `scores`."""
    return _score(d, standing(d, sign))


def ranks_by(d: date, by: str) -> tuple[str, ...]:
    """The signs by a score; of equal ones in an area the sign that leans to it more."""
    order = sorted(scores(d), key=lambda of: (-getattr(of, by), -of.leaning.get(by, 0), of.rank))
    return tuple(of.sign for of in order)


def _score(d: date, of: Standing) -> Score:
    sign, rank, overall = of
    given = points(sky(d), sign)
    leaning = _leaning(given)
    love, work, money = (
        min(max(overall + bisect_right(_OFFSETS, leaning[area]) - 2, 1), 5) for area in AREAS
    )
    return Score(sign, rank, change(d, sign), overall, love, work, money, given, leaning)


def _leaning(given: Given) -> Mapping[str, float]:
    """How far what the Moon gives each area is from the mean of the three.

    The Moon alone, with its house counted twice: what a planet gives a sign for weeks would make it
    first in an area for weeks.
    """
    moons = [
        entry
        for entry in given
        if (entry[0].faster if isinstance(entry[0], Aspect) else entry[0]) == "moon"
    ]
    of_areas = sums((*moons, *(entry for entry in moons if entry[0] == "moon")))
    mean = sum(of_areas) / len(of_areas)
    return {area: round(sum_ - mean, 6) for area, sum_ in zip(AREAS, of_areas, strict=True)}
