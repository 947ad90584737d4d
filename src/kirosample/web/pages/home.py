"""The first page, and the page about the site."""

from typing import Any, Final

from starlette.responses import RedirectResponse, Response

from kirosample import almanac, horoscope
from kirosample.web.context import PortalRequest
from kirosample.web.i18n import languages
from kirosample.web.i18n.lucky import joined
from kirosample.web.pages import day_pages
from kirosample.web.pages.date import around_the_day

_STORED_SECONDS: Final = 10
"""How long a shared cache may store the page: the popular favorites change."""


@day_pages.ahead_of_time
async def home(request: PortalRequest) -> Response:
    portal, day = request.portal, request.today
    popular = portal.favorites.popular.favorites() if portal.favorites else ()

    def context() -> dict[str, Any]:
        shown, soon = almanac.day(day), almanac.lucky_soon(day)
        return {
            "day": shown,
            **around_the_day(shown),
            "lucky": soon and {"date": soon.date, "names": joined(soon.reasons, request.messages)},
            "moon_phase": horoscope.phase(day),
            "readings": horoscope.readings(day),
            "quote": portal.catalogue.of_day(day),
            "popular": popular,
        }

    def is_fresh() -> bool:
        return not portal.favorites or portal.favorites.popular.favorites() is popular

    return await day_pages.page(
        request, "home.html", "/", day, context, popular, is_fresh=is_fresh, at_most=_STORED_SECONDS
    )


async def english_home(_request: PortalRequest) -> Response:
    """Redirect `/en` to `/en/`."""
    path = languages.PREFIXES[languages.ENGLISH] + "/"
    return RedirectResponse(path, status_code=308, headers=day_pages.FOR_A_DAY)


async def about(request: PortalRequest) -> Response:
    return await day_pages.page(request, "about.html", "/about", None, dict)
