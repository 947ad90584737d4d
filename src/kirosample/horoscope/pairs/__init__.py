"""How two people get on today, from the Moon, their two signs, and the rulers of these.

The Moon's place is compared with those of its whole round, a day apart, for the pair's two signs
and for the rulers where they are today. So in a month every pair has the same number of good and
of hard days. What counts is what a place gives a sign beyond the mean of all twelve.

The element of the Moon's sign is the thread, and the stars are the tone. The Moon's decan, a third
of a sign, deals the text: each day has a later one, and after 21 of a thread, 64 days, the same
text may return. The twelve pairs of a sign read twelve different texts on a day.

The texts are in the files beside this module, which a test checks. Each is whole: a headline and
two sentences that go on from it. It may name the sign that the Moon favors as `{lead}` and the
other one as `{other}`, at the start of an English sentence as `{Lead}` and `{Other}`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from itertools import combinations_with_replacement
from operator import add
from typing import Final

from msgspec import Struct

from kirosample import content
from kirosample.horoscope.points import STERN, exact_tone
from kirosample.horoscope.ranking import stars
from kirosample.horoscope.signs import POSITION, SIGNS, house
from kirosample.horoscope.sky import ASPECT_ANGLES, BODIES, Aspect, aspects, longitude, separation
from kirosample.horoscope.standings import standing
from kirosample.text import Text

THREADS: Final = ("outing", "living", "words", "hearts")
"""What a day is about, by the element of the Moon's sign: fire, earth, air, water."""

TONES: Final = ("careful", "careful", "even", "bright", "bright")
"""The tone by the number of stars, from one on."""

TEXTS: Final = 21
"""Texts of a thread and tone: as many as decans of its signs that the Moon passes in 64 days."""

DEEDS: Final = 40
"""Deeds of a thread: coprime to TEXTS, so that a text has another deed for 840 turns, seven
years."""

_PLACES: Final = 27
"""Places of the Moon in its round, a day apart; the first is today's."""

_ORB: Final = 15.0
"""Half a sign. It is wider than that of the aspects that are named: few days are without any."""

_LASTING: Final = 2
"""The most places by which an aspect between the rulers, which lasts for days, moves a day."""

# The Moon's mean longitude at noon on 2000-01-01 and its motion in a day, in degrees (Meeus,
# Astronomical Algorithms, 47.1).
_EPOCH: Final = date(2000, 1, 1).toordinal()
_MEAN_LONGITUDE = 218.3
_MEAN_MOTION = 13.176396

_SIGN = 30
_DECAN = 10
_IN_SIGN = 3

_FIRST_PLACES = 3
_LEAST_OF_FIRST = 2

# Two people of one sign, whom the Moon favors in turn.
_ELDER = Text("年上のほう", "the elder")
_YOUNGER = Text("年下のほう", "the younger")


PAIRS: Final = tuple(combinations_with_replacement(POSITION, 2))
"""The 78 pairs of signs in zodiac order; a sign is with itself too."""


class Told(Struct, frozen=True, forbid_unknown_fields=True):
    """A text and its headline."""

    headline: Text
    text: Text


class Thread(Struct, frozen=True, forbid_unknown_fields=True):
    """The texts of a thread by tone, and what two people may do together."""

    careful: tuple[Told, ...]
    even: tuple[Told, ...]
    bright: tuple[Told, ...]
    deed: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class PairReading:
    """Two signs' day: the signs as asked, stars 1 to 5, and one thing to do together.

    It follows from the Moon's sign and its house from each of the two, and from the aspects of the
    Moon and the two rulers.
    """

    date: date
    signs: tuple[str, str]
    stars: int
    headline: Text
    text: Text
    deed: Text
    moon: str
    houses: tuple[int, int]
    aspects: tuple[Aspect, ...]


@cache
def load() -> tuple[Thread, ...]:
    """The threads in the order of THREADS, made once. Raises ContentError."""
    return tuple(content.read(f"horoscope/pairs/{name}.toml", Thread) for name in THREADS)


def in_order(first: str, second: str) -> tuple[str, str]:
    """Two signs in zodiac order. Raises KeyError for an unknown one."""
    return (first, second) if POSITION[first] <= POSITION[second] else (second, first)


