"""The calendar page of a year, to read at a glance and to print."""

from calendar import SUNDAY, Calendar
from collections.abc import Iterator
from datetime import date
from typing import Any

from starlette.responses import Response

from ishizue.http import requests
from kirosample import almanac
from kirosample.web.context import PortalRequest
from kirosample.web.pages import cached
from kirosample.web.queries import YearQuery

_MONTHS = range(1, 13)

Week = list[tuple[int, str, str | None] | None]
"""The days from Sunday: number, CSS class and holiday; None for days of other months."""


async def year(request: PortalRequest) -> Response:
    number = requests.query(request, YearQuery).year or request.today.year

    def context() -> dict[str, Any]:
        first, last = date(number, 1, 1), date(number, 12, 31)
        return {
            "year": number,
            "eras": dict.fromkeys((almanac.era(first), almanac.era(last))),
            "eto": almanac.eto(first).year,
            "months": [
                (date(number, month, 1), list(_weeks(number, month, request.today)))
                for month in _MONTHS
            ],
            "holidays": almanac.holidays(number).items(),
            "solar_terms": almanac.solar_terms(number),
        }

    here = "/year" if number == request.today.year else f"/year?year={number}"
    return await cached.page(request, "year.html", here, None, context, number)


def _weeks(year: int, month: int, today: date) -> Iterator[Week]:
    holidays = almanac.holidays(year)
    terms = {term.at.date() for term in almanac.solar_terms(year)}
    for week in Calendar(SUNDAY).monthdayscalendar(year, month):
        days: Week = []
        for number in week:
            day = date(year, month, number) if number else None
            mark = "off" if day in holidays else "term" if day in terms else ""
            if day == today:
                mark += " today"
            days.append((number, mark, holidays.get(day)) if day else None)
        yield days
