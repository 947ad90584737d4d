"""What the words of the calendar mean, in both languages, from the TOML files in this folder."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Annotated, Final, Literal, TypeVar

from msgspec import Meta, Struct
from msgspec.structs import asdict

from kirosample import content
from kirosample.text import Text

_FOLDER: Final = "almanac/words"
_SUNDAY = 6
_WEEK = 7
_A_COMMON_YEAR = 2001

MonthDay = Annotated[str, Meta(pattern="^[0-9]{2}-[0-9]{2}$")]

FREE: Final = "any"
"""The purpose whose days may be chosen: some of those for which it asks."""

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Nth(Struct, frozen=True, forbid_unknown_fields=True):
    """Which one of a month's Sundays, or of another weekday."""

    month: Annotated[int, Meta(ge=1, le=12)]
    nth: Annotated[int, Meta(ge=1, le=4)]

    def in_year(self, year: int, weekday: int) -> date:
        """The day in a year; `weekday` is 0 for Monday."""
        first = date(year, self.month, 1)
        days = (weekday - first.weekday()) % _WEEK + _WEEK * (self.nth - 1)
        return first + timedelta(days)


def in_year(on: str, year: int) -> date:
    """The day in a year."""
    return date.fromisoformat(f"{year}-{on}")


def require_one(on: tuple[str, ...], nth: Nth | None) -> None:
    """Either dates or a weekday. Raises ValueError, also for a date that not every year has."""
    if (nth is None) == (not on):
        raise ValueError("has either `on` or a weekday")
    for each in on:
        in_year(each, _A_COMMON_YEAR)


