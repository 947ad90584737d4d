"""The day's ranking and overall scores, computed from the sky.

A sign's day is compared with its own month: the 13 days before and the 13 after, in which the Moon
goes once around the zodiac. First is the sign whose day surpasses most of its month, and its stars
follow from the same number. So what lasts for weeks (a slow planet in a house) decides nothing, and
every sign has its good and its hard days each month.

What is compared is what the sky gives a sign beyond the mean of all twelve.
"""

from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from kirosample.horoscope.points import points, sums
from kirosample.horoscope.signs import SIGNS
from kirosample.horoscope.sky import sky

_HALF_MONTH: Final = 13

# Of the 26 other days, those that a day has to surpass for 2, 3, 4 and 5 stars.
_SURPASSED: Final = (2, 8, 17, 23)

# Places and stars do not contradict each other.
_BRIGHT: Final = 3  # the first places, of at least four stars
_LOW: Final = 10  # from here on at most three stars
_SINGLE_STARS: Final = 2  # the last places, which alone may have one star


class Standing(NamedTuple):
    """A sign's rank, 1 to 12, and overall score, 1 to 5, on a day."""

    sign: str
    rank: int
    overall: int


def ranking(d: date) -> tuple[Standing, ...]:
    """The twelve signs' standings in order of rank."""
    month = [
        _beyond_mean(d + timedelta(days=days)) for days in range(-_HALF_MONTH, _HALF_MONTH + 1)
    ]
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
