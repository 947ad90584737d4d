"""Additions and removals, batched into one statement over one connection.

The promise to a caller: a result means that the change is committed; `Unavailable` that it was not
made and will not be, unless the connection was lost while its statement ran. Callers of one batch
get results as if they had come one after the other: the additions first, then the removals.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from ishizue.limits import STATEMENT_SECONDS, WRITE_DEADLINE_SECONDS
from ishizue.storage.batching import Batcher, Call
from ishizue.storage.database import Database

from bookshelf.books.model import Book

WRITE_QUEUE = 10_000
"""How many writes may wait for the next batch."""

WRITE_BATCH = 1_000
"""Writes in one statement."""


class Addition(NamedTuple):
    """A title to add. The result is the book of this title, and whether it is new."""

    title: str


class Removal(NamedTuple):
    """A book to remove. The result is whether there was such a book."""

    book_id: int


# Sorted, so that tasks that write the same books wait for each other in one order: no deadlock.
# ON CONFLICT takes a value of the sequence even if it inserts nothing, so it gets no title that
# is present. A title that another task adds meanwhile is neither `present` nor `added`.
_WRITE = """
WITH titles AS MATERIALIZED (
    SELECT * FROM unnest($1::text[]) AS t (title)
), present AS MATERIALIZED (
    SELECT b.id, b.title, b.added_at FROM titles JOIN books b USING (title)
), added AS (
    INSERT INTO books (title)
    SELECT title FROM titles t
    WHERE NOT EXISTS (SELECT FROM present p WHERE p.title = t.title) ORDER BY title
    ON CONFLICT (title) DO NOTHING
    RETURNING id, title, added_at
), removed AS (
    DELETE FROM books WHERE id IN (
        SELECT id FROM books WHERE id = ANY ($2::int[]) ORDER BY id FOR UPDATE
    )
    RETURNING id
)
SELECT 'present' AS outcome, * FROM present
UNION ALL SELECT 'added', * FROM added
UNION ALL SELECT 'removed', id, NULL, NULL FROM removed
"""


class Writer:
    """Writes the changes of one task."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.batcher: Batcher[Addition | Removal] = Batcher(
            self._run,
            queue_size=WRITE_QUEUE,
            batch_size=WRITE_BATCH,
            deadline_seconds=WRITE_DEADLINE_SECONDS,
            batch_seconds=STATEMENT_SECONDS,
        )

    async def _run(self, calls: Sequence[Call[Any]]) -> list[Call[Any]]:
        """Complete the calls of a batch; returns those that must wait for the next one."""
        connection, _ = await self._database.writer()
        # Connecting took time, and a call that is sent too late could be done after its refusal.
        sent = [call for call in calls if not self.batcher.is_settled(call)]
        if not sent:
            return []
        changes = [call.change for call in sent]
        rows = await self._database.write(
            connection,
            _WRITE,
            sorted({change.title for change in changes if isinstance(change, Addition)}),
            sorted({change.book_id for change in changes if isinstance(change, Removal)}),
        )
        books = {row["title"]: Book(*row[1:]) for row in rows if row["outcome"] != "removed"}
        # The first caller of a title or an id has made the change, the others find it made.
        new = {row["title"] for row in rows if row["outcome"] == "added"}
        removed = {row["id"] for row in rows if row["outcome"] == "removed"}
        later = []
        for call in sent:
            match call.change:
                case Addition(title) if title in books:
                    call.complete((books[title], title in new))
                    new.discard(title)
                case Addition():
                    later.append(call)
                case Removal(book_id):
                    call.complete(book_id in removed)
                    removed.discard(book_id)
        return later
