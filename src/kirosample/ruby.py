"""Furigana: `{熟田津|にぎたづ}に船乗り` is 熟田津に船乗り with a reading above 熟田津.

A `|` outside of braces marks the end of a phrase, where a line may break.
"""

import re
from typing import Final

PHRASE_END: Final = "|"
_MARKED: Final = re.compile(r"\{([^{}|]+)\|([ぁ-ゖァ-ヺー]+)\}")


def plain(marked: str) -> str:
    """The text alone."""
    return without_readings(marked).replace(PHRASE_END, "")


def without_readings(marked: str) -> str:
    """The text with the ends of its phrases only."""
    return _MARKED.sub(r"\1", marked)


def has_reading(marked: str) -> bool:
    """Whether anything stands below a reading."""
    return _MARKED.search(marked) is not None


def kana(marked: str) -> str:
    """The text with the readings in place of what they stand above."""
    return _MARKED.sub(r"\2", marked).replace(PHRASE_END, "")


def split(marked: str) -> list[tuple[str, str | None]]:
    """The parts of the text, each with its reading or None; those without may have `|`."""
    pieces = _MARKED.split(marked)
    parts: list[tuple[str, str | None]] = [(pieces[0], None)]
    for base, reading, after in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        parts += (base, reading), (after, None)
    return [(base, reading) for base, reading in parts if base]
