"""Breaking a text into lines that are about equally long, where a reader would pause: a Japanese
one where it is allowed (禁則), a Western one between words."""

import re
from collections.abc import Callable
from itertools import pairwise
from math import ceil, inf
from typing import Final

_NEVER_FIRST: Final = frozenset(
    "、。，．・：；？！」』）】〉》〕’”ー…‥–—々ゝゞ"
    "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ,.!?:;)]"
)
_NEVER_LAST: Final = frozenset("「『（【〈《〔‘“([")
_PAUSES: Final = frozenset("、。，．：；？！」』）】〉》〕…‥　 ")
_HIRAGANA: Final = re.compile("[ぁ-ゖ]")
_LATIN: Final = re.compile("[0-9A-Za-z]")

# What a break costs, in squares of characters that its lines are longer or shorter than the rest.
_AT_A_PAUSE: Final = 0.0
_WITHIN_A_NAME: Final = 4.0
_BEFORE_A_WORD: Final = 8.0
_WITHIN_A_WORD: Final = 40.0

# And between words that are not Japanese.
_AMID_A_CLAUSE: Final = 1.0
_AFTER_A_SHORT_WORD: Final = 3.0
_SHORT: Final = 2  # letters, such as of, to, la, il
_CLAUSE_ENDS: Final = frozenset(".,;:!?—–”’)")

Width = Callable[[str], float]


def width(character: str) -> float:
    """How wide a character stands in a line, in ems, nearly."""
    return 0.55 if character.isascii() else 1.0


def break_lines(text: str, most: float, width: Width = width) -> list[str]:
    """The lines of a text, each at most `most` ems wide unless it cannot be broken.

    Of all ways to break it, the one whose lines are the most even and break where it hurts least.
    """
    ends = [0.0]
    for character in text:
        ends.append(ends[-1] + width(character))
    even = ends[-1] / max(1, ceil(ends[-1] / most))
    costs = [*map(_cost, pairwise(text)), _AT_A_PAUSE]  # of a break after each character
    best: list[tuple[float, int]] = [(0.0, 0)]  # up to each place: the cost, the last line's start
    for end in range(1, len(text) + 1):
        ways = [
            (best[start][0] + (ends[end] - ends[start] - even) ** 2 + costs[end - 1], start)
            for start in range(end)
            if ends[end] - ends[start] <= most or start == _unbroken_from(costs, end)
        ]
        best.append(min(ways))
    lines, end = [], len(text)
    while end:
        start = best[end][1]
        lines.append(text[start:end])
        end = start
    return lines[::-1]


def break_words(text: str, most: float, width: Width) -> list[str]:
    """The lines of a text whose words stand apart, each at most `most` wide unless it is one word.

    `width` tells how wide a piece is. Of all ways to break it, the one that `break_lines` takes.
    """
    words = text.split(" ")
    space = width(" ")
    ends = [0.0]  # of each word, with the space after it
    for word in words:
        ends.append(ends[-1] + width(word) + space)
    even = (ends[-1] - space) / max(1, ceil((ends[-1] - space) / most))
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(words) + 1):
        cost = _AT_A_PAUSE if end == len(words) else _cost_after(words[end - 1])
        ways = [
            (best[start][0] + (wide - even) ** 2 + cost, start)
            for start in range(end)
            if (wide := ends[end] - ends[start] - space) <= most or start == end - 1
        ]
        best.append(min(ways))
    lines, end = [], len(words)
    while end:
        start = best[end][1]
        lines.append(" ".join(words[start:end]))
        end = start
    return lines[::-1]


def broken_words(lines: list[str]) -> int:
    """How many of the breaks between these lines seem to divide a word."""
    return sum(_cost((one[-1], other[0])) >= _WITHIN_A_WORD for one, other in pairwise(lines))


def _unbroken_from(costs: list[float], end: int) -> int:
    """Where the piece that ends here begins, which no break may divide."""
    start = end - 1
    while start and costs[start - 1] == inf:
        start -= 1
    return start


def _cost_after(word: str) -> float:
    """What it costs to break after a word."""
    if word[-1:] in _CLAUSE_ENDS:
        return _AT_A_PAUSE
    return _AFTER_A_SHORT_WORD if len(word) <= _SHORT else _AMID_A_CLAUSE


def _cost(pair: tuple[str, str]) -> float:
    """What it costs to break between two characters."""
    before, after = pair
    if after in _NEVER_FIRST or before in _NEVER_LAST:
        return inf
    if _LATIN.match(before) and _LATIN.match(after):
        return inf
    if before in "っッ":
        return 2 * _WITHIN_A_WORD
    if before in _PAUSES:
        return _AT_A_PAUSE
    if before in "・＝":
        return _WITHIN_A_NAME
    begins = after in _NEVER_LAST or (_HIRAGANA.match(before) and not _HIRAGANA.match(after))
    return _BEFORE_A_WORD if begins and before not in "おご" else _WITHIN_A_WORD
