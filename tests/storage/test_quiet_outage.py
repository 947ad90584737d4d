"""An outage is noticed while nobody asks for anything, and its metric ends with it."""

import asyncio

import pytest

from kirosample.storage import database as storage
from tests.storage.conftest import Log
from tests.storage.notes import notes
from tests.storage.switch import Switch

NOTICED, OVER = "cannot serve notes", "serving notes again"


async def test_an_outage_without_requests_is_logged_and_measured(
    switch: Switch, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that stopped, and a host that froze, which closes no connection."""
    monkeypatch.setattr(storage, "QUIET_CHECK_SECONDS", 0.2)
    async with notes(switch.dsn) as database:
        await asyncio.wait_for(database.opened(), 10)
        await asyncio.sleep(0.5)
        away = [database.away]
        assert log.lines == []
        with switch.silent():
            await log.until(NOTICED)
            away.append(database.away)
        await log.until(OVER)
        away.append(database.away)
        log.forget()
        await asyncio.to_thread(switch.off)
        await log.until(NOTICED)
        away.append(database.away)
    assert away == [False, True, False, True]
