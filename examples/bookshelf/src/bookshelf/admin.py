"""The service's own admin commands."""

from ishizue.commands import admin
from ishizue.failure import Failure
from ishizue.storage.database_url import DatabaseUrl

from bookshelf.books import Store, open_database
from bookshelf.settings import Settings


def remove(settings: Settings, book_id: int) -> int:
    """`bookshelf books remove ID`."""

    async def work(url: DatabaseUrl) -> str:
        async with open_database(url.connect_arguments(), migrating=False) as database:
            await admin.opened(database)
            if not await Store(database).remove(book_id):
                raise Failure(f"there is no book {book_id}")
        return f"removed book {book_id}"

    return admin.run(settings, work)
