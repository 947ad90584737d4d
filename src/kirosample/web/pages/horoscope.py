"""The ranking of a day, and one sign's page."""

from typing import Any

from starlette.responses import Response

from ishizue.http import problems, requests
from kirosample import horoscope
from kirosample.web import items
from kirosample.web.context import PortalRequest
from kirosample.web.pages import cached
from kirosample.web.queries import RankingQuery


@cached.ahead_of_time
async def ranking(request: PortalRequest) -> Response:
    query = requests.query(request, RankingQuery)
    day, by = request.day(query.date), query.by

    def context() -> dict[str, Any]:
        is_overall = by not in horoscope.AREAS
        readings = horoscope.readings(day) if is_overall else horoscope.readings_by(day, by)
        return {"readings": readings, "signs": horoscope.SIGNS, "by": by, "is_overall": is_overall}

    here = cached.path_of_day(request, "/horoscope", day, "" if by == "overall" else f"by={by}")
    return await cached.page(request, "horoscope.html", here, day, context, by)


@cached.ahead_of_time
async def sign(request: PortalRequest) -> Response:
    day, sign_id = cached.requested_day(request), request.path_params["sign"]
    if sign_id not in horoscope.SIGNS_BY_ID:
        raise problems.not_found("そのような星座はありません。十二星座の一覧からお選びください。")

    def context() -> dict[str, Any]:
        reading = horoscope.reading(day, sign_id)
        return {
            "reading": reading,
            "item": items.reading_key(reading),
            "sign": horoscope.SIGNS_BY_ID[sign_id],
            "signs": horoscope.SIGNS,
            "sky": horoscope.sky(day),
            "placements": horoscope.sky(day).placements,
            "week": horoscope.week(day, sign_id, is_today=day == request.today),
            "fortnight": horoscope.fortnight(day, sign_id),
            "good_days": horoscope.good_days(day, sign_id),
        }

    here = cached.path_of_day(request, f"/horoscope/{sign_id}", day)
    return await cached.page(request, "sign.html", here, day, context, sign_id)
