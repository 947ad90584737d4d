"""A real server of the service, in a thread of the test's process.

The databases are fixtures of `ishizue.testing.plugin`.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from ishizue.http.service import Service
from ishizue.storage.database_url import DatabaseUrl
from ishizue.telemetry import RequestLog
from ishizue.testing import running
from ishizue.testing.running import RunningService

from bookshelf.app import build
from bookshelf.settings import Settings


@contextmanager
def serving(database: str | None, *, log: RequestLog | None = None) -> Iterator[RunningService]:
    """Serve on a free port while the block runs, with this database or none."""

    def service(port: int) -> Service:
        at = DatabaseUrl(database) if database else None
        settings = Settings(port=port, writes_per_minute=1_000_000)
        return build(settings, at, log, migrating=True)

    with running.serving(service) as server:
        yield server


@pytest.fixture
def server(database: str) -> Iterator[RunningService]:
    """A ready server on an empty database."""
    with serving(database) as server:
        server.ready()
        yield server


@pytest.fixture(scope="module")
def pages() -> Iterator[RunningService]:
    """A server without a database, shared by a module of tests."""
    with serving(None) as server:
        yield server
