"""Cursors of the lists of favorites: a position, written so that it can stand in an address."""

import re

from kirosample.favorites import FIRST_PAGE, Position
from kirosample.web import problems
from kirosample.web.schemas import CURSOR


def parse(cursor: str) -> Position:
    """The position of a cursor; of an empty one the first page. Raises Problem (400)."""
    if not cursor:
        return FIRST_PAGE
    match = re.fullmatch(r"([0-9]{1,18})\.([0-9]{1,10})", cursor)
    if not match:
        raise problems.malformed("cursor", CURSOR)
    return Position(int(match[1]), min(int(match[2]), FIRST_PAGE.id))


def write(position: Position) -> str:
    return f"{position.order}.{position.id}"
