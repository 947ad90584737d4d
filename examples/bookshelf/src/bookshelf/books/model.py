"""The values that the store takes and returns."""

from datetime import datetime

from msgspec import Struct

MAX_TITLE = 200
"""Maximum length of a title, in characters, as in the table."""

LATEST = 2**31
"""A cursor above every id: a list that starts here starts with the newest book."""


class Book(Struct, frozen=True):
    """A book. No other book has its title."""

    id: int
    title: str
    added_at: datetime
