"""Stores on empty databases, and the fixtures that these tests share with those of storage."""

from collections.abc import AsyncIterator

import pytest

from kirosample.favorites import Store, writes
from kirosample.storage import database as connections
from tests.favorites.stores import consistent
from tests.storage.conftest import log, switch

__all__ = ["log", "switch"]


@pytest.fixture
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine may take longer than a visitor should wait."""
    monkeypatch.setattr(connections, "CONNECT_SECONDS", 30)
    monkeypatch.setattr(writes, "WRITE_DEADLINE_SECONDS", 30)


@pytest.fixture
async def store(any_database: str, _patient: None) -> AsyncIterator[Store]:
    """On each PostgreSQL in turn."""
    async with consistent(any_database) as store:
        yield store


@pytest.fixture
async def local_store(database: str, _patient: None) -> AsyncIterator[Store]:
    async with consistent(database) as store:
        yield store
