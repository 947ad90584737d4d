"""The things that can be liked: an item's key, and the words that are kept with it."""

import re
from datetime import date

from kirosample import almanac, horoscope
from kirosample.favorites import Favorite, Item, Type
from kirosample.quotes import Catalogue, Quote
from kirosample.web import problems


def item(catalogue: Catalogue, type_: Type, key: str) -> Item:
    """The item of this key. Raises Problem (422) where there is none."""
    try:
        return _quote(catalogue, key) if type_ == "quote" else _reading(key)
    except (KeyError, ValueError):
        raise problems.unprocessable("item", f"item の {key[:40]} は見つかりません。") from None


def reading_key(reading: horoscope.Reading) -> str:
    """The key of a reading: its day and its sign."""
    return f"{reading.date.isoformat()}.{reading.sign}"


def path(favorite: Favorite) -> str:
    """The address of a favorite's own page."""
    if favorite.type == "quote":
        return f"/quote/{favorite.item}"
    day, _, sign = favorite.item.partition(".")
    return f"/horoscope/{sign}?date={day}"


def _quote(catalogue: Catalogue, key: str) -> Item:
    quote: Quote = catalogue.get(key)
    return Item("quote", quote.id, quote.text, quote.author)


def _reading(key: str) -> Item:
    match = re.fullmatch(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.([a-z]+)", key)
    if not match:
        raise ValueError(key)
    day = date.fromisoformat(match[1])
    if not almanac.FIRST_DAY <= day <= almanac.LAST_DAY:
        raise ValueError(key)
    reading = horoscope.reading(day, match[2])
    title = f"{reading.name}・{day.year}年{day.month}月{day.day}日"
    return Item("horoscope", key, reading.text, title)
