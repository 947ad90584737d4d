"""What the calendar's words mean, in Japanese and English."""

from kirosample.almanac.words.purposes import CAUTIONS, FREE, PURPOSES, Purpose
from kirosample.almanac.words.tables import Direction, Kou, TermWords, Word, Words, load_words

__all__ = [
    "CAUTIONS", "FREE", "PURPOSES", "Direction", "Kou", "Purpose", "TermWords", "Word", "Words",
    "load_words",
]  # fmt: skip
