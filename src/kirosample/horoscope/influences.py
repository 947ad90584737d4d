"""What of the sky a day's readings speak of: for each sign one influence on its points."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from kirosample.horoscope.facts import Fact, Retrograde, in_house
from kirosample.horoscope.scores import Score
from kirosample.horoscope.signs import POSITION
from kirosample.horoscope.sky import Aspect, Sky

_VOICES: Final = {
    "mercury": "mercury",
    "venus": "venus",
    "sun": "mars",
    "mars": "mars",
    "jupiter": "jupiter",
    "saturn": "saturn",
    "uranus": "outer",
    "neptune": "outer",
    "pluto": "outer",
}
"""The voice of a development, by the body that colors the fact."""

_MAX_READINGS: Final = 4
"""That one fact explains on a day."""

_CONTRAST_TURN: Final = 5
"""On every fifth day of a sign its reading tells the other side of a good or a hard day."""

_CONTRAST: Final = 0.25
"""The least strength of that side, compared with the side that fits the tone."""


class Influence(NamedTuple):
    """A fact, its voice, and the points that it gives the sign: below 0 if it strains."""

    fact: Fact
    voice: str
    points: float


def influences(today: Sky, wanted: Iterable[tuple[Score, int]]) -> Mapping[str, Influence]:
    """For each sign one of its strongest influences, the Moon's house apart.

    `wanted` has the scores in order of rank, and with each 1 if what helps fits the day's tone, -1
    if what strains, 0 if both. The two strongest take turns, since a slow aspect lasts for days.
    """
    readings: Counter[Fact] = Counter()
    found = {}
    for score, side in wanted:
        turn = today.date.toordinal() + POSITION[score.sign]
        free = [one for one in _of(today, score) if readings[one.fact] < _MAX_READINGS]
        free.sort(key=lambda one: -abs(one.points))
        fitting = [one for one in free if one.points * side >= 0] or free
        others = [one for one in free if one.points * side < 0]
        chosen = fitting[turn % len(fitting[:2])]
        if not turn % _CONTRAST_TURN and others:
            least = _CONTRAST * abs(fitting[0].points)
            chosen = others[0] if abs(others[0].points) >= least else chosen
        found[score.sign] = chosen
        readings[chosen.fact] += 1
    return found


def _of(today: Sky, score: Score) -> Iterator[Influence]:
    for source, given in score.points:
        points = round(sum(given), 6)
        if isinstance(source, Aspect):
            # The slower body colors an aspect; of one with the Moon it is always the other.
            yield Influence(source, _VOICES[source.slower], points)
        elif source != "moon":
            placed = today[source]
            yield Influence(in_house(placed, score.sign), _VOICES[source], points)
            if placed.retrograde and points > 0:
                # A retrograde body gives half of its points: it withholds as much as it gives.
                yield Influence(Retrograde(source), _VOICES[source], -points)
