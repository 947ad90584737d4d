"""The calendar page of a year, to read at a glance and to print."""

from collections.abc import Mapping
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
        terms = almanac.solar_terms(number)
        named = {each.at.date(): each.name for each in terms}
        return {
            "year": number,
            "eras": dict.fromkeys((almanac.era(first), almanac.era(last))),
            "eto": almanac.eto(first).year,
            "months": [_month(date(number, month, 1), named, request) for month in _MONTHS],
            "marks": MARKS,
            "holidays": almanac.holidays(number).items(),
            "solar_terms": terms,
        }

    here = "/year" if number == request.today.year else f"/year?year={number}"
    return await day_pages.page(request, "year.html", here, None, context, number)


def _month(
    first: date, terms: Mapping[date, str], request: PortalRequest
) -> tuple[date, list[str]]:
    """A month's first day, and the cells of its weeks, from Sunday.

    They are written here because a template takes three times as long for 365 of them.
    """
    messages = request.messages
    today = request.today
    off = almanac.holidays(first.year)
    comma = messages.say("、")
    link = f'<a href="{PREFIXES[messages.language]}/date?date='
    cells = ["<td></td>"] * (first.isoweekday() % 7)
    for day, names in almanac.names_of_month(first):
        kind = "off " if day in off else "term " if day in terms else ""
        marks = "".join([f"{MARKS[name]} " for name in names if name in MARKS])
        said = [messages.word("holiday", off[day])] if day in off else []
        if day in terms:
            said.append(messages.word("solar term", terms[day]))
        heard = minijinja.escape(comma.join(["", *said]))
        hidden = f'<span class="vh">{heard}</span>' if said else ""
        cells.append(
            f'<td class="{kind}{marks}{"today" if day == today else ""}">'
            f'{link}{day.isoformat()}">{day.day}{hidden}</a></td>'
        )
    cells += ["<td></td>"] * (-len(cells) % 7)
    return first, [minijinja.safe("".join(cells[n : n + 7])) for n in range(0, len(cells), 7)]
