"""The operator's hand on the database: its schema brought up to date, a favorite removed."""

import asyncio

import asyncpg

from kirosample.failure import Failure
from kirosample.favorites import Database, Store, migrate
from kirosample.favorites.database import host_of, what_is_wrong
from kirosample.limits import OPERATOR_SECONDS
from kirosample.settings import ExternalDatabase


async def update_schema(at: ExternalDatabase) -> str:
    """Answers what was done. Raises Failure."""
    try:
        connection = await asyncpg.connect(**at.connect_arguments(), timeout=OPERATOR_SECONDS)
        try:
            applied = await migrate(connection)
        finally:
            connection.terminate()
    except Exception as error:
        raise Failure(what_is_wrong(error, host_of(at.url))) from error
    return f"applied: {', '.join(map(str, applied)) or 'nothing, the schema is current'}"


async def remove_favorite(at: ExternalDatabase, favorite_id: int) -> str:
    """Answers what was done. Raises Failure."""
    async with Database(at.connect_arguments(), migrating=False) as database:
        try:
            async with asyncio.timeout(OPERATOR_SECONDS):
                await database.opened()
            removed = await Store(database).remove(favorite_id)
        except TimeoutError:
            reason = (await database.readiness()).reason
            raise Failure(f"the database is not ready: {reason}") from None
        except Exception as error:
            raise Failure(what_is_wrong(error, host_of(at.url))) from error
    if not removed:
        raise Failure(f"there is no favorite {favorite_id}")
    return f"removed favorite {favorite_id}"