def pair(d: date, first: str, second: str) -> PairReading:
    """The day of two signs, which does not depend on their order. Raises KeyError for unknown."""
    both = in_order(first, second)
    rulers = SIGNS[POSITION[both[0]]].ruler, SIGNS[POSITION[both[1]]].ruler
    at = longitude("moon", d)
    number = _stars(d, both, rulers)
    sign, third = divmod(_decan(d, at), _IN_SIGN)
    round_, element = divmod(sign, len(THREADS))
    turn = _IN_SIGN * round_ + third + POSITION[first] + POSITION[second]
    thread = load()[element]
    told: Told = getattr(thread, TONES[number - 1])[turn % TEXTS]
    lead, other = _names(d, both)
    moon = SIGNS[int(at // _SIGN)].id
    return PairReading(
        d,
        (first, second),
        number,
        told.headline,
        told.text.filled({"lead": lead, "other": other}),
        thread.deed[turn % DEEDS],
        moon,
        (house(moon, first), house(moon, second)),
        aspects({body: longitude(body, d) for body in BODIES if body in ("moon", *rulers)}),
    )


def _stars(d: date, signs: tuple[str, str], rulers: tuple[str, str]) -> int:
    """The stars of a pair. A sign of the first three places has two at least with itself.

    A reader would not believe one star on a day that is the sign's best.
    """
    number = stars(_surpassed(d, signs, rulers))
    if signs[0] == signs[1] and standing(d, signs[0]).rank <= _FIRST_PLACES:
        return max(number, _LEAST_OF_FIRST)
    return number


def _surpassed(d: date, signs: tuple[str, str], rulers: tuple[str, str]) -> int:
    """How many other places of the Moon's round are worse for two signs than today's, 0 to 26."""
    first, second = (_shares(d)[sign] for sign in signs)
    today, *others = (a + b for a, b in zip(first, second, strict=True))
    # Half of those that are as good: where the Moon touches nothing, many are.
    surpassed = sum(each < today for each in others) + sum(each == today for each in others) / 2
    if rulers[0] != rulers[1]:
        at, there = (longitude(ruler, d) for ruler in rulers)
        (felt,) = _felt([at], there, is_stern=not STERN.isdisjoint(rulers))
        surpassed += _LASTING * felt
    return round(surpassed)


@lru_cache(maxsize=16)
def _shares(d: date) -> Mapping[str, Sequence[float]]:
    """What each place of the Moon's round gives each sign beyond the mean of the twelve."""
    moon = longitude("moon", d)
    places = [moon + 360 / _PLACES * number for number in range(_PLACES)]
    # A third of the round later the Moon is four signs on.
    third = places[: _PLACES // 3]
    by_sign = [_felt(third, _SIGN * (n + 0.5), is_stern=False) for n in range(len(SIGNS))]
    given: dict[str, list[float]] = {}
    for n, sign in enumerate(SIGNS):
        given[sign.id] = by_sign[n] + by_sign[n - 4] + by_sign[n - 8]
        if sign.ruler != "moon":
            of_ruler = _felt(places, longitude(sign.ruler, d), is_stern=sign.ruler in STERN)
            given[sign.id] = list(map(add, of_ruler, given[sign.id]))
    means = [sum(of_place) / len(SIGNS) for of_place in zip(*given.values(), strict=True)]
    return {
        sign: [round(value - mean, 6) for value, mean in zip(values, means, strict=True)]
        for sign, values in given.items()
    }


def _felt(places: Iterable[float], point: float, *, is_stern: bool) -> list[float]:
    """How far places help a point (above 0, up to 1) or strain it (below)."""
    lines = _lines(is_stern)
    return [
        level + slope * apart
        for apart in [(place - point) % 360 for place in places]
        for level, slope in (lines[int(apart)],)
    ]


@cache
def _lines(is_stern: bool) -> Sequence[tuple[float, float]]:
    """The line on which what is felt lies, by whole degrees from a point.

    It falls from each aspect to nothing at the end of the orb, which is a whole degree too.
    """

    def felt(degree: int) -> float:
        apart = separation(degree, 0)
        angle = min(ASPECT_ANGLES, key=lambda at: abs(apart - at))
        return exact_tone(angle, is_stern=is_stern) * max(0, 1 - abs(apart - angle) / _ORB)

    slopes = [felt(degree + 1) - felt(degree) for degree in range(360)]
    return [(felt(degree) - slope * degree, slope) for degree, slope in enumerate(slopes)]


def _decan(d: date, moon: float) -> int:
    """The Moon's decan, counted through its rounds: a third of it is the number of its sign."""
    mean = _MEAN_LONGITUDE + _MEAN_MOTION * (d.toordinal() - _EPOCH)
    return int((moon + 360 * round((mean - moon) / 360)) // _DECAN)


def _names(d: date, signs: tuple[str, str]) -> tuple[Text, Text]:
    """What to call the one whom the Moon favors today, and the other."""
    names = [SIGNS[POSITION[sign]].name for sign in signs]
    first, second = names if signs[0] != signs[1] else (_ELDER, _YOUNGER)
    shares = [_shares(d)[sign][0] for sign in signs]
    if shares[0] > shares[1] or (shares[0] == shares[1] and d.toordinal() % 2):
        return first, second
    return second, first
