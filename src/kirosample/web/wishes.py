"""Lucky days: what a request wishes for, and the address of a wish."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

from msgspec import UNSET

from ishizue.http import problems
from kirosample import almanac
from kirosample.web.context import PortalRequest
from kirosample.web.queries import (
    LUCKY,
    LUCKY_ONES,
    PURPOSE,
    UNLUCKY,
    UNLUCKY_ONES,
    LuckyDaysQuery,
    WishQuery,
)

_HALF_YEAR = 182

_BEST: Final = 5
"""The most days that the page names before all others."""


def shown_first(purpose: almanac.Purpose, today: date) -> almanac.Wish:
    """What the page shows of a purpose at first.

    From tomorrow on; of a wedding, which takes half a year to prepare, the days on which guests are
    free. Calendars and the API have every day from today on.
    """
    is_wedding = purpose.id == "wedding"
    first = today + timedelta(_HALF_YEAR if is_wedding else 1)
    return almanac.Wish(purpose, min(first, almanac.LAST_DAY), off=is_wedding)


def best(lucky_days: Iterable[almanac.LuckyDay]) -> list[almanac.LuckyDay]:
    """The rarest days, in order; of equal ones those that less speaks against."""
    rare = sorted(
        filter(almanac.is_rare, lucky_days), key=lambda each: (-each.strength, len(each.against))
    )
    return sorted(rare[:_BEST], key=lambda each: each.date)


def wish(request: PortalRequest, query: LuckyDaysQuery, *, on_page: bool = False) -> almanac.Wish:
    """What the query asks for. Raises Problem for an unknown purpose or day, or another year."""
    purpose = almanac.load_words().purposes.get(query.purpose)
    if purpose is None:
        raise problems.not_as_expected("for", PURPOSE)
    usual = almanac.Wish(purpose, request.today)
    if on_page:
        usual = shown_first(purpose, request.today)
    first = request.day(query.first or usual.first, "from")
    if not isinstance(query, WishQuery):
        return almanac.Wish(purpose, first)
    off = usual.off if query.off is UNSET else query.off
    chosen = _names(query.day, LUCKY, "day", LUCKY_ONES)
    without = _names(query.without, UNLUCKY, "without", UNLUCKY_ONES)
    is_free = purpose.id == almanac.FREE
    asks = tuple(name for name in purpose.asks if name in chosen) if is_free else ()
    on = tuple(dict.fromkeys(request.day(day, "on") for day in query.on))
    return almanac.Wish(purpose, first, asks, without, off, query.overlap, on)


def _names(
    given: Iterable[str], known: Mapping[str, str], field: str, expected: str
) -> tuple[str, ...]:
    """The names of these ids, in the order of the known ones."""
    if not known.keys() >= set(given):
        raise problems.not_as_expected(field, expected)
    return tuple(name for id_, name in known.items() if id_ in given)


def fields(of: almanac.Wish, usual: almanac.Wish) -> list[tuple[str, str]]:
    """The parameters of a wish, without those that are as usual."""
    parts = [("for", of.purpose.id)] if of.purpose.id != almanac.FREE else []
    parts += [("from", f"{of.first}")] if of.first != usual.first else []
    parts += [("day", id_) for id_, name in LUCKY.items() if name in of.asks]
    parts += [("without", id_) for id_, name in UNLUCKY.items() if name in of.without]
    parts += [("on", f"{day}") for day in of.on]
    parts += [("off", "true" if of.off else "false")] if of.off != usual.off else []
    return parts + ([("overlap", "true")] if of.overlap else [])


def address(of: almanac.Wish, today: date) -> str:
    """The path and query of a wish's page."""
    return _address("/days", fields(of, shown_first(of.purpose, today)))


def calendar_address(of: almanac.Wish, today: date, alarm: str = "") -> str:
    """The path and query of a wish's calendar. It goes on from day to day where the page does."""
    usual = almanac.Wish(of.purpose, today)
    if of.first == today + timedelta(1):
        usual = replace(usual, first=of.first)
    return _address("/days.ics", fields(of, usual) + ([("alarm", alarm)] if alarm else []))


def _address(path: str, parts: list[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(parts, safe=':')}" if parts else path
