"""Fixtures of the tests with an outage."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from kirosample.storage.database import Database
from tests.storage.notes import notes
from tests.storage.switch import Switch
from tools.postgres import fresh_database


@pytest.fixture
async def opened(database: str) -> AsyncIterator[Database]:
    async with notes(database) as opened, asyncio.timeout(30):
        await opened.opened()
        yield opened


@pytest.fixture
def switch(switchable_postgres: Switch) -> Iterator[Switch]:
    """A server that is on, with an empty database, for a test that turns it off."""
    with fresh_database(switchable_postgres.server) as switchable_postgres.dsn:
        yield switchable_postgres
        switchable_postgres.on()


class Log:
    """The lines about outages."""

    def __init__(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level("INFO")
        self._caplog = caplog

    @property
    def lines(self) -> list[str]:
        return [
            record.getMessage()
            for record in self._caplog.records
            if record.name == "kirosample.storage.outage"
        ]

    def forget(self) -> None:
        """Drop the lines so far."""
        self._caplog.clear()

    async def until(self, words: str) -> None:
        async with asyncio.timeout(15):
            while not any(words in line for line in self.lines):  # noqa: ASYNC110
                await asyncio.sleep(0.02)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Log:
    return Log(caplog)
