"""How the ranking treats the signs over time, for the tests."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate
from typing import NamedTuple

from kirosample.horoscope import SIGNS, ranks, sky
from kirosample.horoscope.signs import house

LAST = len(SIGNS)
FIRST_THREE = 3
LAST_THREE = LAST - 2


class Windows(NamedTuple):
    """How many windows of a sign have so many days on which it is in these places."""

    first: Counter[int]
    first_three: Counter[int]
    last: Counter[int]


def windows(begins: date, ends: date, length: int) -> Windows:
    """Of every sign and all windows of `length` days from `begins` to `ends`, both included."""
    found = Windows(Counter(), Counter(), Counter())
    by_sign: defaultdict[str, list[int]] = defaultdict(list)
    for day in _days(begins, ends):
        for one in ranks(day):
            by_sign[one.sign].append(one.rank)
    for of_sign in by_sign.values():
        found.first.update(_windows((rank == 1 for rank in of_sign), length))
        found.first_three.update(_windows((rank <= FIRST_THREE for rank in of_sign), length))
        found.last.update(_windows((rank == LAST for rank in of_sign), length))
    return found


def ranks_by_house(first: int, last: int) -> dict[int, Counter[int]]:
    """By house of the Moon, the ranks of the signs that have it there."""
    found: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for day in _days(date(first, 1, 1), date(last, 12, 31)):
        moon = sky(day)["moon"].sign
        for one in ranks(day):
            found[house(moon, one.sign)][one.rank] += 1
    return dict(sorted(found.items()))


def share(counted: Counter[int], first: int, last: int) -> float:
    """The share of the counts of numbers from `first` to `last`."""
    return sum(counted[number] for number in range(first, last + 1)) / counted.total()


def _windows(days: Iterator[bool], length: int) -> list[int]:
    """The number of true days in every window."""
    until = [0, *accumulate(days)]
    return [after - before for before, after in zip(until, until[length:], strict=False)]


def _days(begins: date, ends: date) -> Iterator[date]:
    for number in range((ends - begins).days + 1):
        yield begins + timedelta(days=number)
