"""The items that can be liked: their keys, and what a favorite stores of them."""

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache

from ishizue.http import problems
from kirosample import almanac, horoscope
from kirosample.favorites import Favorite, Item, Type
from kirosample.quotes import Catalogue, Quote
from kirosample.web.i18n import japanese
from kirosample.web.i18n.languages import JAPANESE, Language

LIKABLE_DAYS_BACK = 30
"""Horoscopes up to this many days before today can be liked."""

_LIKABLE_DAYS_AHEAD = 1
"""Horoscopes up to this many days after today can be liked."""


def item(catalogue: Catalogue, today: Callable[[], date], type_: Type, key: str) -> Item | None:
    """The item of this key, or None for a horoscope that cannot be liked today.

    Raises Problem (422) for an unknown key.
    """
    try:
        return _quote(catalogue, key) if type_ == "quote" else _reading(today(), key)
    except (KeyError, ValueError):
        raise problems.unprocessable(
            "item", "item の {key} は見つかりません。", key=key[:40]
        ) from None


def is_likable(day: date, today: date) -> bool:
    """Whether the horoscopes of this day can be liked today."""
    return -LIKABLE_DAYS_BACK <= (day - today).days <= _LIKABLE_DAYS_AHEAD


def closed(favorites: Iterable[Favorite], today: date) -> list[int]:
    """The ids of the favorites that can no longer be liked."""
    first, last = (
        (today + timedelta(days)).isoformat() for days in (-LIKABLE_DAYS_BACK, _LIKABLE_DAYS_AHEAD)
    )
    return [
        one.id
        for one in favorites
        if one.type == "horoscope" and not first <= one.item[:10] <= last
    ]


def reading_key(reading: horoscope.Reading) -> str:
    """The key of a reading: its day and its sign."""
    return f"{reading.date.isoformat()}.{reading.sign}"


def path(favorite: Favorite) -> str:
    """The path and query of a favorite's page."""
    if favorite.type == "quote":
        return f"/quote/{favorite.item}"
    day, sign = favorite.item.split(".")
    return f"/horoscope/{sign}?date={day}"


def day_and_sign(key: str) -> tuple[date, horoscope.Sign]:
    """Parse the key of a reading. Raises KeyError or ValueError."""
    match = re.fullmatch(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.([a-z]+)", key)
    if not match:
        raise ValueError(key)
    day = date.fromisoformat(match[1])
    if not almanac.FIRST_DAY <= day <= almanac.LAST_DAY:
        raise ValueError(key)
    return day, horoscope.SIGNS_BY_ID[match[2]]


def headline(favorite: Favorite) -> str:
    """The Japanese headline of a liked reading; empty if its words have changed since."""
    day, sign = day_and_sign(favorite.item)
    told, opening = horoscope.opening(day, sign.id)
    return told.ja if favorite.content.startswith(opening.ja) else ""


def reading(key: str) -> horoscope.Reading:
    """The reading of a key. Raises KeyError or ValueError."""
    day, sign = day_and_sign(key)
    return horoscope.reading(day, sign.id)


async def prepare(favorites: Iterable[Favorite], language: Language) -> None:
    """Compose the readings that an English list shows, with a turn of the loop after each.

    A list may name fifty days, each of which takes a third of a millisecond. A Japanese one shows
    what was stored.
    """
    if language == JAPANESE:
        return
    for favorite in favorites:
        if favorite.type == "horoscope":
            composed = horoscope.reading.cache_info().misses
            reading(favorite.item)
            if horoscope.reading.cache_info().misses > composed:
                await asyncio.sleep(0)


def _quote(catalogue: Catalogue, key: str) -> Item:
    quote: Quote = catalogue.get(key)
    return Item("quote", quote.id, quote.text.ja, quote.author.name.ja)


def _reading(today: date, key: str) -> Item | None:
    day, sign = day_and_sign(key)
    return _items_of(day)[sign.id] if is_likable(day, today) else None


@lru_cache(maxsize=LIKABLE_DAYS_BACK + 1 + _LIKABLE_DAYS_AHEAD)
def _items_of(day: date) -> Mapping[str, Item]:
    """The items of a day by sign. Crawlers cannot evict these."""
    when = japanese.day_of_year(day)
    return {
        one.sign: Item("horoscope", reading_key(one), one.text.ja, f"{one.name.ja}・{when}")
        for one in horoscope.readings(day)
    }
