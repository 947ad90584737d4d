"""What a word of the calendar means."""

from dataclasses import dataclass

from kirosample.text import Text


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the calendar. `reading` is in kana, empty where no reader needs it, and in Latin
    letters."""

    name: Text
    reading: Text
    meaning: Text


@dataclass(frozen=True, slots=True)
class Kou(Word):
    """One of the 七十二候: `number` is 1 (東風解凍) to 72 (鶏始乳)."""

    number: int
