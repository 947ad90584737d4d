"""The days of years, and the lines of their readings."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache

from kirosample.horoscope import Reading, composing, load, sky
from kirosample.horoscope.deals import deal
from kirosample.horoscope.lines import Line, Pool
from kirosample.horoscope.lines.model import SUBJECTS
from kirosample.horoscope.scores import score


def days(first: int, last: int) -> Iterator[date]:
    """Every day of the years `first` to `last`."""
    day = date(first, 1, 1)
    while day.year <= last:
        yield day
        day += timedelta(days=1)


def pools() -> Iterator[tuple[str, Pool]]:
    """Every pool with its name: of a subject, a day of the year, a special day, or the Moon."""
    known = load()
    for subject, of_subject in zip(SUBJECTS, known.subjects, strict=True):
        yield from ((f"{subject}.{path}", pool) for path, pool in of_subject.items())
    yield from ((f"season.{on}", pool) for on, pool in known.seasons.items())
    yield from ((f"day.{on}", pool) for on, pool in known.days.items())
    yield from (("new", known.new_moon), ("full", known.full_moon))


@cache
def _names() -> Mapping[Line, set[str]]:
    """The names of the pools that have a line."""
    names = defaultdict[Line, set[str]](set)
    for name, pool in pools():
        for line in pool:
            names[line].add(name)
    return names


def lines_of(reading: Reading) -> list[tuple[Line, set[str]]]:
    """The lines of a reading, in order, each with the names of the pools that have it."""
    d = reading.date
    sign = reading.sign
    read, *_ = composing.lines_of(sky(d), score(d, sign), deal(d, sign), load())
    return [(line, _names()[line]) for line in read]
