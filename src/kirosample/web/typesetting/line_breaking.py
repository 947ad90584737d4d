"""Breaking a text into lines of about equal length, at pauses where possible.

Japanese breaks between characters, by the rules of 禁則; Western text breaks between words.
"""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from math import ceil, inf
from typing import Final, TypeVar

from kirosample.web.typesetting.phrases import Atom, atoms

_NEVER_FIRST: Final = frozenset(
    "、。，．・：；？！」』）】〉》〕’”ー…‥–—々ゝゞ"
    "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ,.!?:;)]"
)
_NEVER_LAST: Final = frozenset("「『（【〈《〔‘“([")
_PAUSES: Final = frozenset("、。，．：；？！」』）】〉》〕…‥　 ")
_CLOSING: Final = frozenset("」』）】〉》〕")
_PARTICLES: Final = frozenset("をのにはがもへで")
_LATIN: Final = re.compile("[0-9A-Za-z]")

# The cost of a break. Uneven lines cost the square of the difference in length, in characters.
_AT_A_PAUSE: Final = 0.0
_AT_A_MARK: Final = 2.0
_WITHIN_A_NAME: Final = 4.0
_BEFORE_A_PHRASE: Final = 8.0
_WITHIN_A_PHRASE: Final = 120.0

# The cost of a break between Western words.
_AMID_A_CLAUSE: Final = 1.0
_AFTER_A_SHORT_WORD: Final = 3.0
_SHORT: Final = 2  # letters, such as of, to, la, il
_CLAUSE_ENDS: Final = frozenset(".,;:!?—–”’)")

Width = Callable[[str], float]
Piece = TypeVar("Piece")


def width(character: str) -> float:
    """The approximate width of a character in ems."""
    return 0.55 if character.isascii() else 1.0


def break_lines(text: str, most: float) -> list[str]:
    """The lines of a Japanese text, each at most `most` ems wide unless it cannot be broken."""
    pieces = atoms(text)
    lines = _broken(pieces, [width(piece.text) for piece in pieces], _costs(pieces), most)
    return ["".join(piece.text for piece in line) for line in lines]


def break_atoms(pieces: Sequence[Atom], most: int) -> list[Sequence[Atom]]:
    """The lines of a Japanese text, each of at most `most` characters."""
    return _broken(pieces, [len(piece.text) for piece in pieces], _costs(pieces), most)


def break_words(text: str, most: float, width: Width) -> list[str]:
    """The lines of a Western text, each at most `most` wide unless it is a single word."""
    words = text.split(" ")
    costs = [*map(_cost_after, words[:-1]), _AT_A_PAUSE]
    lines = _broken(words, [width(word) for word in words], costs, most, space=width(" "))
    return [" ".join(line) for line in lines]


def _broken(
    pieces: Sequence[Piece],
    widths: Sequence[float],
    costs: list[float],
    most: float,
    space: float = 0.0,
) -> list[Sequence[Piece]]:
    """The pieces in lines, so that the sum of all costs is the least.

    `costs` has the cost of a break after each piece, infinite where none is allowed. `space` is the
    width between two pieces.
    """
    ends = [0.0]  # of each piece and the space after it
    for width in widths:
        ends.append(ends[-1] + width + space)
    even = (ends[-1] - space) / max(1, ceil((ends[-1] - space) / most))
    best: list[tuple[float, int]] = [(0.0, 0)]  # up to each piece: the cost, the last line's start
    for end in range(1, len(pieces) + 1):
        ways = [
            (best[start][0] + (wide - even) ** 2 + costs[end - 1], start)
            for start in range(end)
            if (wide := ends[end] - ends[start] - space) <= most
            or start == _unbroken_from(costs, end)
        ]
        best.append(min(ways))
    lines = []
    end = len(pieces)
    while end:
        start = best[end][1]
        lines.append(pieces[start:end])
        end = start
    return lines[::-1]


def _unbroken_from(costs: list[float], end: int) -> int:
    """The start of the run before `end` that no break may divide."""
    start = end - 1
    while start and costs[start - 1] == inf:
        start -= 1
    return start


def _cost_after(word: str) -> float:
    """The cost of a break after a word."""
    if word[-1:] in _CLAUSE_ENDS:
        return _AT_A_PAUSE
    return _AFTER_A_SHORT_WORD if len(word) <= _SHORT else _AMID_A_CLAUSE


def _costs(pieces: Sequence[Atom]) -> list[float]:
    """The cost of a break after each."""
    return [*map(_cost, pairwise(pieces)), _AT_A_PAUSE]


def _cost(pair: tuple[Atom, Atom]) -> float:
    """The cost of a break between two atoms."""
    before, after = pair[0].text[-1], pair[1].text[0]
    if after in _NEVER_FIRST or before in _NEVER_LAST:
        return inf
    if _LATIN.match(before) and _LATIN.match(after):
        return inf
    if before in "っッ":
        return 2 * _WITHIN_A_PHRASE
    if before in _PAUSES and not (before in _CLOSING and after in _PARTICLES):
        return _AT_A_PAUSE
    if before in "・＝":
        return _WITHIN_A_NAME
    if not pair[0].ends_phrase:
        return _WITHIN_A_PHRASE
    return _AT_A_MARK if pair[0].is_marked else _BEFORE_A_PHRASE
