"""A server whose log can be read."""

import json
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.servers import SETTINGS, Running, noon

from kirosample.app import build
from kirosample.server import Server, listen
from kirosample.settings import ExternalDatabase, Settings
from kirosample.telemetry import Metrics, Output, RequestLog


class Told:
    """What was written to a file so far."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = 0
        self._kept: str | None = None

    def text(self) -> str:
        return self._path.read_text(encoding="utf-8") if self._kept is None else self._kept

    def keep(self) -> None:
        """Remember all, since the file goes."""
        self._kept = self.text()

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text().splitlines()]

    def forget(self) -> None:
        """Begin anew, when what was asked for so far is told of."""
        time.sleep(0.2)
        self._seen = len(self._requests())

    def next(self, count: int = 1) -> list[dict[str, Any]]:
        """The requests told of since the last call; not one more may come."""
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
def written() -> Iterator[tuple[Callable[[str], None], Told]]:
    """A way to write lines, and what was written."""
    with tempfile.NamedTemporaryFile() as file:
        output = Output(file.fileno(), lambda count: f'{{"dropped":{count}}}\n')
        told = Told(Path(file.name))
        try:
            yield output.write, told
        finally:
            output.close()
            told.keep()


@contextmanager
def telling(
    database: str | None = None,
    *,
    settings: Settings = SETTINGS,
    metrics: bool = False,
    answers_at_once: bool = True,
) -> Iterator[tuple[Running, Told]]:
    """Serve on a free port while the block runs, and tell of every request."""
    at = ExternalDatabase(database) if database else None
    with written() as (write, told), listen(0, "127.0.0.1") as listener:
        port = listener.getsockname()[1]
        log = RequestLog(write, metrics=Metrics(write) if metrics else None)
        app = build(replace(settings, port=port), at, migrating=True, clock=noon, log=log)
        server = Server(app, drain_seconds=0, answers_at_once=answers_at_once)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            running = Running(f"http://127.0.0.1:{port}", app, server)
            with running.client:
                yield running, told
        finally:
            server.stop()
            thread.join(30)
    assert not thread.is_alive()
