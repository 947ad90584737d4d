"""The admin commands: `kirosample migrate`, and `kirosample favorites remove ID`."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager

import asyncpg

from kirosample.commands.database import database_url
from kirosample.failure import Failure
from kirosample.favorites import FAVORITES, MIGRATIONS, Store, open_database
from kirosample.limits import OPERATOR_SECONDS
from kirosample.settings import Settings, SettingsError
from kirosample.storage import roles
from kirosample.storage.database_url import DatabaseUrl, host_of
from kirosample.storage.errors import describe


def migrate(settings: Settings) -> int:
    """Migrate the database's schema; with a role that owns it, make the application's role too."""
    migration = settings.migration

    async def work(url: DatabaseUrl) -> str:
        async with _connected(migration.owner if migration else url) as connection:
            applied = await MIGRATIONS.apply(connection)
            done = f"applied: {', '.join(map(str, applied)) or 'nothing, the schema is current'}"
            if migration:
                made = await roles.make(connection, migration.user, migration.password)
                done = f"{done}; {made}"
        if migration:
            # Fails here rather than in the tasks if the role cannot do what they do.
            async with _connected(url) as connection:
                await MIGRATIONS.require_current(connection)
                await connection.execute(FAVORITES.write_check)
        return done

    return _run(settings, work)


def remove_favorite(settings: Settings, favorite_id: int) -> int:
    """Remove a favorite with all its likes."""

    async def work(url: DatabaseUrl) -> str:
        async with open_database(url.connect_arguments(), migrating=False) as database:
            try:
                await asyncio.wait_for(database.opened(), OPERATOR_SECONDS)
            except TimeoutError:
                reason = (await database.readiness()).reason
                raise Failure(f"the database is not ready: {reason}") from None
            if not await Store(database).remove(favorite_id):
                raise Failure(f"there is no favorite {favorite_id}")
        return f"removed favorite {favorite_id}"

    return _run(settings, work)


@asynccontextmanager
async def _connected(url: DatabaseUrl) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(**url.connect_arguments(), timeout=OPERATOR_SECONDS)
    try:
        yield connection
    finally:
        connection.terminate()


def _run(settings: Settings, work: Callable[[DatabaseUrl], Coroutine[None, None, str]]) -> int:
    """Print the outcome and log nothing. Raises Failure and SettingsError."""
    logging.disable()
    with database_url(settings) as url:
        if url is None:
            raise SettingsError("there is no database: DATABASE_URL is none")
        try:
            print(asyncio.run(work(url)))
        except Failure:
            raise
        except Exception as error:
            raise Failure(describe(error, host_of(url.url))) from error
    return 0
