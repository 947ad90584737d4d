"""Lucky days: what a request wishes for, and the address of a wish."""

from collections.abc import Iterable, Mapping
from datetime import date
from urllib.parse import urlencode

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


def wish(request: PortalRequest, query: LuckyDaysQuery) -> almanac.Wish:
    """What the query asks for. Raises Problem for an unknown purpose or day, or another year."""
    purpose = almanac.load_words().purposes.get(query.purpose)
    if purpose is None:
        raise problems.not_as_expected("for", PURPOSE)
    first = request.day(query.first, "from")
    if not isinstance(query, WishQuery):
        return almanac.Wish(purpose, first)
    chosen = _names(query.day, LUCKY, "day", LUCKY_ONES)
    without = _names(query.without, UNLUCKY, "without", UNLUCKY_ONES)
    is_free = purpose.id == almanac.FREE
    asks = tuple(name for name in purpose.asks if name in chosen) if is_free else ()
    on = tuple(dict.fromkeys(request.day(day, "on") for day in query.on))
    return almanac.Wish(purpose, first, asks, without, query.off, query.overlap, on)


def _names(
    given: Iterable[str], known: Mapping[str, str], field: str, expected: str
) -> tuple[str, ...]:
    """The names of these ids, in the order of the known ones."""
    if not known.keys() >= set(given):
        raise problems.not_as_expected(field, expected)
    return tuple(name for id_, name in known.items() if id_ in given)


def fields(of: almanac.Wish, today: date) -> list[tuple[str, str]]:
    """The parameters of a wish, without default values."""
    parts = [("for", of.purpose.id)] if of.purpose.id != almanac.FREE else []
    parts += [("from", f"{of.first}")] if of.first != today else []
    parts += [("day", id_) for id_, name in LUCKY.items() if name in of.asks]
    parts += [("without", id_) for id_, name in UNLUCKY.items() if name in of.without]
    parts += [("on", f"{day}") for day in of.on]
    return parts + [(name, "true") for name in ("off", "overlap") if getattr(of, name)]


def address(path: str, of: almanac.Wish, today: date, alarm: str = "") -> str:
    """The path and query of a wish; of its calendar with an alarm."""
    parts = fields(of, today) + ([("alarm", alarm)] if alarm else [])
    return f"{path}?{urlencode(parts, safe=':')}" if parts else path
