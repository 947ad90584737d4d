"""What every write passes before it is read: ours, not too many, and by whom."""

from uuid import UUID

from starlette.requests import Request

from kirosample.web import problems
from kirosample.web.portal import favorites_of, portal_of
from kirosample.web.requests import is_ours


def admit(request: Request) -> UUID:
    """The visitor who writes. Raises Problem (403, 429, 503)."""
    favorites = favorites_of(request)
    if not is_ours(request, portal_of(request).settings.public_url):
        raise problems.forbidden_origin()
    client = request.client.host if request.client else ""
    if wait := favorites.rate_limit.take(client):
        raise problems.too_many_writes(wait)
    return favorites.visitors.of_write(request)
