"""A day for a purpose, to be sent to others: why it is good, and what speaks against it."""

import html
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from ishizue.http import problems
from kirosample import almanac
from kirosample.web import lucky
from kirosample.web.context import PortalRequest
from kirosample.web.i18n.lucky import against_it, reason, summed
from kirosample.web.pages import day_pages
from kirosample.web.pages.days import MARKS, grids, stands_out


async def lucky_day(request: PortalRequest) -> Response:
    purpose = almanac.PURPOSES.get(request.path_params["purpose"])
    day = request.day_in_path()
    if purpose is None or day is None:
        raise problems.not_found()
    here, today = f"/days/{purpose.id}/{day}", request.today

    def context() -> dict[str, Any]:
        found, messages = almanac.lucky_day(purpose, day), request.messages
        wish = almanac.Wish(purpose, today)
        calendar = lucky.address("/days.ics", replace(wish, on=(day,)), today)
        is_listed = 0 <= (day - today).days < 365
        days = almanac.Wish(purpose, day.replace(day=1)).days()
        of_month = [each for each in days[:31] if each.date.month == day.month and stands_out(each)]
        has_picture = request.has_picture_of_day(day, purpose)
        drawn = f"/share/lucky-day/{purpose.id}/{day}"
        back = wish if is_listed else replace(wish, first=day)
        return {
            "purpose": purpose,
            "free": almanac.FREE,
            "cautions": almanac.CAUTIONS,
            "reasons": found.reasons,
            "unlucky": found.against,
            "sum": summed(found.reasons, messages),
            "reason": reason(found, purpose, messages),
            "against": against_it(found, messages),
            "day": almanac.day(day),
            "grids": list(grids(purpose, of_month, messages, day)),
            "marks": MARKS,
            "is_day_off": almanac.is_day_off(day),
            "is_today": False,  # it says the same on every day
            "is_indexed": request.is_ahead(day),
            "picture": drawn if has_picture else f"/share/days/{purpose.id}",
            "calendar": html.escape(calendar),
            "back": html.escape(lucky.address("/days", back, today)),
        }

    return await day_pages.page(request, "lucky_day.html", here, day, context, purpose.id)
