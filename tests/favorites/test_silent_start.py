"""A start onto a database that takes the connection and then says nothing: a failover."""

import asyncio
import signal
import socket
import subprocess
import sys
import time

import pytest
from tests.drills.world import COOKIE_KEY
from tests.favorites.swallowing import Swallowing, swallowing
from tests.postgres import fetch
from tests.test_cli import environment

from kirosample.favorites import Database
from kirosample.favorites.migrations import migrations
from kirosample.limits import SHUTDOWN_SECONDS

LOOKING = b"to_regclass"
WAITING_FOR_ITS_TURN = b"pg_advisory_lock"
MIGRATING = b"CREATE TABLE favorites"
EVERYWHERE = (LOOKING, WAITING_FOR_ITS_TURN, MIGRATING)


@pytest.mark.parametrize("text", EVERYWHERE)
def test_it_is_tried_again_until_the_database_answers(
    database: str, monkeypatch: pytest.MonkeyPatch, text: bytes
) -> None:
    for name in ("SCHEMA_SECONDS", "MIGRATION_SECONDS"):
        monkeypatch.setattr(f"kirosample.favorites.database.{name}", 0.5)

    async def work(address: str) -> None:
        async with Database({"dsn": address}, migrating=True) as opening:
            await asyncio.wait_for(opening.opened(), 10)
            assert (await opening.readiness()).ready

    with swallowing(database, text, times=2) as proxy:
        began = time.monotonic()
        asyncio.run(work(proxy.address))
        assert time.monotonic() - began < 5
        assert proxy.swallowed == 2
    assert fetch(database, "SELECT max(version) FROM schema_versions") == [(len(migrations()),)]


@pytest.mark.parametrize("text", EVERYWHERE)
def test_it_can_be_left_at_any_moment(database: str, text: bytes) -> None:
    async def work(proxy: Swallowing) -> float:
        async with Database({"dsn": proxy.address}, migrating=True):
            assert await asyncio.to_thread(proxy.silent.wait, 10)
            left = time.monotonic()
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return time.monotonic() - left

    with swallowing(database, text, times=1) as proxy:
        assert asyncio.run(work(proxy)) < 0.5


def test_sigterm_ends_it_with_exit_0_in_time(database: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with swallowing(database, LOOKING) as proxy:
        settings = environment(
            PORT=str(port), DATABASE_URL=proxy.address, KIROSAMPLE_COOKIE_KEYS=COOKIE_KEY
        )
        run = [sys.executable, "-m", "kirosample", "run"]
        with subprocess.Popen(run, env=settings, stdout=subprocess.DEVNULL) as process:
            try:
                assert proxy.silent.wait(20)
                process.send_signal(signal.SIGTERM)
                assert process.wait(SHUTDOWN_SECONDS) == 0
            finally:
                process.kill()
