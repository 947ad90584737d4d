"""The home page's view of favorites goes on, whatever happens to the database."""

import asyncio
from uuid import uuid4

import asyncpg
import pytest
from tests.favorites.stores import thing

from kirosample.favorites import Database, Popular, Store


def test_an_error_never_seen_before_is_told_once_and_over_when_it_is_mended(
    database: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("POPULAR_REFRESH_SECONDS", "POPULAR_RETRY_SECONDS"):
        monkeypatch.setattr(f"kirosample.favorites.popular.{name}", 0.02)

    monkeypatch.setattr("kirosample.favorites.database.OPENING_RETRY_SECONDS", 0.02)
    monkeypatch.setattr("kirosample.favorites.database.RECOVERY_SECONDS", 0.3)
    caplog.set_level("INFO")

    def told(words: str) -> int:
        return len([record for record in caplog.records if words in record.getMessage()])

    async def work() -> None:
        operator = await asyncpg.connect(database)
        async with Database({"dsn": database}, migrating=True) as at:
            await asyncio.wait_for(at.opened(), 10)
            store = Store(at)
            await store.like(thing(), uuid4())
            async with Popular(at, store, count=3) as popular:
                for times in (1, 2):
                    await _until(popular, shown=True)
                    await operator.execute("ALTER TABLE favorites RENAME author TO writer")
                    await _until(popular, shown=False)
                    await asyncio.sleep(0.3)
                    assert told("author") == times, "not at each try"
                    assert told("favorites are served again") == times - 1
                    await operator.execute("ALTER TABLE favorites RENAME writer TO author")
                    async with asyncio.timeout(5):
                        while told("favorites are served again") < times:  # noqa: ASYNC110
                            await asyncio.sleep(0.01)
                await _until(popular, shown=True)
        await operator.close()

    asyncio.run(work())


async def _until(popular: Popular, *, shown: bool) -> None:
    async with asyncio.timeout(5):
        while bool(popular.favorites()) is not shown:  # noqa: ASYNC110  (who tells nobody)
            await asyncio.sleep(0.01)
