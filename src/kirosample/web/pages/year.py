"""The calendar page of a year, to read at a glance and to print."""

from datetime import date
from typing import Any

import minijinja
from starlette.responses import Response

from ishizue.http import requests
from kirosample import almanac
from kirosample.web.context import PortalRequest
from kirosample.web.i18n.languages import PREFIXES
from kirosample.web.pages import day_pages
from kirosample.web.pages.date import MARKS
from kirosample.web.queries import YearQuery

_MONTHS = range(1, 13)


async def year(request: PortalRequest) -> Response:
    number = requests.query(request, YearQuery).year or request.today.year

    def context() -> dict[str, Any]:
        first, last = date(number, 1, 1), date(number, 12, 31)
        return {
            "year": number,
            "eras": dict.fromkeys((almanac.era(first), almanac.era(last))),
            "eto": almanac.eto(first).year,
            "months": [_month(date(number, month, 1), request) for month in _MONTHS],
            "marks": MARKS,
            "holidays": almanac.holidays(number).items(),
            "solar_terms": almanac.solar_terms(number),
        }

    here = "/year" if number == request.today.year else f"/year?year={number}"
    return await day_pages.page(request, "year.html", here, None, context, number)


def _month(first: date, request: PortalRequest) -> tuple[date, list[str]]:
    """A month's first day, and the cells of its weeks.

    They are written here because a template takes three times as long for 365 of them.
    """
    messages, today = request.messages, request.today
    comma = messages.say("、")
    link = f'<a href="{PREFIXES[messages.language]}/date?date='
    weeks = []
    for week in almanac.month(first):
        cells = []
        for each in week:
            if each is None:
                cells.append("<td></td>")
                continue
            kind = "off " if each.holiday else "term " if each.solar_term else ""
            marks = "".join([f"{MARKS.get(name, '')} " for name in (each.rokuyo, *each.senjitsu)])
            named = [("holiday", each.holiday), ("solar term", each.solar_term)]
            names = [minijinja.escape(messages.word(kind, name)) for kind, name in named if name]
            hidden = f'<span class="vh">{comma}{comma.join(names)}</span>' if names else ""
            cells.append(
                f'<td class="{kind}{marks}{"today" if each.date == today else ""}">'
                f'{link}{each.date.isoformat()}">{each.date.day}{hidden}</a></td>'
            )
        weeks.append(minijinja.safe("".join(cells)))
    return first, weeks
