"""What is counted from a day of birth: ages, days, and the years that are celebrated."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from kirosample.almanac.words import LONG_LIFE, Word

_ROUND = (1_000, 10_000)


@dataclass(frozen=True, slots=True)
class LongLife:
    """年祝い: a celebrated age, and the year of it by 数え年."""

    word: Word
    counted: int
    year: int


def age(born: date, on: date) -> int:
    """満年齢. Who was born on 29 February is a year older when 28 February of a common year ends.

    By 民法 143 条, to which 年齢計算ニ関スル法律 refers.
    """
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def counted_age(born: date, on: date) -> int:
    """数え年: one at birth, and one more each New Year."""
    return on.year - born.year + 1


def next_birthday(born: date, today: date) -> date:
    """The first day after today on which one is a year older: 1 March where there is no 29th."""
    this_year = _in_year(born, today.year)
    return this_year if this_year > today else _in_year(born, today.year + 1)


def _in_year(born: date, year: int) -> date:
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def days_lived(born: date, today: date) -> int:
    """Days from birth to today, both included."""
    return (today - born).days + 1


def round_days(born: date, today: date) -> Iterator[tuple[int, date]]:
    """The next thousandth and ten-thousandth day of a life after today, once if it is the same."""
    lived = days_lived(born, today)
    for number in dict.fromkeys((lived // each + 1) * each for each in _ROUND):
        yield number, born + timedelta(number - 1)


def long_life(born: date, today: date) -> Iterator[LongLife]:
    """The 年祝い of this year and later, in order."""
    for counted, word in LONG_LIFE.items():
        year = born.year + counted - 1
        if year >= today.year:
            yield LongLife(word, counted, year)
