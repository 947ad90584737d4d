"""What of the sky a day's readings speak of: the influences on a sign's points."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from kirosample.horoscope.facts import Fact, Retrograde, in_house
from kirosample.horoscope.scores import Score
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


class Influence(NamedTuple):
    """A fact, its voice, and the points that it gives the sign: below 0 if it strains."""

    fact: Fact
    voice: str
    points: float

    @property
    def pool(self) -> str:
        """The pool of the developments that tell it."""
        return f"development.{self.voice}.{'helps' if self.points >= 0 else 'strains'}"


def influences(today: Sky, score: Score) -> list[Influence]:
    """A sign's influences, the Moon's house apart, the strongest first."""
    return sorted(_of(today, score), key=lambda influence: -abs(influence.points))


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
