"""The things that can be liked, whatever their kind: found by their keys, and in lists."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import date, timedelta

from ishizue.http import problems
from kirosample.favorites import Favorite, Item, Type
from kirosample.quotes import Catalogue
from kirosample.web.i18n.languages import JAPANESE, Language
from kirosample.web.kinds import KINDS, LIKABLE_DAYS_AHEAD, LIKABLE_DAYS_BACK


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
        (today + timedelta(days)).isoformat() for days in (-LIKABLE_DAYS_BACK, LIKABLE_DAYS_AHEAD)
    )
    return [
        one.id
        for one in favorites
        if KINDS[one.type].of_a_day and not first <= one.item[:10] <= last
    ]


def path(favorite: Favorite) -> str:
    """The path and query of a favorite's page."""
    return KINDS[favorite.type].path(favorite.item)


async def prepare(favorites: Iterable[Favorite], language: Language) -> None:
    """Compose what an English list shows, with a turn of the loop after each.

    A list may name fifty days, each of which takes a third of a millisecond. A Japanese one shows
    what was stored.
    """
    if language == JAPANESE:
        return
    for favorite in favorites:
        if KINDS[favorite.type].compose(favorite.item):
            await asyncio.sleep(0)
