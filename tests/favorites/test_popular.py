"""The home page's favorites recover from any error of the database."""

import asyncio
from uuid import uuid4

import asyncpg
import pytest

from ishizue.limits import READ_DEADLINE_SECONDS
from kirosample.favorites import Popular, Store, open_database, popular
from tests.favorites.stores import thing


async def test_an_unknown_error_is_logged_once_and_recovery_too(
    database: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("POPULAR_REFRESH_SECONDS", "POPULAR_RETRY_SECONDS"):
        monkeypatch.setattr(f"kirosample.favorites.popular.{name}", 0.02)

    monkeypatch.setattr("ishizue.storage.database.OPENING_RETRY_SECONDS", 0.02)
    monkeypatch.setattr("ishizue.storage.database.RECOVERY_SECONDS", 0.3)
    caplog.set_level("INFO")

    def logged(words: str) -> int:
        return len([record for record in caplog.records if words in record.getMessage()])

    operator = await asyncpg.connect(database)
    async with open_database({"dsn": database}, migrating=True) as at:
        await asyncio.wait_for(at.opened(), 10)
        store = Store(at)
        await store.like(thing(1), uuid4())
        async with Popular(at, store, count=3) as most_liked:
            for times in (1, 2):
                await _until(most_liked, shown=True)
                await operator.execute("ALTER TABLE favorites RENAME author TO writer")
                await _until(most_liked, shown=False)
                await asyncio.sleep(0.3)
                assert logged("author") == times, "not for each retry"
                assert logged("serving favorites again") == times - 1
                await operator.execute("ALTER TABLE favorites RENAME writer TO author")
                async with asyncio.timeout(5):
                    while logged("serving favorites again") < times:  # noqa: ASYNC110
                        await asyncio.sleep(0.01)
            await _until(most_liked, shown=True)
    await operator.close()


async def _until(popular: Popular, *, shown: bool) -> None:
    async with asyncio.timeout(5):
        while bool(popular.favorites()) is not shown:  # noqa: ASYNC110  (there is no event to wait for)
            await asyncio.sleep(0.01)


def test_a_slow_refresh_still_comes_within_the_maximum_age() -> None:
    longest = popular.POPULAR_REFRESH_SECONDS + READ_DEADLINE_SECONDS
    assert longest < popular.POPULAR_AGE_SECONDS
    assert popular.POPULAR_RETRY_SECONDS <= popular.POPULAR_REFRESH_SECONDS
