"""The pages of the day: the same for every visitor, and kept in the page cache."""

import random
from collections.abc import Callable, Hashable
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from msgspec.structs import astuple
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kirosample import almanac, horoscope
from kirosample.quotes import Catalogue, Quote
from kirosample.web import (
    english,
    items,
    languages,
    lists,
    page_cache,
    problems,
    rendering,
    requests,
)
from kirosample.web.compression import accepts_gzip
from kirosample.web.messages import Messages
from kirosample.web.portal import day_of, portal_of, today_of
from kirosample.web.schemas import DateQuery, Limit, QuotesQuery, RandomQuery

_DAYS_AROUND = 3


class QuotesPageQuery(QuotesQuery):
    """Which quotes: fewer at a time than a program gets, as a phone has one below the other."""

    limit: Limit = 20


async def home(request: Request) -> Response:
    portal = portal_of(request)
    day = today_of(request)
    popular = portal.favorites.popular.favorites() if portal.favorites else ()

    def context() -> dict[str, Any]:
        return {
            "day": almanac.day(day),
            "moon_phase": horoscope.phase(day),
            "readings": horoscope.readings(day),
            "quote": portal.catalogue.of_day(day),
            "popular": popular,
        }

    def is_fresh() -> bool:
        return not portal.favorites or portal.favorites.popular.favorites() is popular

    return await _page(request, "home.html", "/", day, context, popular, is_fresh=is_fresh)


async def date_page(request: Request) -> Response:
    day = _asked_day(request)

    def context() -> dict[str, Any]:
        return {
            "day": almanac.day(day),
            "moon_phase": horoscope.phase(day),
            "around": [almanac.summary(d) for d in _days(day, _DAYS_AROUND)],
            "weeks": almanac.month(day),
        }

    return await _page(request, "date.html", _of_day(request, "/date", day), day, context)


async def horoscopes(request: Request) -> Response:
    day = _asked_day(request)
    here = _of_day(request, "/horoscope", day)
    return await _page(
        request, "horoscope.html", here, day, lambda: {"readings": horoscope.readings(day)}
    )


async def sign(request: Request) -> Response:
    day, sign_id = _asked_day(request), request.path_params["sign"]
    signs = {sign.id: sign for sign in horoscope.SIGNS}
    if sign_id not in signs:
        raise problems.not_found("そのような星座はありません。十二星座の一覧からお選びください。")

    def context() -> dict[str, Any]:
        reading = horoscope.reading(day, sign_id)
        return {
            "reading": reading,
            "item": items.reading_key(reading),
            "sign": signs[sign_id],
            "signs": horoscope.SIGNS,
            "sky": horoscope.sky(day),
            "placements": horoscope.sky(day).placements,
        }

    here = _of_day(request, f"/horoscope/{sign_id}", day)
    return await _page(request, "sign.html", here, day, context, sign_id)


async def quote_of_day(request: Request) -> Response:
    portal, day = portal_of(request), _asked_day(request)
    here = _of_day(request, "/quote", day)
    return await _quote_page(request, portal.catalogue.of_day(day), here, day, "quote_of_day")


async def quote(request: Request) -> Response:
    portal = portal_of(request)
    try:
        found = portal.catalogue.get(request.path_params["quote_id"])
    except KeyError:
        raise problems.not_found("そのような名言はありません。") from None
    return await _quote_page(request, found, f"/quote/{found.id}", None, "quote")


async def another_quote(request: Request) -> Response:
    """Lead to a quote that is none of those in `not`."""
    seen = [id_ for id_ in requests.query(request, RandomQuery).seen.split(",") if id_]
    found = portal_of(request).catalogue.random(seen, random.choice)
    headers = {"Cache-Control": "no-store"}
    address = languages.localized(request, f"/quote/{found.id}")
    return RedirectResponse(address, status_code=303, headers=headers)


