"""The ranking of a day, one sign's page, and that of two."""

from typing import Any

from starlette.responses import Response

from ishizue.http import problems, requests
from kirosample import horoscope
from kirosample.web.context import PortalRequest
from kirosample.web.kinds import is_likable, reading_key
from kirosample.web.pages import day_pages
from kirosample.web.queries import RankingQuery


@day_pages.ahead_of_time
async def ranking(request: PortalRequest) -> Response:
    query = requests.query(request, RankingQuery)
    day = request.day(query.date)
    by = query.by

    def context() -> dict[str, Any]:
        of = {reading.sign: reading for reading in horoscope.readings(day)}
        ranked = [of[sign_id] for sign_id in horoscope.ranks_by(day, by)]
        area_lines = {
            reading.sign: horoscope.area_line(reading, by)
            for reading in ranked
            if by in horoscope.AREAS
        }
        return {
            "readings": ranked,
            "area_lines": area_lines,
            "signs": horoscope.SIGNS,
            "by": by,
            "likable": is_likable(day, request.today),
        }

    here = day_pages.path_of_day(request, "/horoscope", day, "" if by == "overall" else f"by={by}")
    return await day_pages.page(request, "horoscope.html", here, day, context, by)


@day_pages.ahead_of_time
async def sign(request: PortalRequest) -> Response:
    day = day_pages.requested_day(request)
    sign_id = _sign_id(request, "sign")

    def context() -> dict[str, Any]:
        reading = horoscope.reading(day, sign_id)
        return {
            "reading": reading,
            "item": reading_key(reading),
            "likable": is_likable(day, request.today),
            "sign": horoscope.SIGNS_BY_ID[sign_id],
            "signs": horoscope.SIGNS,
            "sky": horoscope.sky(day),
            "placements": horoscope.sky(day).placements,
            "week": horoscope.week(day, sign_id, is_today=day == request.today),
            "fortnight": horoscope.fortnight(day, sign_id),
            "good_days": horoscope.good_days(day, sign_id),
        }

    here = day_pages.path_of_day(request, f"/horoscope/{sign_id}", day)
    return await day_pages.page(request, "sign.html", here, day, context, sign_id)


@day_pages.ahead_of_time
async def two_signs(request: PortalRequest) -> Response:
    """Two signs in the order asked; the canonical page is that of the zodiac's order."""
    day = day_pages.requested_day(request)
    one, other = _sign_id(request, "one"), _sign_id(request, "other")

    def context() -> dict[str, Any]:
        ranked = {each.sign: each.rank for each in horoscope.ranks(day)}
        both = horoscope.SIGNS_BY_ID[one], horoscope.SIGNS_BY_ID[other]
        return {"pair": horoscope.pair(day, one, other), "both": both, "ranked": ranked}

    canonical = "/".join(("/horoscope", *horoscope.in_order(one, other)))
    here = day_pages.path_of_day(request, canonical, day)
    return await day_pages.page(request, "pair.html", here, day, context, one, other)


def _sign_id(request: PortalRequest, name: str) -> str:
    """The sign in the path. Raises Problem (404)."""
    sign_id: str = request.path_params[name]
    if sign_id not in horoscope.SIGNS_BY_ID:
        raise problems.not_found("そのような星座はありません。十二星座の一覧からお選びください。")
    return sign_id
