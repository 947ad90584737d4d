"""What a picture shows, as it travels from the server to the process that draws."""

import json
from typing import NamedTuple


class QuoteCard(NamedTuple):
    """A quote: each of its phrases begins a column, or a line where it is `western`.

    `names_western` tells of the letters of the other two: of `author`, and of `about`, which stands
    below and may be empty.
    """

    phrases: list[str]
    author: str
    about: str
    western: bool = False
    names_western: bool = False


class SignCard(NamedTuple):
    """A sign's day. `icon` is an SVG path on a 24 x 24 grid, `accent` a color such as #a63a50.

    `ordinal` follows the rank, such as 位 or st. `western` tells of the letters of all.
    """

    name: str
    date: str
    accent: str
    icon: str
    rank: int
    ordinal: str
    scores: list[tuple[str, int]]
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
