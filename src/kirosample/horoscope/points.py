"""The points for love, work and money that each fact of the sky gives a sign.

- A body in a house helps or burdens that house's matters (`_HOUSES`; Mars and Saturn do well in
  houses 3, 6, 10 and 11: `_STRICT`), half as much while retrograde.
- An aspect helps or strains the matters of the two houses that its bodies are in (`_MATTERS`).

Each column of a house table sums to zero over the twelve houses. What a slow planet gives a sign
for weeks colors its readings but hardly moves its rank, which compares days (`ranking`). Bodies
beyond Saturn count only through aspects with a faster body, which last for days.
"""

from typing import Final

from kirosample.horoscope.signs import POSITION, house
from kirosample.horoscope.sky import Aspect, Fact, Retrograde, Sky, in_house

Points = tuple[float, float, float]
Source = str | Aspect
"""The source of points: the id of a body (by its house), or an aspect."""
Given = tuple[tuple[Source, Points], ...]

# By house, for each area. The sums of the rows are close, so that no house makes a day by itself.
_HOUSES: Final = (
    (0.5, 0.3, 0.1),
    (0.0, 0.1, 0.8),
    (0.3, 0.4, 0.0),
    (0.5, 0.0, 0.4),
    (0.9, -0.1, 0.1),
    (-0.3, 0.7, 0.2),
    (0.8, 0.2, -0.1),
    (0.3, 0.0, 0.4),
    (0.2, 0.4, 0.1),
    (-0.1, 0.8, 0.2),
    (0.2, 0.2, 0.5),
    (0.3, 0.2, 0.2),
)
_STRICT: Final = (-0.1, -0.4, 0.6, -0.5, -0.2, 0.8, -0.4, -0.6, -0.1, 0.7, 0.8, -0.6)
_STRICT_BODIES: Final = ("mars", "saturn")
_MATTERS: Final = (
    (0.9, 0.9, 0.9),
    (0.4, 0.5, 1.4),
    (0.7, 0.8, 0.4),
    (1.0, 0.6, 0.6),
    (1.5, 0.5, 0.5),
    (0.4, 1.3, 0.6),
    (1.5, 0.7, 0.5),
    (0.8, 0.5, 1.0),
    (0.6, 0.9, 0.5),
    (0.5, 1.5, 0.9),
    (0.8, 0.8, 0.9),
    (0.6, 0.6, 0.5),
)
# By body, for each area.
_IN_HOUSES: Final = {
    "moon": (0.5, 0.5, 0.5),
    "mercury": (0.15, 0.45, 0.35),
    "venus": (0.6, 0.1, 0.5),
    "sun": (0.3, 0.45, 0.3),
    "mars": (0.25, 0.4, 0.25),
    "jupiter": (0.3, 0.3, 0.5),
    "saturn": (0.15, 0.4, 0.2),
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
_FAST: Final = ("moon", "mercury", "venus", "sun", "mars")
STERN: Final = frozenset({"mars", "saturn", "pluto"})
_LASTING: Final = 0.5
"""The weight of an aspect that lasts for days. The Moon's, which is today's alone, weighs 1."""

_SHARES: Final = 3
"""A fact that all twelve signs have is told to every third of them."""


def tone(aspect: Aspect) -> float:
    """How far an aspect helps (above 0, up to 1) or strains (below)."""
    is_stern = aspect.slower in STERN or aspect.faster in STERN
    return exact_tone(aspect.angle, is_stern=is_stern) * (1 - aspect.orb / aspect.limit)


def exact_tone(angle: int, *, is_stern: bool) -> float:
    """How far an exact aspect helps or strains; with a body of STERN a meeting strains."""
    if angle == 0:
        return -_MEETING if is_stern else _MEETING
    return _ANGLES[angle]


def _centered(rows: tuple[Points, ...]) -> tuple[Points, ...]:
    means = [sum(column) / len(rows) for column in zip(*rows, strict=True)]
    return tuple((a - means[0], b - means[1], c - means[2]) for a, b, c in rows)


_KIND_HOUSES: Final = _centered(_HOUSES)
_STRICT_HOUSES: Final = _centered(tuple((value, value, value) for value in _STRICT))


def points(today: Sky, sign: str) -> Given:
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
        amount = (
            factor * row[0] * weight[0],
            factor * row[1] * weight[1],
            factor * row[2] * weight[2],
        )
        given.append((placed.body, amount))
    for aspect in today.aspects:
        if aspect.faster not in _FAST:
            continue
        felt = tone(aspect) / 2 * (1.0 if aspect.faster == "moon" else _LASTING)
        of_faster = _IN_ASPECTS[aspect.faster]
        of_slower = _IN_ASPECTS[aspect.slower]
        here = _MATTERS[houses[aspect.faster] - 1]
        there = _MATTERS[houses[aspect.slower] - 1]
        amount = (
            felt * (of_faster[0] + of_slower[0]) * (here[0] + there[0]),
            felt * (of_faster[1] + of_slower[1]) * (here[1] + there[1]),
            felt * (of_faster[2] + of_slower[2]) * (here[2] + there[2]),
        )
        given.append((aspect, amount))
    return tuple(given)


def sums(given: Given) -> Points:
    """The points of all facts for each area."""
    love, work, money = zip(*(points for _, points in given), strict=True)
    return sum(love), sum(work), sum(money)


def find_influence(today: Sky, sign: str, given: Given, side: int) -> Fact:
    """The strongest fact of a sign's points, the Moon's house apart, that fits a side.

    A side is above 0 for what helps, below 0 for what strains, and 0 for both. A fact that all
    signs have is told to four of them, by turns.
    """
    turn = today.date.toordinal() + POSITION[sign]
    strongest = (False, -1.0)
    found: Source | Retrograde = ""
    for place, (source, amounts) in enumerate(given):
        is_told = (turn + place) % _SHARES == 0
        if source == "moon" or (isinstance(source, Aspect) and not is_told):
            continue
        amount = round(sum(amounts), 6)
        fact: Source | Retrograde = source
        fits = amount * side >= 0
        if isinstance(source, str) and amount > 0 > side and is_told and today[source].retrograde:
            # A retrograde body gives half of its points: it withholds as much as it gives.
            fact, fits = Retrograde(source), True
        if (fits, abs(amount)) > strongest:
            strongest, found = (fits, abs(amount)), fact
    return in_house(today[found], sign) if isinstance(found, str) else found
