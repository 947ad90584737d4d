"""The pages of favorites: the lists, and the plain forms that like and withdraw."""

from datetime import date
from functools import lru_cache
from typing import Annotated, TypeVar, cast
from uuid import UUID

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Scope

from kirosample.favorites import TYPES, Round, Stat, Store, Type
from kirosample.web import api, items, languages, lists, requests, writes
from kirosample.web.compression import accepts_gzip, compressed
from kirosample.web.languages import Language
from kirosample.web.portal import Portal, favorites_of, portal_of
from kirosample.web.problems import Problem
from kirosample.web.schemas import FavoritesQuery
from kirosample.web.templating import Templates
from kirosample.web.visitors import remember

T = TypeVar("T", bound=Struct)

_MINE = "/favorites?mine=true"
_PAGES_KEPT = 8


class LikeForm(Struct, forbid_unknown_fields=True):
    """What a button of a plain form says: the type and the key of what is liked."""

    like: Annotated[
        str,
        Meta(
            pattern=f"^({'|'.join(TYPES)}):.",
            max_length=100,
            description="quote: か horoscope: に、名言の id か日付と星座をつけたものです。",
        ),
    ]


class PageQuery(FavoritesQuery, frozen=True):
    """Which list: everybody's, or one's own."""

    mine: Annotated[bool, Meta(description="true か false です。")] = False


EVERYBODYS = PageQuery()
"""The list that most visitors ask for."""


async def favorites(request: Request) -> Response:
    html = _already_read(request.scope)
    if html is None:
        asked = requests.query(request, PageQuery)
        visitor = favorites_of(request).visitors.of(request) if asked.mine else None
        portal, store = portal_of(request), favorites_of(request).store
        html = await reading(portal, store, languages.of(request), asked, visitor).future()
    return answer(html, gzip=accepts_gzip(request))


def _already_read(scope: Scope) -> bytes | None:
    """What the request has waited for in the protocol, if it has. Raises what that raised."""
    if isinstance(scope.get("outcome"), Exception):
        raise scope.pop("outcome")
    return cast("bytes | None", scope.get("outcome"))


def reading(
    portal: Portal,
    store: Store,
    language: Language,
    asked: PageQuery = EVERYBODYS,
    visitor: UUID | None = None,
) -> Round[bytes]:
    """The page to come, for all who ask for it at this moment."""

    async def read() -> bytes:
        if not asked.mine:
            told, today = await lists.overview(store, asked), portal.today()
            last = _last(portal.templates, language, asked)
            if last.made_of != (today, told):
                found = lists.parse_overview(told, asked.limit)
                last.page = _render(portal.templates, language, today, asked, *found)
                last.made_of = today, told
            return last.page
        found = await lists.overview_of(store, visitor, asked)
        return _render(portal.templates, language, portal.today(), asked, *found)

    return store.shared.round(("page", language, visitor, asked), read)


def answer(html: bytes, *, gzip: bool) -> Response:
    """The page, compressed for a client that takes gzip."""
    # One's own list is nobody else's, and both are never older than the request.
    headers = {"Cache-Control": "private, no-store", "Vary": "Accept-Encoding"}
    packed = compressed(html, quickly=True) if gzip else None
    if packed is not None:
        headers["Content-Encoding"] = "gzip"
    return Response(packed or html, media_type="text/html", headers=headers)


class _Last:
    """Everybody's list as it was last found: the page is rendered anew only where that differs."""

    def __init__(self) -> None:
        self.made_of: tuple[date, bytes] | None = None
        self.page = b""


@lru_cache(maxsize=_PAGES_KEPT)
def _last(_templates: Templates, _language: Language, _asked: PageQuery) -> _Last:
    return _Last()


def _render(
    templates: Templates,
    language: Language,
    today: date,
    asked: PageQuery,
    page: lists.FavoritesPage,
    stats: tuple[Stat, ...],
) -> bytes:
    html = templates.render(
        "favorites.html",
        language,
        here=lists.address("/favorites", asked, asked.cursor or None),
        date=today,
        favorites=page.favorites,
        stats=stats,
        asked=asked,
        types=TYPES,
        closed=items.closed(page.favorites, today),
        first_page=not asked.cursor,
        next_url=lists.address("/favorites", asked, page.next) if page.next else None,
        first_url=lists.address("/favorites", asked, None),
        favorites_enabled=True,
    )
    return html.encode()


async def like(request: Request) -> Response:
    """A plain form's like."""
    visitor, form = await _admitted(request, LikeForm)
    type_, _, key = form.like.partition(":")
    await writes.like(request, visitor, cast(Type, type_), key)
    return _see_mine(request)


async def withdraw(request: Request) -> Response:
    """A plain form's withdrawal. Pressed twice, the second time finds it done already."""
    visitor, _ = await _admitted(request, Struct)
    await favorites_of(request).store.withdraw(api.favorite_id(request), visitor)
    return _see_mine(request)


async def _admitted(request: Request, shape: type[T]) -> tuple[UUID, T]:
    """The visitor who writes, and the form. Raises Problem.

    Above a limit the form is read too: the page that says so offers to send it again.
    """
    try:
        visitor = writes.admit(request)
    except Problem as problem:
        if problem.status == 429:
            await requests.form_body(request, shape)
        raise
    return visitor, await requests.form_body(request, shape)


def _see_mine(request: Request) -> Response:
    response = RedirectResponse(
        languages.localized(request, _MINE), status_code=303, headers={"Cache-Control": "no-store"}
    )
    remember(request, response)
    return response
