"""Stores on empty databases, and the fixtures that these tests share with those of storage."""

from collections.abc import AsyncIterator

import pytest

from kirosample.favorites import Store
from tests.favorites.stores import consistent


@pytest.fixture
async def store(any_database: str) -> AsyncIterator[Store]:
    """On each PostgreSQL in turn."""
    async with consistent(any_database) as store:
        yield store


@pytest.fixture
async def local_store(database: str) -> AsyncIterator[Store]:
    async with consistent(database) as store:
        yield store
