"""Which writes are admitted, before their handlers are called."""

from kirosample.web.context import PortalRequest


def admit(request: PortalRequest) -> None:
    """Set the visitor of a write. Raises Problem (403, 429, 503).

    A new visitor gets a cookie only within every limit: a refused one would come back with a valid
    cookie, and the limit for new visitors would no longer count it.
    """
    favorites = request.favorites
    visitor = favorites.visitors.of(request)
    guard = favorites.write_guard if visitor else favorites.new_visitor_guard
    guard(request)
    request.is_new_visitor = visitor is None
    request.visitor = favorites.visitors.of_write(request, visitor)
