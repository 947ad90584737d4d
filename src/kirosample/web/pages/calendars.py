"""The page on which a calendar to subscribe to is chosen, and the hour of its alarm."""

import html
from typing import Any
from urllib.parse import parse_qs, urlencode

from starlette.responses import Response

from ishizue.http import problems, requests
from kirosample import horoscope
from kirosample.web.calendar_options import CALENDAR_OPTIONS
from kirosample.web.context import PortalRequest
from kirosample.web.pages import day_pages
from kirosample.web.queries import CALENDAR_PAGE_QUERY, SIGN


async def calendar(request: PortalRequest) -> Response:
    """The almanac's with its options, or a sign's. What is ticked is in the address to copy."""
    query = requests.query(request, CALENDAR_PAGE_QUERY)
    request.alarm(query.alarm)
    if query.sign and query.sign not in horoscope.SIGNS_BY_ID:
        raise problems.not_as_expected("sign", SIGN)
    options = {name: "true" for name in CALENDAR_OPTIONS if getattr(query, name) and not query.sign}
    # Without a choice the form begins with the days that people wait for. A sent form has an alarm.
    chosen = parse_qs(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)
    if not chosen.keys() & {*CALENDAR_OPTIONS, "alarm", "sign"}:
        options["special"] = "true"
    if query.alarm:
        options["alarm"] = query.alarm

    def context() -> dict[str, Any]:
        path = f"/calendar/{query.sign}.ics" if query.sign else "/calendar.ics"
        return {
            "query": query,
            "options": {
                id_: (option.name, id_ in options) for id_, option in CALENDAR_OPTIONS.items()
            },
            "calendar": html.escape(_address(path, options)),
        }

    choice = {"sign": query.sign, **options} if query.sign else options or {"special": "false"}
    here = _address("/calendar", choice)
    return await day_pages.page(request, "calendar.html", here, None, context, here)


def _address(path: str, options: dict[str, str]) -> str:
    return f"{path}?{urlencode(options, safe=':')}" if options else path
