"""The HTML forms that like and withdraw, for browsers without script."""

from typing import Annotated, TypeVar, cast

from msgspec import Meta, Struct, structs
from starlette.responses import RedirectResponse, Response

from ishizue.http import requests
from kirosample.favorites import TYPES, Type
from kirosample.web import likes
from kirosample.web.context import PortalRequest
from kirosample.web.i18n import languages
from kirosample.web.queries import FavoritePath

T = TypeVar("T", bound=Struct)

MINE = "/favorites?mine=true"


class LikeForm(Struct, forbid_unknown_fields=True):
    """The value of a like button: type and key of the item."""

    like: Annotated[str, Meta(pattern=f"^({'|'.join(TYPES)}):.", max_length=100)]


async def like(request: PortalRequest) -> Response:
    form = await parsed(request, LikeForm)
    type_, _, key = form.like.partition(":")
    await likes.like(request, cast(Type, type_), key)
    return see_mine(request)


async def withdraw(request: PortalRequest) -> Response:
    """Take a like back. A second submit of the same form succeeds too."""
    await parsed(request, Struct)
    path = requests.path(request, FavoritePath)
    await request.favorites.store.withdraw(path.favorite_id, request.visitor)
    return see_mine(request)


async def parsed(request: PortalRequest, shape: type[T]) -> T:
    """The form, which the error page offers to send again. Raises Problem."""
    form = await requests.form_body(request, shape)
    request.sent_form = structs.asdict(form)
    return form


def see_mine(request: PortalRequest, more: str = "") -> Response:
    """Redirect to the visitor's own list."""
    path = languages.localized(request, MINE + more)
    return RedirectResponse(path, status_code=303, headers={"Cache-Control": "no-store"})
