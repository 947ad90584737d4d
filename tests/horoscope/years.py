"""The days of years, and the sentences and lines of their readings."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache

from kirosample.horoscope import Reading, load, sentences
from kirosample.horoscope.lines import Line, Pool
from kirosample.horoscope.lines.model import SUBJECTS
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


def pools() -> Iterator[tuple[str, Pool]]:
    """Every pool with its name: of a subject, a day of the year, a special day, or the Moon."""
    known = load()
    for subject, of_subject in zip(SUBJECTS, known.subjects, strict=True):
        yield from ((f"{subject}.{path}", pool) for path, pool in of_subject.items())
    yield from ((f"season.{on}", pool) for on, pool in known.seasons.items())
    yield from ((f"day.{on}", pool) for on, pool in known.days.items())
    yield from (("new", known.new_moon), ("full", known.full_moon))


@cache
def _by_first_sentence() -> Mapping[str, tuple[Line, int, frozenset[str]]]:
    """By a line's first Japanese sentence the line, its number of sentences, and its pools."""
    found: dict[str, tuple[Line, int, frozenset[str]]] = {}
    for name, pool in pools():
        for line in pool:
            for text in filter(None, (line.text, line.off)):
                first, *rest = sentences(text.ja)
                names = found[first][2] if first in found else frozenset[str]()
                found[first] = line, 1 + len(rest), names | {name}
    return found


def lines_of(one: Reading) -> list[tuple[Line, frozenset[str]]]:
    """The lines of a reading, in order, each with the names of the pools that have it."""
    left = without_joins(one.text)["ja"]
    found = []
    while left:
        line, length, names = _by_first_sentence()[left[0]]
        assert (
            sentences((line.text if left[0] in line.text.ja else line.off or line.text).ja)
            == (left[:length])
        )
        found.append((line, names))
        left = left[length:]
    return found
