"""A real server of ours for tests, in a thread of the test's own process."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx

from kirosample.app import App, build
from kirosample.clock import Clock
from kirosample.server import Server, listen
from kirosample.settings import ExternalDatabase, Settings
from kirosample.web.portal import Portal

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
"""Noon in Japan on 2026-11-24."""

SETTINGS = Settings(
    cookie_keys=(b"a key for the tests and nothing else",),
    writes_per_minute=1_000_000,
    new_visitors_per_minute=1_000_000,
)


def noon() -> datetime:
    return NOON


class Running:
    """A server that serves: its address, a client for it, and what is inside."""

    def __init__(self, url: str, app: App, server: Server) -> None:
        self.url = url
        self.portal: Portal = app.portal
        self.ready_answers = app.ready_answers
        self.readings = app.readings
        self.server = server
        self.client = httpx.Client(base_url=url, timeout=20)

    def text(self, path: str, *, status: int = 200, **options: Any) -> str:
        """The body of the response to a GET that must have this status."""
        return self._response(path, status, options).text

    def json(self, path: str, *, status: int = 200, **options: Any) -> Any:
        """The same, parsed."""
        return self._response(path, status, options).json()

    def _response(self, path: str, status: int, options: dict[str, Any]) -> httpx.Response:
        response = self.client.get(path, **options)
        assert response.status_code == status, f"{response.url}: {response.text[:500]}"
        return response

    def visitor(self) -> httpx.Client:
        """A client with cookies of its own: another person."""
        return httpx.Client(base_url=self.url, timeout=20)

    def ready(self) -> None:
        """Wait until favorites can be served."""
        for _ in range(200):
            if self.client.get("/readyz").status_code == 200:
                return
            time.sleep(0.05)
        raise TimeoutError(self.client.get("/readyz").text)


@contextmanager
def serving(
    database: str | None,
    *,
    settings: Settings = SETTINGS,
    clock: Clock = noon,
    migrating: bool = True,
    answers_at_once: bool = True,
) -> Iterator[Running]:
    """Serve on a free port while the block runs."""
    at = ExternalDatabase(database) if database else None
    with listen(0, "127.0.0.1") as listener:
        port = listener.getsockname()[1]
        app = build(replace(settings, port=port), at, migrating=migrating, clock=clock)
        server = Server(app, drain_seconds=0, answers_at_once=answers_at_once)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            running = Running(f"http://127.0.0.1:{port}", app, server)
            with running.client:
                yield running
        finally:
            server.stop()
            thread.join(30)
    assert not thread.is_alive()