class Word(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A word of the calendar. `kana` is empty where no reader needs it."""

    name: Text
    kana: Annotated[str, Meta(pattern="^[ぁ-ゖァ-ヺー（）]*$")] = ""
    latin: str
    meaning: Text

    @property
    def reading(self) -> Text:
        """The word in kana, and in Latin letters."""
        return Text(self.kana, self.latin)


class Observance(Word, frozen=True, kw_only=True):
    """A day of every year, `since` its first one, or a name whose days are computed.

    A `special` one has a block of its own, which says first what the day is.
    """

    on: tuple[MonthDay, ...] = ()
    sunday: Nth | None = None
    since: int = 0
    special: bool = False

    def __post_init__(self) -> None:
        if not self.is_computed:
            require_one(self.on, self.sunday)

    @property
    def is_computed(self) -> bool:
        return not self.on and self.sunday is None

    def days(self, year: int) -> Iterator[date]:
        """Its days in a year, unless they are computed."""
        if year >= self.since:
            yield from (in_year(each, year) for each in self.on)
            if self.sunday:
                yield self.sunday.in_year(year, _SUNDAY)


class Kou(Word, frozen=True, kw_only=True):
    """One of the 七十二候: `number` is 1 (東風解凍) to 72 (鶏始乳)."""

    number: int


class TermWords(Struct, frozen=True, forbid_unknown_fields=True):
    """What a solar term means: `day` on its own day, `after` on those that follow."""

    name: str
    day: Text
    after: Text
    special: bool = False


class Festival(Struct, frozen=True, forbid_unknown_fields=True):
    """A day that takes the first page, by one of its names in the almanac.

    `hour` says what happens at the time of day that `at` names, or which way 恵方 is.
    """

    day: str
    name: Text
    greeting: Text
    hour: Text | None = None
    at: Literal["sunrise", "sunset", "moonrise", "eho", ""] = ""


class Direction(Struct, frozen=True, forbid_unknown_fields=True):
    """A direction, in degrees from north."""

    text: Text
    degrees: Annotated[int, Meta(ge=0, lt=360)]


class Purpose(Struct, frozen=True, forbid_unknown_fields=True):
    """What people choose a day for.

    `asks` are the names of lucky days, the best first; `against` those of unlucky ones. `sources`
    are sites that say so, and `custom` says which school is followed.
    """

    id: Annotated[str, Meta(pattern="^[a-z]{2,20}$")]
    name: Text
    asks: Annotated[tuple[str, ...], Meta(min_length=1)]
    against: tuple[str, ...]
    sources: Annotated[tuple[str, ...], Meta(min_length=1)]
    custom: Text


class _Meaning(Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    meaning: Text
    special: bool = False


class _OfAge(Word, frozen=True, kw_only=True):
    age: int


_Words = tuple[Word, ...]


class _Kou(Struct, frozen=True, forbid_unknown_fields=True):
    kou: Annotated[_Words, Meta(min_length=72, max_length=72)]


class _Terms(Struct, frozen=True, forbid_unknown_fields=True):
    terms: tuple[TermWords, ...]


class _Observances(Struct, frozen=True, forbid_unknown_fields=True):
    observances: tuple[Observance, ...]


class _Festivals(Struct, frozen=True, forbid_unknown_fields=True):
    festivals: tuple[Festival, ...]


class _Months(Struct, frozen=True, forbid_unknown_fields=True):
    months: Annotated[_Words, Meta(min_length=12, max_length=12)]


class _Purposes(Struct, frozen=True, forbid_unknown_fields=True):
    purposes: tuple[Purpose, ...]
    cautions: tuple[_Meaning, ...]


class _LongLife(Struct, frozen=True, forbid_unknown_fields=True):
    long_life: tuple[_OfAge, ...]


class _Days(Struct, frozen=True, forbid_unknown_fields=True):
    new_year: Text
    zassetsu: tuple[_Meaning, ...]
    senjitsu: _Words
    rekichu: _Words
    eho: tuple[Direction, ...]
    tides: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """All words, by name but for the 候, the months from the first, and 年祝い by 数え年.

    The English names of 雑節 and solar terms are messages of the pages.
    """

    new_year: Text
    zassetsu: Mapping[str, Text]
    senjitsu: Mapping[str, Word]
    rekichu: Mapping[str, Word]
    observances: Mapping[str, Observance]
    terms: Mapping[str, TermWords]
    festivals: tuple[Festival, ...]
    kou: tuple[Kou, ...]
    months: tuple[Word, ...]
    long_life: Mapping[int, Word]
    eho: Mapping[str, Direction]
    tides: Mapping[str, Text]
    purposes: Mapping[str, Purpose]
    """The purposes by id, in the order in which they are offered."""

    cautions: Mapping[str, Text]
    """What is held against days that are lucky for other purposes, by their names."""

    special: Mapping[str, frozenset[str]]
    """The 雑節, solar terms and observances that make a day a special one, by kind."""


@cache
def load_words() -> Words:
    """The words of the package, made once. Raises ContentError."""
    days = content.read(f"{_FOLDER}/days.toml", _Days)
    observances = content.read(f"{_FOLDER}/observances.toml", _Observances).observances
    terms = content.read(f"{_FOLDER}/terms.toml", _Terms).terms
    kou = content.read(f"{_FOLDER}/kou.toml", _Kou).kou
    long_life = content.read(f"{_FOLDER}/long_life.toml", _LongLife).long_life
    purposes = content.read(f"{_FOLDER}/purposes.toml", _Purposes)
    return Words(
        new_year=days.new_year,
        zassetsu=_once("days", ((each.name, each.meaning) for each in days.zassetsu)),
        senjitsu=_by_name("days", days.senjitsu),
        rekichu=_by_name("days", days.rekichu),
        observances=_once("observances", ((each.name.ja, each) for each in observances)),
        terms=_once("terms", ((each.name, each) for each in terms)),
        festivals=content.read(f"{_FOLDER}/festivals.toml", _Festivals).festivals,
        kou=tuple(Kou(number=number, **asdict(word)) for number, word in enumerate(kou, 1)),
        months=content.read(f"{_FOLDER}/months.toml", _Months).months,
        long_life=_once("long_life", ((each.age, each) for each in long_life)),
        eho=_once("days", ((each.text.ja, each) for each in days.eho)),
        tides=_once("days", ((each.ja, each) for each in days.tides)),
        purposes=_once("purposes", ((each.id, each) for each in purposes.purposes)),
        special={
            "zassetsu": frozenset(each.name for each in days.zassetsu if each.special),
            "solar term": frozenset(each.name for each in terms if each.special),
            "observance": frozenset(each.name.ja for each in observances if each.special),
        },
        cautions=_once("purposes", ((each.name, each.meaning) for each in purposes.cautions)),
    )


def _by_name(file: str, words: _Words) -> Mapping[str, Word]:
    return _once(file, ((word.name.ja, word) for word in words))


def _once(file: str, entries: Iterable[tuple[_Key, _Value]]) -> Mapping[_Key, _Value]:
    """The entries by their keys. Raises ContentError for a key that stands twice."""
    table: dict[_Key, _Value] = {}
    for key, value in entries:
        if key in table:
            raise content.ContentError(f"{_FOLDER}/{file}.toml: {key}: stands twice")
        table[key] = value
    return table
