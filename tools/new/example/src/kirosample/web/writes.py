"""Which writes are admitted."""

from ishizue.http import problems
from ishizue.http.csrf import require_own_origin
from ishizue.http.security.rate_limit import take_all
from kirosample.web.context import BooksRequest


def admit(request: BooksRequest) -> None:
    """Raise Problem (403, 429, 503) for a write of another site's page, or one of too many."""
    limits = request.books.limits
    require_own_origin(request)
    client = request.scope["client"]
    if wait := take_all(limits, client[0] if client else ""):
        raise problems.too_many_writes(wait)


def book_id(request: BooksRequest) -> int:
    """The id in the path. Raises Problem (404) unless it can be an id."""
    text: str = request.path_params["book_id"]
    if not (text.isascii() and text.isdecimal() and len(text) <= 10 and int(text) < 2**31):
        raise no_book()
    return int(text)


def no_book() -> problems.Problem:
    return problems.not_found("There is no such book.")
