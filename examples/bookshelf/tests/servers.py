"""A real server of the service for tests, in a thread of the test's process."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from ishizue.http.service import Service
from ishizue.storage.database_url import DatabaseUrl
from ishizue.telemetry import RequestLog
from ishizue.testing import running
from ishizue.testing.running import RunningService

from bookshelf.app import build
from bookshelf.settings import Settings

SETTINGS = Settings(writes_per_minute=1_000_000)


@contextmanager
def serving(
    database: str | None, *, settings: Settings = SETTINGS, log: RequestLog | None = None
) -> Iterator[RunningService]:
    """Serve on a free port while the block runs, with this database or none."""

    def service(port: int) -> Service:
        at = DatabaseUrl(database) if database else None
        return build(replace(settings, port=port), at, log, migrating=True)

    with running.serving(service) as server:
        yield server
