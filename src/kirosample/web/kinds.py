"""The kinds of things that can be liked: all that differs between them is in one object each.

A new one is a member of `favorites.Type`, a migration, its object here, and a button on its page.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import ClassVar, Final, NamedTuple

from ishizue.http import problems
from kirosample import horoscope
from kirosample.favorites import TYPES, Favorite, Item, Type, day_and_sign
from kirosample.quotes import Catalogue, ruby
from kirosample.web.i18n import FORMATS, japanese
from kirosample.web.i18n.languages import JAPANESE, Messages

LIKABLE_DAYS_BACK, _LIKABLE_DAYS_AHEAD = 30, 1
"""Horoscopes up to so many days before today, and after, can be liked."""


class Words(NamedTuple):
    """What a favorite says in the language of a page."""

    content: str
    marked: str
    """The content, with the ends of phrases where its quote marks them."""

    author: str
    is_japanese: bool
    headline: str = ""
    """The headline of a reading; empty for other kinds, and for one with other words since."""


class Kind(ABC):
    """One kind. A key is what `favorites` stores as the item, and differs within the kind."""

    name: ClassVar[str]
    """The kind in Japanese: a message for all of them, and a word of the vocabulary for one."""

    keys: ClassVar[str]
    """What the API says of the keys."""

    of_a_day: ClassVar[bool] = False
    """Whether a key starts with a day: its thing can be liked around that day only."""

    @abstractmethod
    def item(self, catalogue: Catalogue, today: Callable[[], date], key: str) -> Item | None:
        """What a favorite stores; None if it cannot be liked today.

        Raises KeyError or ValueError for an unknown key.
        """

    @abstractmethod
    def path(self, key: str) -> str:
        """The path and query of its page."""

    @abstractmethod
    def words(self, favorite: Favorite, catalogue: Catalogue, messages: Messages) -> Words:
        """What a list shows of a favorite, which is stored in Japanese."""

    def icon(self, _key: str) -> str:
        """The name of the picture beside the kind's name in a list; empty for neither."""
        return ""


class _Quotes(Kind):
    """Quotes: a key is an id of the catalogue."""

    name = "名言"
    keys = "名言の id"

    def item(self, catalogue: Catalogue, _today: Callable[[], date], key: str) -> Item:
        quote = catalogue.get(key)
        return Item("quote", quote.id, quote.text.ja, quote.author.name.ja)

    def path(self, key: str) -> str:
        return f"/quote/{key}"

    def words(self, favorite: Favorite, catalogue: Catalogue, messages: Messages) -> Words:
        content, author = favorite.content, favorite.author
        try:
            quote = catalogue.get(favorite.item)
        except KeyError:  # removed from the catalogue
            return Words(content, content, author, is_japanese=True)
        if messages.language == JAPANESE:
            marked = ruby.without_readings(quote.ruby or "")
            same = ruby.plain(marked) == content
            return Words(content, marked if same else content, author, is_japanese=True)
        translated = messages.text(quote.text)
        return Words(translated, translated, messages.text(quote.author.name), is_japanese=False)


class _Readings(Kind):
    """Readings: a key is a day and a sign."""

    name = "星占い"
    keys = "2026-11-24.aries のような日付と星座"
    of_a_day = True

    def item(self, _: Catalogue, today: Callable[[], date], key: str) -> Item | None:
        day, sign = day_and_sign(key)
        return _items_of(day)[sign.id] if is_likable(day, today()) else None

    def path(self, key: str) -> str:
        day, sign = key.split(".")
        return f"/horoscope/{sign}?date={day}"

    def words(self, favorite: Favorite, _: Catalogue, messages: Messages) -> Words:
        day, sign = day_and_sign(favorite.item)
        headline, text = horoscope.read_words(day, sign.id)
        is_japanese = messages.language == JAPANESE
        title = favorite.author
        if not is_japanese:
            when = FORMATS[messages.language].day_of_year(day)
            when = when.replace(" ", "\u00a0", 1)  # no line ends between month and day
            title = f"{messages.text(sign.name)}, {when}"
        if favorite.content != text.ja:  # what was liked is kept: its words have changed since
            return Words(favorite.content, favorite.content, title, is_japanese=True)
        content = messages.text(text)
        return Words(content, content, title, is_japanese, messages.text(headline))

    def icon(self, key: str) -> str:
        return key.partition(".")[2]


def _kind(type_: Type) -> Kind:
    match type_:
        case "quote":
            return _Quotes()
        case "horoscope":
            return _Readings()


KINDS: Final[Mapping[Type, Kind]] = {type_: _kind(type_) for type_ in TYPES}
"""The kind of each type, in the order of lists and statistics."""


def item(catalogue: Catalogue, today: Callable[[], date], type_: Type, key: str) -> Item | None:
    """The item of this key, or None for one that cannot be liked today.

    Raises Problem (422) for an unknown key.
    """
    try:
        return KINDS[type_].item(catalogue, today, key)
    except (KeyError, ValueError):
        raise problems.unprocessable(
            "item", "item の {key} は見つかりません。", key=key[:40]
        ) from None


def closed(favorites: Iterable[Favorite], today: date) -> list[int]:
    """The ids of the favorites that can no longer be liked."""
    first, last = (
        (today + timedelta(days)).isoformat() for days in (-LIKABLE_DAYS_BACK, _LIKABLE_DAYS_AHEAD)
    )
    return [
        favorite.id
        for favorite in favorites
        if KINDS[favorite.type].of_a_day and not first <= favorite.item[:10] <= last
    ]


def is_likable(day: date, today: date) -> bool:
    """Whether the things of this day can be liked today."""
    return -LIKABLE_DAYS_BACK <= (day - today).days <= _LIKABLE_DAYS_AHEAD


def reading_key(reading: horoscope.Reading) -> str:
    """The key of a reading: its day and its sign."""
    return f"{reading.date.isoformat()}.{reading.sign}"


@lru_cache(maxsize=LIKABLE_DAYS_BACK + 1 + _LIKABLE_DAYS_AHEAD)
def _items_of(day: date) -> Mapping[str, Item]:
    """The items of a day by sign. Crawlers cannot evict these."""
    when = japanese.day_of_year(day)
    return {
        reading.sign: Item(
            "horoscope", reading_key(reading), reading.text.ja, f"{reading.name.ja}・{when}"
        )
        for reading in horoscope.readings(day)
    }
