"""The calendar page of a year, to read at a glance and to print."""

from datetime import date
from typing import Any

from starlette.responses import Response

from ishizue.http import requests
from kirosample import almanac
from kirosample.web.context import PortalRequest
from kirosample.web.pages import day_pages
from kirosample.web.queries import YearQuery
from kirosample.web.templating.months import of_year


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
            "months": [
                (first, of_year(first, named, request.today, request.messages))
                for first in (date(number, month, 1) for month in range(1, 13))
            ],
            "holidays": almanac.holidays(number).items(),
            "solar_terms": terms,
        }

    here = "/year" if number == request.today.year else f"/year?year={number}"
    return await day_pages.page(request, "year.html", here, None, context, number)
