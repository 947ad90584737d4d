"""What the calendar's words mean, in Japanese and English."""

from kirosample.almanac.words.tables import (
    FREE,
    Direction,
    Kou,
    Purpose,
    TermWords,
    Word,
    Words,
    load_words,
)

__all__ = [
    "FREE", "Direction", "Kou", "Purpose", "TermWords", "Word", "Words", "load_words",
]  # fmt: skip
