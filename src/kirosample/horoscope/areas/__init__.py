"""What the stars for love, work or money come to, in a sentence for each sign.

The stars choose the tone, the day and the sign the sentence, from the files beside this module: of
a tone, the twelve signs of a day read different ones, and none returns to a sign within sixty days.
A test checks the files.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from kirosample import content
from kirosample.horoscope.reading import Reading
from kirosample.horoscope.signs import POSITION
from kirosample.text import Text

TONES: Final = ("low", "low", "even", "high", "high")
"""The tone by the number of stars, from one on."""

LINES: Final = 61
"""Sentences of an area and tone: each day has the next one."""

_APART: Final = 5
"""Sentences between two signs in zodiac order: twelve of them are less than a round."""


def area_line(reading: Reading, area: str) -> Text:
    """The sentence about love, work or money, an area of AREAS, on the reading's day."""
    tone = TONES[getattr(reading, area) - 1]
    turn = reading.date.toordinal() + _APART * POSITION[reading.sign]
    return load(area)[tone][turn % LINES]


@cache
def load(area: str) -> Mapping[str, Sequence[Text]]:
    """The sentences of an area by tone, parsed once. Raises ContentError."""
    return content.read(f"horoscope/areas/{area}.toml", dict[str, tuple[Text, ...]])
