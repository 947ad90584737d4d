"""The things that can be liked: an item's key, and the words that are kept with it."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache

from kirosample import almanac, horoscope
from kirosample.favorites import Favorite, Item, Type
from kirosample.limits import LIKABLE_DAYS_AHEAD, LIKABLE_DAYS_BACK
from kirosample.quotes import Catalogue, Quote
from kirosample.web import japanese, problems

_SIGNS = {sign.id: sign for sign in horoscope.SIGNS}


def item(catalogue: Catalogue, today: Callable[[], date], type_: Type, key: str) -> Item | None:
    """The item of this key; None for a horoscope that cannot be liked today.

    Raises Problem (422) where there is none.
    """
    try:
        return _quote(catalogue, key) if type_ == "quote" else _reading(today(), key)
    except (KeyError, ValueError):
        raise problems.unprocessable(
            "item", "item の {key} は見つかりません。", key=key[:40]
        ) from None


def is_likable(day: date, today: date) -> bool:
    """Whether the horoscopes of this day can be liked today."""
    return -LIKABLE_DAYS_BACK <= (day - today).days <= LIKABLE_DAYS_AHEAD


def closed(favorites: Iterable[Favorite], today: date) -> list[int]:
    """The ids of those that nobody who does not like them yet can like today."""
    first, last = (
        (today + timedelta(days)).isoformat() for days in (-LIKABLE_DAYS_BACK, LIKABLE_DAYS_AHEAD)
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


def _reading(today: date, key: str) -> Item | None:
    day, sign = day_and_sign(key)
    return _items_of(day)[sign.id] if is_likable(day, today) else None


@lru_cache(maxsize=LIKABLE_DAYS_BACK + 1 + LIKABLE_DAYS_AHEAD)
def _items_of(day: date) -> Mapping[str, Item]:
    """Each sign's, kept apart from the days that crawlers ask for: composing one takes 13 ms."""
    when = japanese.day_of_year(day)
    return {
        one.sign: Item("horoscope", reading_key(one), one.text, f"{one.name}・{when}")
        for one in horoscope.readings(day)
    }
