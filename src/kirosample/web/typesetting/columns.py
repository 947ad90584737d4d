"""The columns of a vertical quote, on its page and on its picture."""

import re
from math import ceil
from typing import Final

from kirosample.quotes import lines, ruby
from kirosample.web.typesetting.line_breaking import break_atoms
from kirosample.web.typesetting.phrases import atoms

_PREFERRED_LENGTH: Final = 14  # maximum length of a column of several clauses
_MAX_LENGTH: Final = 16  # maximum length of a column
_MIN_HEIGHT: Final = 8  # minimum height
_READING: Final = 0.42  # size of a reading in ems, as in style.css
_FEW: Final = 5  # columns that fit a phone at full size
_CLAUSE: Final = re.compile("[^、。！？]*[、。！？]+[」』）]*|[^、。！？]+")


def columns(marked: str) -> list[str]:
    """The columns, with furigana: lines of verse or as many clauses as fit, divided if too long."""
    verse = lines(marked)
    return [
        "".join(atom.marked for atom in column)
        for line in verse
        for part in ([line] if verse[1:] and _length(line) <= _MAX_LENGTH else _clauses(line))
        for column in break_atoms(atoms(part), _MAX_LENGTH)
    ]


def height(columns: list[str]) -> int:
    """The height of the columns in characters, 8 to 18."""
    return max(_MIN_HEIGHT, *map(_extent, columns))


def many(columns: list[str]) -> bool:
    """Whether the columns need a smaller size on a phone."""
    return len(columns) > _FEW


def _clauses(marked: str) -> list[str]:
    """As many clauses at a time as fit a column, or one that does not."""
    parts = [""]
    for clause in _CLAUSE.findall(marked):
        if _length(parts[-1] + clause) > _PREFERRED_LENGTH or clause[0] == "「":
            parts.append("")
        parts[-1] += clause
    return [part for part in parts if part]


def _extent(marked: str) -> int:
    """The length of a column in characters, with readings that are longer than what they read."""
    parts = ruby.split(marked)
    return ceil(sum(max(len(base), _READING * len(reading or "")) for base, reading in parts))


def _length(marked: str) -> int:
    return len(ruby.plain(marked))
