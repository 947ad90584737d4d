"""The content of a picture, and its encoding for the drawing process."""

import json
from typing import NamedTuple


class QuoteCard(NamedTuple):
    """A quote. Each phrase is a column, with furigana, or begins a line if it is `western`.

    `about` is the line below the author.
    """

    phrases: list[str]
    author: str
    about: str
    western: bool = False


class SignCard(NamedTuple):
    """A sign's day. `icon` is an SVG path on a 24 x 24 grid, `accent` a color such as #a63a50.

    `ordinal` follows the rank, such as 位 or st. `western` is about the script of all texts.
    """

    name: str
    date: str
    accent: str
    icon: str
    rank: int
    ordinal: str
    scores: list[tuple[str, int]]
    headline: str
    sentences: list[str]
    lucky: list[tuple[str, str]]
    western: bool = False


Card = QuoteCard | SignCard

_KINDS: dict[str, type[Card]] = {kind.__name__: kind for kind in (QuoteCard, SignCard)}


def encode(card: Card) -> bytes:
    return json.dumps([type(card).__name__, *card], ensure_ascii=False).encode()


def decode(message: bytes) -> Card:
    kind, *fields = json.loads(message)
    return _KINDS[kind](*fields)
