"""The days of years, and the sentences of their readings."""

from collections.abc import Iterator
from datetime import date, timedelta

from kirosample.horoscope import sentences
from kirosample.horoscope.lines.wording import CAUTION, COMFORT
from kirosample.text import Text


def days(first: int, last: int) -> Iterator[date]:
    """Every day of the years `first` to `last`."""
    day = date(first, 1, 1)
    while day.year <= last:
        yield day
        day += timedelta(days=1)


def without_joins(text: Text) -> dict[str, list[str]]:
    """By language the sentences of a reading's text as they are in the files."""
    found = {}
    for language, written in text._asdict().items():
        of_language = sentences(written)
        for join in (CAUTION, COMFORT):
            word = getattr(join, language)
            of_language = [_without(one, word) for one in of_language]
        found[language] = of_language
    return found


def _without(sentence: str, word: str) -> str:
    rest = sentence.removeprefix(word)
    return rest if rest == sentence else rest[0].upper() + rest[1:]
