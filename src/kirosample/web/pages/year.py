"""The calendar page of a year, to read at a glance and to print."""

from datetime import date
from typing import Any

from starlette.responses import Response

from ishizue.http import requests
from kirosample import almanac
from kirosample.web.context import PortalRequest
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
            "months": [almanac.month(date(number, month, 1)) for month in _MONTHS],
            "marks": MARKS,
            "holidays": almanac.holidays(number).items(),
            "solar_terms": almanac.solar_terms(number),
        }

    here = "/year" if number == request.today.year else f"/year?year={number}"
    return await day_pages.page(request, "year.html", here, None, context, number)
