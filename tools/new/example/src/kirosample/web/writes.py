"""The book that a path names."""

from ishizue.http import problems
from kirosample.web.context import BooksRequest


def book_id(request: BooksRequest) -> int:
    """The id in the path. Raises Problem (404) unless it can be an id."""
    text: str = request.path_params["book_id"]
    if not (text.isascii() and text.isdecimal() and len(text) <= 10 and int(text) < 2**31):
        raise no_book()
    return int(text)


def no_book() -> problems.Problem:
    return problems.not_found("There is no such book.")
