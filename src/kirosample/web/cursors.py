"""Cursors of the lists of favorites: a position, written so that it can stand in an address."""

from kirosample.favorites import FIRST_PAGE, Position


def parse(cursor: str) -> Position:
    """The position of a cursor in form (the schema's pattern); of an empty one the first page."""
    if not cursor:
        return FIRST_PAGE
    order, _, id_ = cursor.partition(".")
    return Position(int(order), min(int(id_), FIRST_PAGE.id))


def write(position: Position) -> str:
    return f"{position.order}.{position.id}"
