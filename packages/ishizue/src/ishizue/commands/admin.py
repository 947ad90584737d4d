"""The admin commands: `migrate`, and how a product's own run."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager

import asyncpg

from ishizue.commands.database import database_url
from ishizue.failure import Failure
from ishizue.limits import OPERATOR_SECONDS
from ishizue.settings import Settings, SettingsError
from ishizue.storage import roles
from ishizue.storage.database import Database, Schema
from ishizue.storage.database_url import DatabaseUrl, host_of
from ishizue.storage.errors import describe


def migrate(settings: Settings, schema: Schema, prepare: Callable[[], object] | None = None) -> int:
    """Migrate the database's schema; with a role that owns it, make the application's role too."""
    migration = settings.migration

    async def work(url: DatabaseUrl) -> str:
        async with connected(migration.owner if migration else url) as connection:
            applied = await schema.migrations.apply(connection)
            done = f"applied: {', '.join(map(str, applied)) or 'nothing, the schema is current'}"
            if migration:
                made = await roles.make(connection, migration.user, migration.password)
                done = f"{done}; {made}"
        if migration:
            # Fails here rather than in the tasks if the role cannot do what they do.
            async with connected(url) as connection:
                await schema.migrations.require_current(connection)
                await connection.execute(schema.write_check)
        return done

    return run(settings, work, prepare)


async def opened(database: Database) -> None:
    """Wait until the database can be used. Raises Failure."""
    try:
        await asyncio.wait_for(database.opened(), OPERATOR_SECONDS)
    except TimeoutError:
        reason = await database.unready_reason()
        raise Failure(f"the database is not ready: {reason}") from None


@asynccontextmanager
async def connected(url: DatabaseUrl) -> AsyncIterator[asyncpg.Connection]:
    """A connection of a command's own."""
    connection = await asyncpg.connect(**url.connect_arguments(), timeout=OPERATOR_SECONDS)
    try:
        yield connection
    finally:
        connection.terminate()


def run(
    settings: Settings,
    work: Callable[[DatabaseUrl], Coroutine[None, None, str]],
    prepare: Callable[[], object] | None = None,
) -> int:
    """Do this work, print its outcome, log nothing. Raises Failure and SettingsError."""
    logging.disable()
    with database_url(settings, prepare) as url:
        if url is None:
            raise SettingsError("there is no database: DATABASE_URL is none")
        try:
            print(asyncio.run(work(url)))
        except Failure:
            raise
        except Exception as error:
            raise Failure(describe(error, host_of(url.url))) from error
    return 0
