"""Stores for tests, and what a database holds."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ishizue.testing.postgres import fetch
from kirosample.books import Store, open_database


@asynccontextmanager
async def opened(address: str) -> AsyncIterator[Store]:
    """A store on this database, which is migrated, for half a minute."""
    async with open_database({"dsn": address}, migrating=True) as database:
        await asyncio.wait_for(database.opened(), 10)
        async with asyncio.timeout(30):
            yield Store(database)


def titles_in(address: str) -> set[str]:
    return {str(title) for (title,) in fetch(address, "SELECT title FROM books")}
