"""`kirosample favorites remove ID`."""

from collections.abc import Callable

from ishizue.commands import admin
from ishizue.failure import Failure
from ishizue.storage.database_url import DatabaseUrl
from kirosample.favorites import Store, open_database
from kirosample.settings import Settings


def remove(settings: Settings, favorite_id: int, prepare: Callable[[], object]) -> int:
    """Remove a favorite with all its likes."""

    async def work(url: DatabaseUrl) -> str:
        async with open_database(url.connect_arguments(), migrating=False) as database:
            await admin.opened(database)
            if not await Store(database).remove(favorite_id):
                raise Failure(f"there is no favorite {favorite_id}")
        return f"removed favorite {favorite_id}"

    return admin.run(settings, work, prepare)
