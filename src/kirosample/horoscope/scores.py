"""The day's scores and ranking, added up from what stands where in the sky.

Three rules of the astrologer's give a sign its points for love, work and money:

- a body in a house favours or burdens that house's matters (`_HOUSES`; Mars and Saturn, the
  strict ones, do well in houses 3, 6, 10 and 11: `_STRICT`), by half as much while retrograde;
- an aspect helps or strains the signs for which its faster body is in an angular house most,
  in a cadent one least;
- the waxing Moon helps what begins, the waning Moon what rests.

No slow planet favours a sign for years: each column of a house table sums to zero over the
twelve houses, and a body's weight falls with the time it stays in one (`_IN_HOUSES`), down to none
beyond Saturn; those speak only through aspects to a faster body, which pass in days.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import cos, radians
from typing import Final

from kirosample.horoscope.signs import POSITION, SIGNS, house
from kirosample.horoscope.sky import Aspect, Sky, sky

AREAS: Final = ("love", "work", "money")

Points = tuple[float, float, float]
Source = str | Aspect
"""What gives points: the id of a body (by its house), or an aspect."""
Given = tuple[tuple[Source, Points], ...]

_HOUSES: Final = (
    (0.6, 0.5, 0.3),
    (0.1, 0.2, 1.0),
    (0.3, 0.4, 0.1),
    (0.3, -0.3, 0.1),
    (1.0, 0.1, 0.2),
    (-0.4, 0.7, 0.2),
    (0.9, 0.2, -0.1),
    (-0.2, -0.4, -0.2),
    (0.2, 0.5, 0.3),
    (-0.1, 1.0, 0.4),
    (0.6, 0.5, 0.9),
    (-0.6, -0.7, -0.6),
)
_STRICT: Final = (-0.1, -0.4, 0.6, -0.5, -0.2, 0.8, -0.4, -0.6, -0.1, 0.7, 0.8, -0.6)
_STRICT_BODIES: Final = ("mars", "saturn")
_IN_HOUSES: Final = {
    "moon": (1.0, 1.0, 1.0),
    "mercury": (0.15, 0.4, 0.3),
    "venus": (0.6, 0.1, 0.5),
    "sun": (0.3, 0.5, 0.3),
    "mars": (0.15, 0.25, 0.15),
    "jupiter": (0.05, 0.05, 0.1),
    "saturn": (0.02, 0.06, 0.02),
}
_IN_ASPECTS: Final = {
    "moon": (0.3, 0.2, 0.2),
    "mercury": (0.2, 0.6, 0.4),
    "venus": (0.9, 0.1, 0.6),
    "sun": (0.3, 0.6, 0.3),
    "mars": (0.4, 0.5, 0.2),
    "jupiter": (0.4, 0.5, 0.7),
    "saturn": (0.2, 0.6, 0.3),
    "uranus": (0.2, 0.4, 0.3),
    "neptune": (0.5, 0.2, 0.2),
    "pluto": (0.3, 0.3, 0.4),
}
_RETROGRADE: Final = 0.5

_ANGLES: Final = {60: 0.7, 90: -0.8, 120: 1.0, 180: -0.7}
_MEETING: Final = 0.7
_ASPECT: Final = 0.5
_ANGULARITY: Final = (1.0, 0.6, 0.3)
_FAST: Final = ("moon", "mercury", "venus", "sun", "mars")
_STERN: Final = ("mars", "saturn", "pluto")

_BEGINS: Final = (1, 3, 5, 9, 10, 11)
_RESTS: Final = (4, 6, 8, 12)
_PHASE: Final = 0.2

# The points that divide the scores 1 to 5, so that over the years about 9, 22, 38, 21 and 10 of a
# hundred readings get each (docs/content.md has what was measured).
_OVERALL_STEPS: Final = (-0.65, -0.1, 0.42, 0.83)
_AREA_STEPS: Final = (
    (-0.8, -0.22, 0.46, 1.04),
    (-0.86, -0.22, 0.5, 1.03),
    (-0.7, -0.18, 0.42, 0.95),
)


@dataclass(frozen=True, slots=True)
class Score:
    """One sign's day: rank 1 to 12, scores 1 to 5, and the points each fact gave each area."""

    sign: str
    rank: int
    overall: int
    love: int
    work: int
    money: int
    points: Given


