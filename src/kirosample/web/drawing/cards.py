"""The content of a picture, and its encoding for the drawing process.

An icon is an SVG path on a 24 x 24 grid, a color such as #a63a50. `western` is about the script of
all texts.
"""

import json
from collections.abc import Sequence
from typing import Final, NamedTuple

WIDE: Final = "wide"
"""The shape that a link's preview shows."""

SHAPES: Final = ("square", "tall")
"""The other shapes: for messengers, and for stories."""


class QuoteCard(NamedTuple):
    """A quote. Each phrase is a column, with furigana, or begins a line if it is `western`.

    `about` is the line below the author, `heading` stands large above if there is one.
    """

    phrases: list[str]
    author: str
    about: str
    western: bool = False
    heading: str = ""


class SignCard(NamedTuple):
    """A sign's day. `ordinal` follows the rank, such as 位 or st.

    A lucky thing has a label, a name, and for a color the color itself, else nothing.
    """

    name: str
    date: str
    accent: str
    icon: str
    rank: int
    ordinal: str
    scores: list[tuple[str, int]]
    headline: str
    reading: str
    lucky: list[tuple[str, str, str]]
    western: bool = False


class RankingCard(NamedTuple):
    """The signs of a day, the first one first. Each has an icon, a name and a headline."""

    title: str
    date: str
    accent: str
    ordinals: list[str]
    signs: list[tuple[str, str, str]]
    western: bool = False


class DateCard(NamedTuple):
    """A day of the calendar.

    `units` follow month and day, such as 月 and 日. `moon` and `seas` are the paths of the Moon's
    lit part and of its maria on a 100 x 100 grid, `season` that of the season's picture on 48 x 48.
    A fact has a label and a value. A day off is written in red. A birthday has the icon of its sign
    in place of the Moon. A day on which much falls together has its names as a headline.
    """

    year: str
    month: str
    day: str
    units: tuple[str, str]
    weekday: str
    occasions: str
    is_off: bool
    accent: str
    moon: str
    seas: str
    season: str
    facts: list[tuple[str, str]]
    western: bool = False
    sign: str = ""
    headline: Sequence[str] = ()


Card = QuoteCard | SignCard | RankingCard | DateCard

_KINDS: dict[str, type[Card]] = {
    kind.__name__: kind for kind in (QuoteCard, SignCard, RankingCard, DateCard)
}


def encode(card: Card, shape: str) -> bytes:
    return json.dumps([type(card).__name__, shape, *card], ensure_ascii=False).encode()


def decode(message: bytes) -> tuple[Card, str]:
    """The card, and the shape of its picture."""
    kind, shape, *fields = json.loads(message)
    return _KINDS[kind](*fields), shape
