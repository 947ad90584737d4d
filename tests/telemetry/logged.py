"""A server whose log can be read."""

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from kirosample.telemetry import Metrics, Output, RequestLog
from tools.running import RunningService

Server = TypeVar("Server", bound=RunningService)


class LogFile:
    """The lines written so far."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = 0
        self._kept: str | None = None

    def text(self) -> str:
        return self._path.read_text(encoding="utf-8") if self._kept is None else self._kept

    def keep(self) -> None:
        """Keep the text, since the file is removed."""
        self._kept = self.text()

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text().splitlines()]

    def next(self, count: int = 1) -> list[dict[str, Any]]:
        """The requests since the last call: exactly this many."""
        deadline = time.monotonic() + 5
        while len(self._requests()) < self._seen + count and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.12)
        found = self._requests()[self._seen :]
        self._seen += len(found)
        assert len(found) == count, found
        return found

    def _requests(self) -> list[dict[str, Any]]:
        complete = self.text().rpartition("\n")[0].splitlines()
        return [line for line in map(json.loads, complete) if "route" in line and "status" in line]


@contextmanager
def logged(
    serve: Callable[..., AbstractContextManager[Server]],
    *,
    metrics: Callable[[Callable[[str], None]], Metrics] | None = None,
    **options: Any,
) -> Iterator[tuple[Server, LogFile]]:
    """Serve with a request log: `serve` is `serving_standin`, or `serving` for the product."""
    with tempfile.NamedTemporaryFile() as file:
        output = Output(file.fileno(), lambda count: f'{{"dropped":{count}}}\n')
        lines = LogFile(Path(file.name))
        log = RequestLog(output.write, metrics=metrics and metrics(output.write))
        try:
            with serve(log=log, **options) as running:
                yield running, lines
        finally:
            output.close()
            lines.keep()
