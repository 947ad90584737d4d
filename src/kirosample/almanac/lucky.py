"""Lucky days for a purpose: which of the next twelve months' days custom asks for, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from kirosample.almanac.holidays import holiday
from kirosample.almanac.lunar import days_of_month, rokuyo_of
from kirosample.almanac.model import LAST_DAY, require_day
from kirosample.almanac.rekichu import GHOST, is_of_ghost, rekichu_of_cycle
from kirosample.almanac.senjitsu import (
    NO_SUCCESS,
    is_without_success,
    senjitsu_of_cycle,
    without_twice,
)
from kirosample.almanac.sexagenary import day_index
from kirosample.almanac.words import FREE, Purpose, load_words

PARDON = "天赦日"
_WORTH = 3
_SATURDAY = 5
_MONTHS_KEPT = 8 * 12
"""At some 4 kB a month."""


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
        asks, against = self.asks or self.purpose.asks, self.purpose.against
        asked, found = set(asks), []
        for day, names in days_between(self.first, min(_year_later(self.first), LAST_DAY)):
            if asked.isdisjoint(names):
                continue
            reasons = [name for name in asks if name in names]
            if any(name in names for name in self.without):
                continue
            if self.off and day.weekday() < _SATURDAY and not holiday(day):
                continue
            lucky = _lucky(day, reasons, [name for name in against if name in names])
            if len(lucky.reasons) > self.overlap:
                found.append(lucky)
        return tuple(found)

    def compared(self) -> tuple[LuckyDay, ...]:
        """The days `on`. Raises OutOfRange."""
        return tuple(lucky_day(self.purpose, day) for day in self.on)


def lucky_day(purpose: Purpose, day: date) -> LuckyDay:
    """A day for a purpose, though custom may not ask for it. Raises OutOfRange."""
    require_day(day)
    ((_, names),) = days_between(day, day)
    reasons = [name for name in purpose.asks if name in names]
    return _lucky(day, reasons, [name for name in purpose.against if name in names])


def lucky_soon(day: date) -> LuckyDay | None:
    """Of a day and the week after it, the best day on which several lucky days fall together.

    None if there is none that nothing has a hold on.
    """
    purpose, last = load_words().purposes[FREE], min(LAST_DAY, day + timedelta(7))
    best: LuckyDay | None = None
    for each, names in days_between(day, last):
        reasons = [name for name in purpose.asks if name in names]
        lucky = _lucky(each, reasons, [name for name in purpose.against if name in names])
        good = len(lucky.reasons) > 1 and (PARDON in reasons or not lucky.against)
        if good and (best is None or lucky.strength > best.strength):
            best = lucky
    return best


def is_rare(day: LuckyDay) -> bool:
    """Whether so much falls together as on a dozen days of a year at most."""
    return day.strength >= _WORTH


def _lucky(day: date, reasons: list[str], against: list[str]) -> LuckyDay:
    reasons = without_twice(reasons) if len(reasons) > 1 else reasons
    strength = len(reasons)
    if PARDON in reasons:
        strength += _WORTH - 1
    elif against:
        strength //= 2
    return LuckyDay(day, tuple(reasons), tuple(against), strength)


def days_between(first: date, last: date) -> Iterator[tuple[date, tuple[str, ...]]]:
    """The days from the first to the last with their 六曜, 選日 and 暦注."""
    month, last_month = first.replace(day=1), last.replace(day=1)
    while month <= last_month:
        begin = first.day - 1 if month < first else 0
        yield from _named(month)[begin : last.day if month == last_month else None]
        month = (month + timedelta(31)).replace(day=1)


def _year_later(first: date) -> date:
    """The last of twelve months."""
    if (first.month, first.day) == (2, 29):
        return date(first.year + 1, 2, 28)
    return first.replace(year=first.year + 1) - timedelta(1)


@lru_cache(maxsize=_MONTHS_KEPT)
def _named(month: date) -> tuple[tuple[date, tuple[str, ...]], ...]:
    """The days of a month with their 六曜, 選日 and 暦注, as the functions of a day give them."""
    found: list[tuple[date, tuple[str, ...]]] = []
    for day, term, old_month, old_day in days_of_month(month):
        index = day_index(day)
        names = (
            rokuyo_of(old_month, old_day),
            *senjitsu_of_cycle(term, index),
            *rekichu_of_cycle(term, index),
        )
        if is_without_success(old_month, old_day):
            names += (NO_SUCCESS,)
        if is_of_ghost(day.toordinal()):
            names += (GHOST,)
        found.append((day, names))
    return tuple(found)
