"""Opening a database that accepts the connection and then falls silent, as in a failover."""

import asyncio
import time

import pytest

from tests.storage.notes import notes
from tests.storage.silent_proxy import SilentProxy, silent_proxy

STEPS = (b"to_regclass", b"pg_advisory_lock", b"CREATE TABLE notes")
"""Checking the version, waiting for the lock, migrating."""


@pytest.mark.parametrize("text", STEPS)
async def test_opening_is_retried_until_the_database_answers(
    database: str, monkeypatch: pytest.MonkeyPatch, text: bytes
) -> None:
    for name in ("SCHEMA_SECONDS", "MIGRATION_SECONDS"):
        monkeypatch.setattr(f"kirosample.storage.database.{name}", 0.5)
    with silent_proxy(database, text, times=2) as proxy:
        async with notes(proxy.address) as opening:
            await asyncio.wait_for(opening.opened(), 5)
            assert (await opening.readiness()).ready
        assert proxy.silenced == 2


@pytest.mark.parametrize("text", STEPS)
def test_opening_can_be_cancelled_at_any_moment(database: str, text: bytes) -> None:
    async def work(proxy: SilentProxy) -> float:
        async with notes(proxy.address):
            assert await asyncio.to_thread(proxy.silent.wait, 10)
            left = time.monotonic()
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return time.monotonic() - left

    with silent_proxy(database, text, times=1) as proxy:
        assert asyncio.run(work(proxy)) < 2
