"""A day's quote, a quote by its id, a random one, and the search."""

import random
from datetime import date
from typing import Any, Final

from msgspec.structs import astuple
from starlette.responses import RedirectResponse, Response

from ishizue.http import requests
from kirosample.quotes import Quote
from kirosample.web import lists
from kirosample.web.context import PortalRequest
from kirosample.web.i18n import languages
from kirosample.web.pages import day_pages
from kirosample.web.queries import Limit, QuotesQuery, RandomQuery

_RELATED: Final = 3
"""The most quotes that a quote's page leads on to."""


class QuotesPageQuery(QuotesQuery):
    """A search, with shorter pages than the API has."""

    limit: Limit = 20


@day_pages.ahead_of_time
async def quote_of_day(request: PortalRequest) -> Response:
    day = day_pages.requested_day(request)
    here = day_pages.path_of_day(request, "/quote", day)
    return await _quote(request, request.portal.catalogue.of_day(day), here, day)


async def quote(request: PortalRequest) -> Response:
    shown = request.quote()
    return await _quote(request, shown, f"/quote/{shown.id}", None)


async def random_quote(request: PortalRequest) -> Response:
    """Redirect to a quote that `not` does not name."""
    drawn = request.portal.catalogue.random(
        requests.query(request, RandomQuery).seen_ids, random.choice
    )
    headers = {"Cache-Control": "no-store"}
    path = languages.localized(request, f"/quote/{drawn.id}")
    return RedirectResponse(path, status_code=303, headers=headers)


async def quotes(request: PortalRequest) -> Response:
    """The quotes found by words, by author or by topic."""
    portal = request.portal
    query = requests.query(request, QuotesPageQuery)

    def context() -> dict[str, Any]:
        matching = lists.quotes(portal.catalogue, query)
        authors, topics = portal.catalogue.authors(), portal.catalogue.topics()
        return {
            "quotes": matching.quotes,
            "total": matching.total,
            "query": query,
            "next_url": lists.address("/quotes", query, matching.next) if matching.next else None,
            "first_url": lists.address("/quotes", query, None),
            "authors": len(authors),
            # Headings show only known names, so that a link cannot put words in our mouth.
            "of_author": next((a for a in authors if a.name.ja == query.author), None),
            "of_topic": query.topic if query.topic in topics else None,
        }

    here = lists.address("/quotes", query, query.cursor or None)
    return await day_pages.page(request, "quotes.html", here, None, context, *astuple(query))


async def _quote(request: PortalRequest, shown: Quote, here: str, day: date | None) -> Response:
    page = "quote_of_day" if day else "quote"

    def context() -> dict[str, Any]:
        related = request.portal.catalogue.related(shown, _RELATED)
        return {"quote": shown, "page": page, "related": related}

    return await day_pages.page(request, "quote.html", here, day, context, page, shown.id)
