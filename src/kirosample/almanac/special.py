"""The special day: what people wait for, and the days on which lucky days fall together.

六曜 does not count, nor does 一粒万倍日 alone, which comes 64 times a year.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from kirosample.almanac.holidays import holidays, observances
from kirosample.almanac.lucky import PARDON, days_between
from kirosample.almanac.model import LAST_DAY, YEARS_KEPT, Day, require_day
from kirosample.almanac.sexagenary import NO_SUCCESS, SENJITSU, without_twice
from kirosample.almanac.terms import NAMES, solar_terms, term_days, zassetsu
from kirosample.almanac.words import Festival, load_words
from kirosample.text import Text

_LUCKY: Final = frozenset(SENJITSU) - {NO_SUCCESS}
_AGAINST: Final = (NO_SUCCESS, "三隣亡")

_NEW_YEAR: Final = "元日"
"""The holiday that is special; the tables of `words` say of other names whether they are."""

_FOLLOWING: Final = {
    "元日": ("七草", "鏡開き"),
    "節分": ("立春",),
    "七夕": ("伝統的七夕",),
    "土用の丑の日": ("土用の丑の日", "立秋"),
    "迎え盆": ("送り盆",),
    "お盆": ("送り盆",),
    "中秋の名月": ("十三夜",),
}
"""What belongs to an occasion and comes later in the year."""


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day with a block of its own.

    `occasions` are special ones, each with its kind; `lucky` the 選日 that fall together, or
    天赦日 alone; `against` what is held against these. One of `occasions` and `lucky` may be empty.
    """

    date: date
    occasions: tuple[tuple[str, str], ...]
    lucky: tuple[str, ...]
    against: tuple[str, ...]


def special_day(day: date) -> SpecialDay | None:
    """What makes a day special, or None on an ordinary one. Raises OutOfRange."""
    return next(special_days(day, day), None)


def special_days(first: date, last: date) -> Iterator[SpecialDay]:
    """The special days from the first to the last. Raises OutOfRange."""
    require_day(first)
    for day, names in days_between(first, last):
        occasions = _occasions(day.year).get(day, ())
        lucky = _together(names)
        if occasions or lucky:
            against = tuple(name for name in _AGAINST if lucky and name in names)
            yield SpecialDay(day, occasions, lucky, against)


def festival(day: Day) -> Festival | None:
    """What takes the first page on this day, or None on an ordinary one."""
    names = {day.holiday, *day.zassetsu, *day.observances, *day.senjitsu}
    if day.solar_term.at.date() == day.date:
        names.add(day.solar_term.name)
    return next((each for each in load_words().festivals if each.day in names), None)


def days_together(first: date, last: date) -> Iterator[date]:
    """The days on which 選日 fall together, or 天赦日 alone, which are special ones."""
    return (day for day, names in days_between(first, last) if _together(names))


def next_lucky_together(day: date) -> date | None:
    """The first of these days after this one; None at the almanac's end."""
    return next((each for each in days_together(day, LAST_DAY) if each > day), None)


def later_occasions(special: SpecialDay) -> list[tuple[str, str, date]]:
    """What belongs to the day and comes later in its year: each kind, name and day."""
    wanted = [name for _, occasion in special.occasions for name in _FOLLOWING.get(occasion, ())]
    year = special.date.year
    days = [
        *(("observance", name, day) for day, names in observances(year).items() for name in names),
        *(("solar term", term.name, term.at.date()) for term in solar_terms(year)),
    ]
    later = (each for each in days if each[1] in wanted and each[2] > special.date)
    return sorted(later, key=lambda each: each[2])


def about_occasion(kind: str, name: str) -> Text:
    """What an occasion with a block means."""
    words = load_words()
    if kind == "observance":
        return words.observances[name].meaning
    if kind == "zassetsu":
        return words.zassetsu[name]
    return words.terms[name].day if kind == "solar term" else words.new_year


@lru_cache(maxsize=YEARS_KEPT)
def _occasions(year: int) -> Mapping[date, tuple[tuple[str, str], ...]]:
    """The days of a year with special occasions."""
    special = {**load_words().special, "holiday": {_NEW_YEAR}}
    named: list[tuple[str, Mapping[date, Iterable[str]]]] = [
        ("holiday", {day: [name] for day, name in holidays(year).items()}),
        ("solar term", {day: [name] for day, name in zip(term_days(year), NAMES, strict=True)}),
        ("zassetsu", zassetsu(year)),
        ("observance", observances(year)),
    ]
    occasions: dict[date, tuple[tuple[str, str], ...]] = {}
    for kind, days in named:
        for day, names in days.items():
            for name in names:
                if name in special[kind]:
                    occasions[day] = (*occasions.get(day, ()), (kind, name))
    return occasions


def _together(names: Collection[str]) -> tuple[str, ...]:
    if len(_LUCKY.intersection(names)) < 2 and PARDON not in names:
        return ()
    lucky = without_twice([name for name in SENJITSU if name in names and name in _LUCKY])
    return tuple(lucky) if PARDON in lucky or len(lucky) > 1 else ()
