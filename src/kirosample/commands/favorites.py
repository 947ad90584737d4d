"""`kirosample favorites remove ID`, `export FILE` and `import FILE`."""

from collections.abc import Callable

from ishizue.commands import admin, files
from ishizue.failure import Failure
from ishizue.storage.database_url import DatabaseUrl
from kirosample.favorites import Store, copies, open_database
from kirosample.settings import Settings

_LINES = "application/jsonl"


def remove(settings: Settings, favorite_id: int, prepare: Callable[[], object]) -> int:
    """Remove a favorite with all its likes."""

    async def work(url: DatabaseUrl) -> str:
        async with open_database(url.connect_arguments(), migrating=False) as database:
            await admin.opened(database)
            if not await Store(database).remove(favorite_id):
                raise Failure(f"there is no favorite {favorite_id}")
        return f"removed favorite {favorite_id}"

    return admin.run(settings, work, prepare)


def export(settings: Settings, target: str, prepare: Callable[[], object]) -> int:
    """Write all favorites with their likes to a file, or to an https URL."""

    async def work(url: DatabaseUrl) -> str:
        async with admin.connected(url) as connection:
            lines = [line async for line in copies.written(connection)]
        files.write(target, b"".join(lines), _LINES)
        return f"exported {len(lines):,} favorites"

    return admin.run(settings, work, prepare)


def import_(settings: Settings, source: str, prepare: Callable[[], object]) -> int:
    """Add the favorites and likes of an export. Those that are there stay and count once."""
    try:
        favorites = list(copies.parse(files.read(source)))
    except copies.CopyError as error:
        raise Failure(f"{source.partition('?')[0]}, {error}: nothing was imported") from error

    async def work(url: DatabaseUrl) -> str:
        async with admin.connected(url) as connection:
            added = await copies.add(connection, favorites)
        likes = sum(len(copy.likes) for copy in favorites)
        return f"imported {added:,} of {likes:,} likes, the others were there"

    return admin.run(settings, work, prepare)
