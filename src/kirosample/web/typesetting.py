"""Where a quote breaks: its columns where a reader would pause, its lines between phrases."""

import re
from math import ceil
from typing import Final

_FITS: Final = 14  # characters that a column takes before a new clause begins another one
_MOST: Final = 16  # and what a single clause may fill
_LEAST: Final = 8  # so that a short saying does not look lost
_FEW: Final = 5  # columns that a phone shows in full size
_CLAUSE: Final = re.compile("[^、。！？]*[、。！？]+[」』）]*|[^、。！？]+")
# Where kana end and a character, katakana or a bracket follow, a phrase nearly always begins. A
# single kana between characters is taken for the end of one only where it can be a particle:
# 思い込む is one word, 花の色 is two phrases. 「お」 and 「ご」 stay with what they honor.
_PHRASE: Final = re.compile(
    "(?<=を)(?=[^もばの、。！？」』）])"
    "|(?:(?<=[ぁ-ん]{2})|(?<=[はがにのへとでもや]))(?<![おご])(?=[一-龠ァ-ヴ「『])"
)


def columns(text: str) -> list[str]:
    """The columns in which a quote stands upright: the phrases of a poem, or of prose as many
    whole clauses as fit. A clause too long for one column goes on in the next.
    """
    if "　" in text:
        return text.split("　")
    found = [""]
    for clause in _CLAUSE.findall(text):
        if len(found[-1] + clause) > _FITS:
            found.append("")
        found[-1] += clause
    return [column for column in found if column]


def phrases(text: str) -> list[str]:
    """The phrases of a text, between which its lines may break; guessed from its letters alone."""
    return _PHRASE.split(text)


def height(columns: list[str]) -> int:
    """How many characters high such columns are, 8 to 18."""
    return max(_LEAST, *map(_height, columns))


def many(columns: list[str]) -> bool:
    """Whether there are so many that on a phone they have to be set smaller."""
    return sum(ceil(len(column) / _MOST) for column in columns) > _FEW


def _height(column: str) -> int:
    """What is too long is divided evenly, with room for the line to break before a word."""
    parts = ceil(len(column) / _MOST)
    return len(column) if parts <= 1 else ceil(len(column) / parts) + 2