async def quotes(request: Request) -> Response:
    """The catalogue: found by words, by author (an author's page) or by topic."""
    portal, asked = portal_of(request), requests.query(request, QuotesPageQuery)
    found = lists.quotes(portal.catalogue, asked, _named_in_english(request, asked.q))

    def context() -> dict[str, Any]:
        authors, topics = portal.catalogue.authors(), portal.catalogue.topics()
        return {
            "quotes": found.quotes,
            "total": found.total,
            "asked": asked,
            "next_url": lists.address("/quotes", asked, found.next) if found.next else None,
            "first_url": lists.address("/quotes", asked, None),
            "authors": len(authors),
            # A heading says what there is, and not what any address asks for.
            "of_author": asked.author if asked.author in authors else None,
            "of_topic": asked.topic if asked.topic in topics else None,
        }

    here = lists.address("/quotes", asked, asked.cursor or None)
    return await _page(request, "quotes.html", here, None, context, *astuple(asked))


async def about(request: Request) -> Response:
    return await _page(request, "about.html", "/about", None, dict)


async def english_home(_request: Request) -> Response:
    """Lead from `/en` to where the English pages begin."""
    return RedirectResponse(languages.PREFIXES[languages.ENGLISH] + "/", status_code=308)


def _named_in_english(request: Request, words: str) -> frozenset[str]:
    """The authors whose English names the words are a part of, on English pages."""
    if not words or languages.of(request) != languages.ENGLISH:
        return frozenset()
    portal = portal_of(request)
    names = _english_names(portal.catalogue, portal.templates.messages[languages.ENGLISH])
    asked = english.plain(words).strip()
    return frozenset(author for author, name in names if asked in name)


@lru_cache(maxsize=1)
def _english_names(catalogue: Catalogue, messages: Messages) -> tuple[tuple[str, str], ...]:
    """The authors with their English names as they are searched."""
    return tuple(
        (author, english.plain(messages.word("author", author))) for author in catalogue.authors()
    )


async def _quote_page(
    request: Request, found: Quote, here: str, of_day: date | None, page: str
) -> Response:
    def context() -> dict[str, Any]:
        return {"quote": found, "page": page}

    return await _page(request, "quote.html", here, of_day, context, page, found.id)


async def _page(
    request: Request,
    template: str,
    here: str,
    of_day: date | None,
    context: Callable[[], dict[str, Any]],
    *depends_on: Hashable,
    is_fresh: Callable[[], bool] | None = None,
) -> Response:
    """The page from the cache, rendered where it is not there.

    All that it depends on is its language, its template, its day, which day is today, and
    `depends_on`, which is given by the address, or else is still so while `is_fresh` says it.
    `here` is its address as the Japanese page has it: the same for all that the page is kept for.
    A page `of_day` None is no day's: it has the colors of today, and is as good tomorrow.
    """
    portal, language = portal_of(request), languages.of(request)
    today = today_of(request)
    day = of_day or today

    def render() -> str:
        return portal.templates.render(
            template,
            language,
            **{
                "here": here,
                "date": day,
                "today": today,
                "is_today": of_day == today,
                "likable": items.is_likable(day, today),
                "previous": _neighbour(day, -1),
                "next": _neighbour(day, 1),
                "favorites_enabled": portal.favorites is not None,
                **context(),
            },
        )

    key = (language, template, day, today, *depends_on)
    page = await rendering.page(request, key, render, ahead=of_day == today)
    address = page_cache.address_of(request, day)
    if address:
        gzip = accepts_gzip(request)
        portal.cache.make_ready(address, page, today, is_fresh, gzip=gzip)
    return page_cache.answer(request, page)


def _asked_day(request: Request) -> date:
    return day_of(request, requests.query(request, DateQuery).date)


def _of_day(request: Request, path: str, day: date) -> str:
    """The address of a day's page: today's is the plain one."""
    return path if day == today_of(request) else f"{path}?date={day}"


def _neighbour(day: date, days: int) -> date | None:
    """The day so many days on, or None at the end of the calendar."""
    there = day + timedelta(days)
    return there if almanac.FIRST_DAY <= there <= almanac.LAST_DAY else None


def _days(day: date, around: int) -> list[date]:
    near = (_neighbour(day, days) for days in range(-around, around + 1))
    return [one for one in near if one]
