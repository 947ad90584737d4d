"""A server whose log can be read."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar

from ishizue.telemetry import Metrics, RequestLog
from ishizue.testing.running import RunningService

Server = TypeVar("Server", bound=RunningService)


class Lines:
    """The lines written so far."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self._seen = 0

    def text(self) -> str:
        return "".join(self.written)

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in tuple(self.written)]

    def reports(self) -> list[dict[str, Any]]:
        """The metrics."""
        return [line for line in self.lines() if "_aws" in line]

    def next(self, count: int = 1) -> list[dict[str, Any]]:
        """The requests since the last call: exactly this many."""
        deadline = time.monotonic() + 5
        while len(self._requests()) < self._seen + count and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.05)
        requests = self._requests()[self._seen :]
        self._seen += len(requests)
        assert len(requests) == count, requests
        return requests

    def _requests(self) -> list[dict[str, Any]]:
        return [line for line in self.lines() if "status" in line]


@contextmanager
def logged(
    serve: Callable[..., AbstractContextManager[Server]],
    *,
    metrics: Callable[[Callable[[str], None]], Metrics] | None = None,
    **options: Any,
) -> Iterator[tuple[Server, Lines]]:
    """Serve with a request log: `serve` is `serving_standin`, or `serving` for the product."""
    lines = Lines()
    write = lines.written.append
    log = RequestLog(write, metrics=metrics and metrics(write))
    with serve(log=log, **options) as running:
        yield running, lines
