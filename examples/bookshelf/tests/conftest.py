"""Servers for tests. The databases are fixtures of `ishizue.testing.plugin`."""

from collections.abc import Iterator

import pytest
from ishizue.testing.postgres import fresh_database
from ishizue.testing.running import RunningService

from tests.servers import serving


@pytest.fixture
def server(database: str) -> Iterator[RunningService]:
    """A ready server on an empty database."""
    with serving(database) as running:
        running.ready()
        yield running


@pytest.fixture(scope="module")
def quiet_server(embedded_postgres: str) -> Iterator[RunningService]:
    """A ready server on an empty database, shared by a module of tests that write nothing."""
    with fresh_database(embedded_postgres) as address, serving(address) as running:
        running.ready()
        yield running


@pytest.fixture(scope="module")
def pages() -> Iterator[RunningService]:
    """A server without a database, shared by a module of tests."""
    with serving(None) as running:
        yield running
