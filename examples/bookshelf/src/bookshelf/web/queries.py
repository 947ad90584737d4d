"""What requests may say; the types are the validation, and their descriptions its messages."""

from typing import Annotated

from msgspec import Meta, Struct

from bookshelf.books import LATEST, MAX_TITLE

MAX_LISTED = 100
"""Maximum length of a list."""


class BooksQuery(Struct, frozen=True):
    """Which part of the list."""

    limit: Annotated[
        int, Meta(ge=1, le=MAX_LISTED, description=f"A whole number from 1 to {MAX_LISTED}.")
    ] = 50
    cursor: Annotated[
        int, Meta(ge=1, le=LATEST, description="The `next` of the previous response.")
    ] = LATEST


FIRST = BooksQuery()
"""What most clients list."""


class BookPath(Struct):
    """Which book."""

    book_id: Annotated[int, Meta(ge=1, le=2**31 - 1)]


class NewBook(Struct, forbid_unknown_fields=True):
    """A book to add: the body of a request, or a form."""

    title: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=MAX_TITLE,
            pattern=r"^(?=.*\S)[^\x00-\x1f\x7f-\x9f]*$(?!\n)",
            description=f"Up to {MAX_TITLE} characters, without control characters.",
        ),
    ]
