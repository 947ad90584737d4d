"""What is counted from a day of birth: ages, days, and the years that are celebrated."""

from dataclasses import dataclass
from datetime import date, timedelta

from kirosample.almanac.terms import term_days
from kirosample.almanac.words import Word, load_words

_ROUND = (1_000, 10_000)
_RISSHUN = 2  # 立春 is the third solar term of a year


@dataclass(frozen=True, slots=True)
class Life:
    """A life on a day.

    `age` is 満年齢, `counted_age` 数え年: one at birth, and one more each New Year. `days` includes
    both ends; `rounds` are the next thousandth and ten-thousandth days, once if they are the same.
    `long_lives` are the coming 年祝い by 数え年, each as its word, that age and the year.
    """

    age: int
    counted_age: int
    days: int
    rounds: tuple[tuple[int, date], ...]
    long_lives: tuple[tuple[Word, int, int], ...]
    is_before_risshun: bool


def life(born: date, today: date) -> Life:
    """What is counted from a day of birth.

    Who was born on 29 February is a year older when 28 February of a common year ends: 民法 143 条,
    to which 年齢計算ニ関スル法律 refers.
    """
    days = (today - born).days + 1
    rounds = dict.fromkeys((days // each + 1) * each for each in _ROUND)
    long_lives = ((word, age, born.year + age - 1) for age, word in load_words().long_life.items())
    return Life(
        age=today.year - born.year - (_birthday(born, today.year) > today),
        counted_age=today.year - born.year + 1,
        days=days,
        rounds=tuple((number, born + timedelta(number - 1)) for number in rounds),
        long_lives=tuple(each for each in long_lives if each[2] >= today.year),
        is_before_risshun=born < term_days(born.year)[_RISSHUN],
    )


def next_birthday(born: date, today: date) -> date:
    """The first birthday on or after a day: 1 March where there is no 29 February."""
    this_year = _birthday(born, today.year)
    return this_year if this_year >= today else _birthday(born, today.year + 1)


def _birthday(born: date, year: int) -> date:
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 3, 1)
