"""The home page's view of favorites goes on, whatever happens to the database."""

import asyncio
from uuid import uuid4

import asyncpg
import pytest
from tests.favorites.stores import run, thing

from kirosample.favorites import Popular, Store


def test_an_error_never_seen_before_is_told_once_and_over_when_it_is_mended(
    database: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("POPULAR_REFRESH_SECONDS", "POPULAR_RETRY_SECONDS"):
        monkeypatch.setattr(f"kirosample.favorites.popular.{name}", 0.02)

    async def work(store: Store) -> None:
        await store.like(thing(), uuid4())
        operator = await asyncpg.connect(database)
        async with Popular(store, count=3) as popular:
            for times in (1, 2):
                await _until(popular, shown=True)
                await operator.execute("ALTER TABLE favorites RENAME author TO writer")
                await _until(popular, shown=False)
                await asyncio.sleep(0.3)
                told = [record for record in caplog.records if "author" in record.getMessage()]
                assert len(told) == times, "not at each try"
                await operator.execute("ALTER TABLE favorites RENAME writer TO author")
            await _until(popular, shown=True)
        await operator.close()

    run(database, work)


async def _until(popular: Popular, *, shown: bool) -> None:
    async with asyncio.timeout(5):
        while bool(popular.favorites()) is not shown:  # noqa: ASYNC110  (who tells nobody)
            await asyncio.sleep(0.01)
