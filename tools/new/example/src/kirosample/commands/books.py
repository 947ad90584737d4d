"""`kirosample books remove ID`."""

from kirosample.books import Store, open_database
from kirosample.commands import admin
from kirosample.failure import Failure
from kirosample.settings import Settings
from kirosample.storage.database_url import DatabaseUrl


def remove(settings: Settings, book_id: int) -> int:
    """Remove a book."""

    async def work(url: DatabaseUrl) -> str:
        async with open_database(url.connect_arguments(), migrating=False) as database:
            await admin.opened(database)
            if not await Store(database).remove(book_id):
                raise Failure(f"there is no book {book_id}")
        return f"removed book {book_id}"

    return admin.run(settings, work)
