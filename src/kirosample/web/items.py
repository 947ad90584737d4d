"""The things that can be liked: an item's key, and the words that are kept with it."""

import re
from datetime import date

from kirosample import almanac, horoscope
from kirosample.favorites import Favorite, Item, Type
from kirosample.quotes import Catalogue, Quote
from kirosample.web import japanese, problems

_SIGNS = {sign.id: sign for sign in horoscope.SIGNS}


def item(catalogue: Catalogue, type_: Type, key: str) -> Item:
    """The item of this key. Raises Problem (422) where there is none."""
    try:
        return _quote(catalogue, key) if type_ == "quote" else _reading(key)
    except (KeyError, ValueError):
        raise problems.unprocessable(
            "item", "item の {key} は見つかりません。", key=key[:40]
        ) from None


def reading_key(reading: horoscope.Reading) -> str:
    """The key of a reading: its day and its sign."""
    return f"{reading.date.isoformat()}.{reading.sign}"


def path(favorite: Favorite) -> str:
    """The address of a favorite's own page."""
    if favorite.type == "quote":
        return f"/quote/{favorite.item}"
    day, sign = favorite.item.split(".")
    return f"/horoscope/{sign}?date={day}"


def day_and_sign(key: str) -> tuple[date, horoscope.Sign]:
    """What the key of a reading stands for. Raises KeyError or ValueError where it is none."""
    match = re.fullmatch(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.([a-z]+)", key)
    if not match:
        raise ValueError(key)
    day = date.fromisoformat(match[1])
    if not almanac.FIRST_DAY <= day <= almanac.LAST_DAY:
        raise ValueError(key)
    return day, _SIGNS[match[2]]


def _quote(catalogue: Catalogue, key: str) -> Item:
    quote: Quote = catalogue.get(key)
    return Item("quote", quote.id, quote.text, quote.author)


def _reading(key: str) -> Item:
    day, sign = day_and_sign(key)
    title = f"{sign.name}・{japanese.day_of_year(day)}"
    return Item("horoscope", key, horoscope.reading(day, sign.id).text, title)