@lru_cache(maxsize=64)
def scores(d: date) -> tuple[Score, ...]:
    """The twelve signs' scores in order of rank."""
    today = sky(d)
    points = {sign.id: _points(today, sign.id) for sign in SIGNS}
    sums = {sign: _sums(given) for sign, given in points.items()}
    totals = {sign: _total(sums[sign], today, sign) for sign in points}
    # Equal totals: the sign that goes first moves on by one each day, so nobody is favoured.
    order = sorted(totals, key=lambda sign: (-totals[sign], (POSITION[sign] - d.toordinal()) % 12))
    ranked = []
    for rank, sign in enumerate(order, start=1):
        love, work, money = map(_step, sums[sign], _AREA_STEPS)
        overall = _step(totals[sign], _OVERALL_STEPS)
        ranked.append(Score(sign, rank, overall, love, work, money, points[sign]))
    return tuple(ranked)


def tone(aspect: Aspect) -> float:
    """How far an aspect helps (above 0, up to 1) or strains (below)."""
    if aspect.angle == 0:
        stern = aspect.slower in _STERN or aspect.faster in _STERN
        value = -_MEETING if stern else _MEETING
    else:
        value = _ANGLES[aspect.angle]
    return value * (1 - aspect.orb / aspect.limit)


def _centred(rows: tuple[Points, ...]) -> tuple[Points, ...]:
    means = [sum(column) / len(rows) for column in zip(*rows, strict=True)]
    return tuple((a - means[0], b - means[1], c - means[2]) for a, b, c in rows)


_KIND_HOUSES: Final = _centred(_HOUSES)
_STRICT_HOUSES: Final = _centred(tuple((value, value, value) for value in _STRICT))


def _points(today: Sky, sign: str) -> Given:
    """The points for love, work and money that each fact of the day gives one sign."""
    given: list[tuple[Source, Points]] = []
    houses = {placed.body: house(placed.sign, sign) for placed in today.placements}
    for placed in today.placements:
        weight = _IN_HOUSES.get(placed.body)
        if weight is None:
            continue
        table = _STRICT_HOUSES if placed.body in _STRICT_BODIES else _KIND_HOUSES
        row = table[houses[placed.body] - 1]
        factor = _RETROGRADE if placed.retrograde else 1.0
        points = (
            factor * row[0] * weight[0],
            factor * row[1] * weight[1],
            factor * row[2] * weight[2],
        )
        given.append((placed.body, points))
    for aspect in today.aspects:
        if aspect.faster not in _FAST:
            continue
        felt = _ASPECT * tone(aspect) * _ANGULARITY[(houses[aspect.faster] - 1) % 3]
        one, other = _IN_ASPECTS[aspect.faster], _IN_ASPECTS[aspect.slower]
        points = (
            felt * (one[0] + other[0]),
            felt * (one[1] + other[1]),
            felt * (one[2] + other[2]),
        )
        given.append((aspect, points))
    return tuple(given)


def _sums(given: Given) -> Points:
    love, work, money = zip(*(points for _, points in given), strict=True)
    return sum(love), sum(work), sum(money)


def _total(sums: Points, today: Sky, sign: str) -> float:
    # Rounded, so that the last bit of some machine's cosine cannot change a rank.
    moon = house(today["moon"].sign, sign)
    waxing = cos(radians(today.phase - 90))
    phase = _PHASE * waxing if moon in _BEGINS else -_PHASE * waxing if moon in _RESTS else 0.0
    return round(sum(sums) / 3 + phase, 6)


def _step(points: float, steps: tuple[float, ...]) -> int:
    return 1 + bisect_right(steps, round(points, 6))
