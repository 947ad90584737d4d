"""The day's ranking and scores, computed from the sky.

A sign's day is compared with its own month: the 13 days before and the 13 after, in which the Moon
goes once around the zodiac. First is the sign whose day surpasses most of its month, and its stars
follow from the same number. So what lasts for weeks (a slow planet in a house) decides nothing, and
every sign has its good and its hard days each month.

What is compared is what the sky gives a sign beyond the mean of all twelve.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from kirosample.horoscope.points import Given, points, sums
from kirosample.horoscope.signs import SIGNS
from kirosample.horoscope.sky import sky
from kirosample.horoscope.standings import Standing, ranks

AREAS: Final = ("love", "work", "money")

_HALF_MONTH: Final = 13

# Of the 26 other days, those that a day has to surpass for 2, 3, 4 and 5 stars.
_SURPASSED: Final = (2, 8, 17, 23)

# Places and stars do not contradict each other.
_BRIGHT: Final = 3  # the first places, of at least four stars
_LOW: Final = 10  # from here on at most three stars
_SINGLE_STARS: Final = 2  # the last places, which alone may have one star

# How far what the Moon gives an area is from the mean of the three: two and one star below the
# overall score, as many, and one and two above.
_OFFSETS: Final = (-0.4, -0.12, 0.12, 0.4)


@dataclass(frozen=True, slots=True)
class Score:
    """One sign's day: rank 1 to 12, scores 1 to 5, and the points of each fact for love, work and
    money.

    `leaning` is how far each area is ahead of the mean of the three. The overall score lies between
    the lowest and the highest of the areas.
    """

    sign: str
    rank: int
    overall: int
    love: int
    work: int
    money: int
    points: Given
    leaning: Mapping[str, float]


def rank_signs(d: date) -> tuple[Standing, ...]:
    """The twelve signs' standings in order of rank."""
    around = range(-_HALF_MONTH, _HALF_MONTH + 1)
    month = [_beyond_mean(d + timedelta(days=days)) for days in around]
    today = month[_HALF_MONTH]
    surpassed = [sum(day[sign] < today[sign] for day in month) for sign in range(len(SIGNS))]
    order = sorted(range(len(SIGNS)), key=lambda sign: (-surpassed[sign], -today[sign]))
    return tuple(
        Standing(SIGNS[sign].id, rank, _overall(rank, surpassed[sign]))
        for rank, sign in enumerate(order, start=1)
    )


@lru_cache(maxsize=64)
def _beyond_mean(d: date) -> tuple[int, ...]:
    """What the day gives each sign beyond the mean of the twelve.

    Whole numbers, so that equal values are equal on every machine.
    """
    totals = [round(sum(sums(points(sky(d), sign.id))) * 1_000_000) for sign in SIGNS]
    mean = sum(totals)
    return tuple(len(SIGNS) * total - mean for total in totals)


def stars(surpassed: int) -> int:
    """The stars, 1 to 5, of a day that surpasses so many of the 26 others."""
    return 1 + sum(surpassed >= days for days in _SURPASSED)


def _overall(rank: int, surpassed: int) -> int:
    overall = stars(surpassed)
    if rank <= _BRIGHT:
        return max(overall, 4)
    if rank >= _LOW:
        overall = min(overall, 3)
    return overall if rank > len(SIGNS) - _SINGLE_STARS else max(overall, 2)


@lru_cache(maxsize=64)
def scores(d: date) -> tuple[Score, ...]:
    """The twelve signs' scores in order of rank. Raises OutOfRange as the almanac does."""
    return tuple(score(d, of) for of in ranks(d))


def score(d: date, of: Standing) -> Score:
    """The score of one sign's standing on a day."""
    sign, rank, overall = of
    given = points(sky(d), sign)
    leaning = _leaning(given)
    love, work, money = (
        min(max(overall + bisect_right(_OFFSETS, leaning[area]) - 2, 1), 5) for area in AREAS
    )
    return Score(sign, rank, overall, love, work, money, given, leaning)


def ranks_by(d: date, by: str) -> tuple[str, ...]:
    """The signs by a score; of equal ones in an area the sign that leans to it more."""
    order = sorted(scores(d), key=lambda of: (-getattr(of, by), -of.leaning.get(by, 0), of.rank))
    return tuple(of.sign for of in order)


def _leaning(given: Given) -> Mapping[str, float]:
    """How far what the Moon gives each area is from the mean of the three.

    The Moon alone, with its house counted twice: what a planet gives a sign for weeks would make it
    first in an area for weeks.
    """
    moons = [entry for entry in given if getattr(entry[0], "faster", entry[0]) == "moon"]
    of_areas = sums((*moons, *(entry for entry in moons if entry[0] == "moon")))
    mean = sum(of_areas) / len(of_areas)
    return {area: round(sum_ - mean, 6) for area, sum_ in zip(AREAS, of_areas, strict=True)}
