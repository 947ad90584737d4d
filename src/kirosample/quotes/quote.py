"""One quotation."""

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

from kirosample.text import Text


@dataclass(frozen=True, slots=True)
class Author:
    """An author. `reading` is the Japanese name in kana, None if the name has no kanji.

    Years BC are negative; `born_circa` and `died_circa` say that a year is uncertain.
    """

    name: Text
    reading: str | None = None
    born: int | None = None
    died: int | None = None
    born_circa: bool = False
    died_circa: bool = False


class Season(NamedTuple):
    """The days of every year on which a quote is in season: MM-DD, both included.

    A season that begins later than it ends goes over the end of the year.
    """

    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation with its source, in both languages.

    `original` and `language` (BCP 47) are set if the words are not Japanese, also for classical
    Chinese. `text` has the original itself where that is English. A full-width space ends a line of
    Japanese verse, " / " one of any other. `ruby` is the Japanese text with furigana and phrases as
    in `ruby.py`, or None. `status` is "verified" (read in the published text or a scholarly
    edition), "copied" (read in a copy that others made) or "cited" (not read); `seen` names what
    was read.
    """

    id: str
    text: Text
    author: Author
    source: Text
    original: str | None
    language: str | None
    topics: tuple[str, ...]
    status: str
    seen: Text | None
    season: Season | None = None
    ruby: str | None = None

    def translated_from(self, language: Literal["ja", "en"]) -> tuple[str, str] | None:
        """The original and its language, where `text` in this language is a translation."""
        original = (self.original or self.text.ja, self.language or "ja")
        return None if original[1] == language else original


def lines(text: str) -> list[str]:
    """The lines of verse, or all of a text in prose."""
    return re.split("　| / ", text)
