"""A real server of the product for tests, in a thread of the test's process."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import httpx

from ishizue.clock import Clock
from ishizue.http.server import Server, listen
from ishizue.storage.database_url import DatabaseUrl
from ishizue.telemetry import RequestLog
from ishizue.testing.running import RunningService, run
from kirosample.app import App, build
from kirosample.settings import Settings
from kirosample.web.context import Portal

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
"""The time of these servers: noon in Tokyo on 2026-11-24."""

PUBLIC = "https://kirosample.example"
"""The public address of servers that know theirs."""

SETTINGS = Settings(
    writes_per_minute=1_000_000,
    cookie_keys=(b"a key for the tests and nothing else",),
    new_visitors_per_minute=1_000_000,
    contact="mailto:owner@example.com",
)


def noon() -> datetime:
    return NOON


class Running(RunningService):
    def __init__(self, url: str, app: App, server: Server) -> None:
        super().__init__(url, app.service, server)
        self.app = app
        self.portal: Portal = app.portal

    def visitor(self) -> httpx.Client:
        """A client with its own cookies: another visitor."""
        return httpx.Client(base_url=self.url, timeout=20)


@contextmanager
def serving(
    database: str | None,
    *,
    settings: Settings = SETTINGS,
    clock: Clock = noon,
    migrating: bool = True,
    fast_path: bool = True,
    log: RequestLog | None = None,
) -> Iterator[Running]:
    """Serve the product on a free port while the block runs."""
    at = DatabaseUrl(database) if database else None
    with listen(0, "127.0.0.1") as listener:
        port = listener.getsockname()[1]
        app = build(replace(settings, port=port), at, migrating=migrating, clock=clock, log=log)
        with run(app.service, listener, fast_path=fast_path) as server:
            running = Running(f"http://127.0.0.1:{port}", app, server)
            with running.client:
                yield running
