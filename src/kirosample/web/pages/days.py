"""The page of lucky days: for what, which ones, and the days of twelve months."""

import html
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache, partial
from itertools import groupby
from typing import Any, Final

import minijinja
from starlette.responses import Response

from ishizue.http import requests
from kirosample import almanac
from kirosample.web import lucky
from kirosample.web.context import PortalRequest
from kirosample.web.i18n import FORMATS
from kirosample.web.i18n.languages import PREFIXES
from kirosample.web.i18n.lucky import joined, together
from kirosample.web.i18n.messages import Messages
from kirosample.web.pages import day_pages
from kirosample.web.queries import LUCKY, UNLUCKY, WishQuery

_BEST: Final = 5
"""The most days that the page names before all others."""

_DARKEST: Final = 3
"""The mark of a rare day; 0 is that of one of which little is left."""


async def days(request: PortalRequest) -> Response:
    query = requests.query(request, WishQuery)
    wish, alarm = lucky.wish(request, query), request.alarm(query.alarm)
    here = lucky.address("/days", wish, request.today)

    def context() -> dict[str, Any]:
        found = wish.days()
        return {
            "wish": wish,
            "purposes": almanac.PURPOSES,
            "cautions": almanac.CAUTIONS,
            "free": almanac.FREE,
            "kinds": {id_: (name, name in wish.asks) for id_, name in LUCKY.items()},
            "left_out": {id_: (name, name in wish.without) for id_, name in UNLUCKY.items()},
            "is_narrowed": bool(wish.asks or wish.without or wish.off or wish.overlap),
            "number": len(found),
            "best": _best(found, request.messages),
            "months": list(_months(found, request.messages)),
            "calendar": html.escape(lucky.address("/days.ics", wish, request.today, query.alarm)),
            "alarm": query.alarm,
        }

    return await day_pages.page(request, "days.html", here, None, context, wish, alarm)


def _best(found: Sequence[almanac.LuckyDay], messages: Messages) -> list[tuple[date, str]]:
    """The rarest days, in order, and what falls together."""
    rare = sorted(filter(almanac.is_rare, found), key=lambda each: -each.strength)
    return [
        (each.date, together(each, messages))
        for each in sorted(rare[:_BEST], key=lambda each: each.date)
    ]


def _months(
    found: Iterable[almanac.LuckyDay], messages: Messages
) -> Iterator[tuple[date, int, str]]:
    """The first of each month, the number of its days, and the HTML of their list.

    It is written here because a template takes three times as long for two hundred of them.
    """
    base, short_date = PREFIXES[messages.language], FORMATS[messages.language].short_date
    why = cache(partial(_why, messages=messages))
    for _, of_month in groupby(found, lambda each: each.date.month):
        days = list(of_month)
        items = [
            f'<li class="weight-{min(each.strength, _DARKEST)}">'
            f'<a href="{base}/date?date={each.date.isoformat()}">'
            f'<span class="days-date">{short_date(each.date)}</span>'
            f"{why(each.reasons, each.against)}</a></li>"
            for each in days
        ]
        yield days[0].date.replace(day=1), len(items), minijinja.safe("".join(items))


def _why(reasons: Iterable[str], against: Iterable[str], messages: Messages) -> str:
    """HTML of what is good about a day, and of what is not."""
    good, bad = (html.escape(joined(names, messages)) for names in (reasons, against))
    note = f"<small>{messages.say('注意：{against}', against=bad)}</small>" if bad else ""
    return f'<span class="lucky-why">{good}{note}</span>'
