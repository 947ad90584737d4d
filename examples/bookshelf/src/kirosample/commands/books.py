"""`kirosample books remove ID`."""

from ishizue.commands import admin
from ishizue.failure import Failure
from ishizue.storage.database_url import DatabaseUrl
from kirosample.books import Store, open_database
from kirosample.settings import Settings


def remove(settings: Settings, book_id: int) -> int:
    """Remove a book."""

    async def work(url: DatabaseUrl) -> str:
        async with open_database(url.connect_arguments(), migrating=False) as database:
            await admin.opened(database)
            if not await Store(database).remove(book_id):
                raise Failure(f"there is no book {book_id}")
        return f"removed book {book_id}"

    return admin.run(settings, work)
