"""Likes of a time leave in batches while others come; the count is right at every moment."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from ishizue.testing.postgres import connected, execute, fetch
from kirosample.favorites import removal
from tests.favorites.stores import consistent, thing
from tests.processes import kirosample

_SPAM = """
    INSERT INTO favorite_likes SELECT 1, gen_random_uuid(), now() - interval '1 hour'
    FROM generate_series(1, 250)"""

_WAITS = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"


async def test_spam_leaves_while_likes_go_on(
    any_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removal, "_REMOVE", removal._REMOVE.replace("10000", "10"))
    monkeypatch.setattr(removal, "_BATCH", 10)
    then = datetime.now(UTC) - timedelta(hours=1)
    minute = timedelta(minutes=1)
    asked: list[int] = []
    async with (
        consistent(any_database) as store,
        connected(any_database) as connection,
        connected(any_database) as other,
    ):
        await store.like(thing(), uuid4())
        execute(any_database, _SPAM)  # which `likes` does not count
        async with other.transaction():
            await other.execute("UPDATE favorites SET likes = likes + 1")
            await other.execute("INSERT INTO favorite_likes VALUES (1, gen_random_uuid())")
            work = removal.remove_likes(connection, 1, then - minute, then + minute, asked.append)
            removing = asyncio.create_task(work)
            while not await other.fetchval(_WAITS):
                pass
        liked = 2
        while not removing.done():
            await asyncio.gather(*(store.like(thing(), uuid4()) for _ in range(20)))
            liked += 20
        assert (await removing, asked, liked > 22) == (250, [250], True)
        assert [favorite.likes for favorite in await store.most_liked(limit=9)] == [liked]


def test_it_says_how_many_and_asks_and_the_last_like_takes_the_favorite(database: str) -> None:
    assert kirosample("migrate", DATABASE_URL=database).returncode == 0
    execute(database, "INSERT INTO favorites VALUES (1, 'quote', 'a', '', '', now(), 1)")
    execute(database, _SPAM)
    spam = ("favorites", "remove-likes", "1", "--since")
    assert kirosample(*spam, "2026-99-01", DATABASE_URL=database).returncode == 2
    assert kirosample(*spam, "2999-01-01", "--yes", DATABASE_URL=database).returncode == 1
    asked = kirosample(*spam, "2026-01-01", DATABASE_URL=database)
    assert (asked.returncode, asked.stdout[:21]) == (1, "250 likes are removed")
    assert fetch(database, "SELECT count(*) FROM favorite_likes") == [(250,)]
    assert kirosample(*spam, "2026-01-01", typed="y\n", DATABASE_URL=database).returncode == 0
    assert fetch(database, "SELECT count(*) FROM favorites") == [(0,)]
