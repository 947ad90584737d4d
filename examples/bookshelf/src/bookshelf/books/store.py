"""The books in one database."""

from collections.abc import Awaitable

from ishizue.limits import STATEMENT_SECONDS
from ishizue.storage.database import Database
from ishizue.storage.single_flight import SingleFlight

from bookshelf.books.model import LATEST, Book
from bookshelf.books.writes import Addition, Removal, Writer

_PAGE = "SELECT id, title, added_at FROM books WHERE id < $1::bigint ORDER BY id DESC LIMIT $2"


class Store:
    """Every method raises Unavailable when the database cannot answer.

    Writes are batched here. Reads are shared by the caller, through `single_flight`, because it
    shares what it makes of the rows too: a page, or JSON.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._writes = Writer(database).batcher
        self.single_flight = SingleFlight()

    @property
    def waiting(self) -> int:
        """The number of writes that wait for the next statement."""
        return len(self._writes)

    def add(self, title: str) -> Awaitable[tuple[Book, bool]]:
        """Add a book, unless there is one of this title; returns it, and whether it is new."""
        return self._writes.submit(Addition(title))

    def remove(self, book_id: int) -> Awaitable[bool]:
        """Remove a book; returns whether it existed."""
        return self._writes.submit(Removal(book_id))

    async def page(self, *, limit: int, before: int = LATEST) -> tuple[Book, ...]:
        """Up to `limit` books with lower ids, the newest first."""
        async with self._database.connection(STATEMENT_SECONDS) as connection:
            return tuple(Book(*row) for row in await connection.fetch(_PAGE, before, limit))
