"""Stores on empty databases, and the fixtures that these tests share with those of storage."""

from collections.abc import AsyncIterator

import pytest
from tests.books.stores import opened

from kirosample.books import Store


@pytest.fixture
async def store(any_database: str) -> AsyncIterator[Store]:
    """On each PostgreSQL in turn."""
    async with opened(any_database) as store:
        yield store


@pytest.fixture
async def local_store(database: str) -> AsyncIterator[Store]:
    async with opened(database) as store:
        yield store
