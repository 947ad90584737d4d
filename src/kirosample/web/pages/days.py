"""The page of lucky days: for what, which ones, and the days of twelve months."""

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby
from typing import Any, Final

from starlette.responses import Response

from ishizue.http import requests
from kirosample import almanac
from kirosample.web import lucky
from kirosample.web.context import PortalRequest
from kirosample.web.i18n import FORMATS
from kirosample.web.i18n.messages import Messages
from kirosample.web.pages import cached
from kirosample.web.queries import LUCKY, UNLUCKY, WishQuery

_BEST: Final = 5
"""The most days that the page names before all others."""


@dataclass(slots=True)
class _Row:
    """A day in words; `weight` is 3 for a rare one, then 2, 1, and 0 where little is left of it."""

    day: date
    when: str
    why: str
    against: str
    weight: int


async def days(request: PortalRequest) -> Response:
    wish = lucky.wish(request, requests.query(request, WishQuery))
    here = lucky.address("/days", wish, request.today)

    def context() -> dict[str, Any]:
        found = wish.days()
        rows = list(_rows(found, request.messages))
        return {
            "wish": wish,
            "purposes": almanac.PURPOSES,
            "free": almanac.FREE,
            "kinds": {id_: (name, name in wish.asks) for id_, name in LUCKY.items()},
            "left_out": {id_: (name, name in wish.without) for id_, name in UNLUCKY.items()},
            "is_narrowed": bool(wish.asks or wish.without or wish.off or wish.overlap),
            "number": len(found),
            "best": _best(found, request.messages),
            "months": [(first, list(each)) for first, each in groupby(rows, _month)],
            "calendar": html.escape(lucky.address("/days.ics", wish, request.today)),
        }

    return await cached.page(request, "days.html", here, None, context, wish)


def _best(found: Sequence[almanac.LuckyDay], messages: Messages) -> list[tuple[date, str]]:
    """The rarest days, in order, and what falls together."""
    rare = sorted(filter(almanac.is_rare, found), key=lambda each: -each.strength)
    return [
        (each.date, lucky.together(each, messages))
        for each in sorted(rare[:_BEST], key=lambda each: each.date)
    ]


def _month(row: _Row) -> date:
    return row.day.replace(day=1)


def _rows(found: Sequence[almanac.LuckyDay], messages: Messages) -> Iterator[_Row]:
    between, short_date = messages.say("・"), FORMATS[messages.language].short_date
    named = cache(lambda names: between.join(lucky.named(names, messages)))
    for each in found:
        yield _Row(
            each.date,
            short_date(each.date),
            named(each.reasons),
            named(each.against),
            min(each.strength, 3),
        )
