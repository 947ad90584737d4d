"""A database with the notes."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from tests.storage.notes import notes

from ishizue.storage.database import Database


@pytest.fixture
async def opened(database: str) -> AsyncIterator[Database]:
    async with notes(database) as opened, asyncio.timeout(30):
        await opened.opened()
        yield opened
