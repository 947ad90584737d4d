"""How a quote stands upright: in columns that break where a reader would pause."""

import re
from math import ceil
from typing import Final

_FITS: Final = 14  # characters that a column takes before a new clause begins another one
_MOST: Final = 16  # and what a single clause may fill
_LEAST: Final = 8  # so that a short saying does not look lost
_FEW: Final = 5  # columns that a phone shows in full size
_CLAUSE: Final = re.compile("[^、。！？]*[、。！？]+[」』）]*|[^、。！？]+")


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
