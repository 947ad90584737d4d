"""Lucky days for a purpose: which of the next twelve months' days custom asks for, and why."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache, partial
from operator import attrgetter
from typing import NamedTuple

from kirosample.almanac.holidays import holiday
from kirosample.almanac.model import LAST_DAY, require_day
from kirosample.almanac.moon import rokuyo_of, runs_of_month
from kirosample.almanac.sexagenary import (
    GHOST,
    MANSIONS,
    NO_SUCCESS,
    day_index,
    days_until_ghost,
    is_without_success,
    rekichu_of_cycle,
    senjitsu_of_cycle,
    without_twice,
)
from kirosample.almanac.words import FREE, Purpose, load_words

PARDON = "天赦日"
_WORTH = 3
_SATURDAY = 5
_MONTHS_KEPT = 16
"""The months of the year that begins today, at 4 kB each."""
_ASKED = 32
"""Sets of names that are asked for: by each purpose, and by readers who narrow one."""


class LuckyDay(NamedTuple):
    """A day with the lucky days that fall on it, and what speaks against it.

    `strength` is how many fall together, 天赦日, the best of them and the rarest, counted as three.
    An unlucky day halves it, rounded down, as publishers of calendars say: but for 天赦日, on which
    nothing else has a hold (sk-imedia.com, which `words.purposes` cites, of 不成就日 and 赤口).
    """

    date: date
    reasons: tuple[str, ...]
    against: tuple[str, ...]
    strength: int


_Said = tuple[tuple[str, ...], tuple[str, ...], int]
"""A LuckyDay without its date, which is the same on all days with the same names."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Twelve months' lucky days for a purpose, from the first day.

    `asks` narrows what the purpose asks for. A day of a name in `without` is left out; so is one
    that is neither a weekend nor a holiday with `off`, and one with a single reason with `overlap`.
    Days `on` which somebody would like to do it are compared, whatever they are.
    """

    purpose: Purpose
    first: date
    asks: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    off: bool = False
    overlap: bool = False
    on: tuple[date, ...] = ()

    def days(self) -> tuple[LuckyDay, ...]:
        """The days in order. Raises OutOfRange; the almanac's last year ends with it."""
        require_day(self.first)
        said = _saying(self.asks or self.purpose.asks, self.purpose.against)
        without = set(self.without)
        lucky_days = []
        for day, names in days_between(self.first, min(_year_later(self.first), LAST_DAY)):
            reasons, against, strength = said(names)
            if len(reasons) <= self.overlap or (without and not without.isdisjoint(names)):
                continue
            if self.off and day.weekday() < _SATURDAY and not holiday(day):
                continue
            lucky_days.append(LuckyDay(day, reasons, against, strength))
        return tuple(lucky_days)

    def compared(self) -> tuple[LuckyDay, ...]:
        """The days `on`. Raises OutOfRange."""
        return tuple(lucky_day(self.purpose, day) for day in self.on)


def lucky_day(purpose: Purpose, day: date) -> LuckyDay:
    """A day for a purpose, though custom may not ask for it. Raises OutOfRange."""
    require_day(day)
    return LuckyDay(day, *_said(purpose.asks, purpose.against, names_of(day)))


def lucky_soon(day: date) -> LuckyDay | None:
    """Of a day and the week after it, the best day on which several lucky days fall together.

    None if there is none that nothing has a hold on.
    """
    free = load_words().purposes[FREE]
    last = min(LAST_DAY, day + timedelta(7))
    week = [lucky_day(free, each) for each, _ in days_between(day, last)]
    good = (each for each in week if PARDON in each.reasons or not each.against)
    several = (each for each in good if len(each.reasons) > 1)
    return max(several, key=attrgetter("strength"), default=None)


def is_rare(day: LuckyDay) -> bool:
    """Whether so much falls together as on a dozen days of a year at most."""
    return day.strength >= _WORTH


def _said(asks: Iterable[str], against: Iterable[str], names: Collection[str]) -> _Said:
    """What of a day's names is asked for, what speaks against it, and its strength."""
    reasons = without_twice([name for name in asks if name in names])
    held = tuple(name for name in against if name in names)
    strength = len(reasons)
    if PARDON in reasons:
        strength += _WORTH - 1
    elif held:
        strength //= 2
    return tuple(reasons), held, strength


@lru_cache(maxsize=_ASKED)
def _saying(asks: tuple[str, ...], against: tuple[str, ...]) -> Callable[..., _Said]:
    """What `_said` says of the sets of names that days have: some three hundred."""
    return cache(partial(_said, asks, against))


def names_of(day: date) -> tuple[str, ...]:
    """The 六曜 of a day, then its 選日 and 暦注, each in the order of `words`."""
    return names_of_month(day.replace(day=1))[day.day - 1][1]


def days_between(first: date, last: date) -> Iterator[tuple[date, tuple[str, ...]]]:
    """The days from the first to the last with their 六曜, 選日 and 暦注."""
    month = first.replace(day=1)
    last_month = last.replace(day=1)
    while month <= last_month:
        begin = first.day - 1 if month < first else 0
        yield from names_of_month(month)[begin : last.day if month == last_month else None]
        month = (month + timedelta(31)).replace(day=1)


def _year_later(first: date) -> date:
    """The last of twelve months."""
    if (first.month, first.day) == (2, 29):
        return date(first.year + 1, 2, 28)
    return first.replace(year=first.year + 1) - timedelta(1)


@lru_cache(maxsize=_MONTHS_KEPT)
def names_of_month(first: date) -> Sequence[tuple[date, tuple[str, ...]]]:
    """The days of a month with their 六曜, 選日 and 暦注, as the functions of a day give them."""
    of_days: list[tuple[str, ...]] = []
    for begin, length, term, old_month, old_day in runs_of_month(first):
        old = _of_lunar_month(old_month)[old_day - 1 : old_day - 1 + length]
        cycle = _of_term(term)[day_index(begin) : day_index(begin) + length]
        of_days += [rokuyo + names + more for (rokuyo, more), names in zip(old, cycle, strict=True)]
    ordinal = first.toordinal()
    for n in range(days_until_ghost(ordinal), len(of_days), MANSIONS):
        of_days[n] += (GHOST,)
    return [(date.fromordinal(ordinal + n), names) for n, names in enumerate(of_days)]


@cache
def _of_lunar_month(month: int) -> Sequence[tuple[tuple[str, ...], tuple[str, ...]]]:
    """What the lunar date says of each day of a lunar month, before and after other names."""
    return [
        ((rokuyo_of(month, day),), (NO_SUCCESS,) if is_without_success(month, day) else ())
        for day in range(1, 31)
    ]


@cache
def _of_term(term: int) -> Sequence[tuple[str, ...]]:
    """What the cycle of 60 says of days in a term, from 甲子 on, twice."""
    return [(*senjitsu_of_cycle(term, n), *rekichu_of_cycle(term, n)) for n in range(60)] * 2
