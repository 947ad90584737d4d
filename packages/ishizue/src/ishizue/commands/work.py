"""The command `work`: a process for what is not a request's, such as taking rows from a queue.

It has the settings, the log and the database of `serve`, and of its metrics those that are not of
requests. `/livez` and `/readyz` are on this machine's PORT alone, for the command `healthcheck`.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from ishizue import composition
from ishizue.commands.serve import until_stopped
from ishizue.http.server import Server
from ishizue.limits import FINISH_SECONDS
from ishizue.settings import Settings
from ishizue.storage.database import Database
from ishizue.storage.database_url import DatabaseUrl
from ishizue.telemetry import RequestLog
from ishizue.telemetry.metrics import Gauge, Total

log = logging.getLogger(__name__)


class Stop(asyncio.Event):
    """Set once the process is asked to end: finish what you hold, and begin nothing."""

    async def pause(self, seconds: float) -> None:
        """Wait so long, or until the process is asked to end."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.wait(), seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """What a worker does and needs; the database is open while it runs.

    When `run` returns, the process ends with 0; when it raises, with 1. `finish_seconds` after
    SIGTERM it is cancelled, after SIGINT or a second SIGTERM at once.
    """

    run: Callable[[Stop], Coroutine[Any, Any, None]]
    database: Database | None = None
    gauges: Mapping[str, Gauge] = field(default_factory=dict)
    counters: Mapping[str, Total] = field(default_factory=dict)
    finish_seconds: int = FINISH_SECONDS


def work(settings: Settings, command: str, build: Callable[[DatabaseUrl | None], Worker]) -> int:
    """Build a worker on its database and run it, as the command of this name.

    Returns the exit code. Raises Failure and SettingsError.
    """

    def server(database: DatabaseUrl | None, log: RequestLog) -> Server:
        return _WorkServer(settings, build(database), log)

    return until_stopped(settings, command, server, loopback=True)


class _WorkServer(Server):
    """Serves the health checks while the work goes on, and ends with it."""

    def __init__(self, settings: Settings, worker: Worker, log: RequestLog) -> None:
        self._work: asyncio.Task[None] | None = None
        self._asked = Stop()
        service = composition.service(
            settings,
            (),
            log=log,
            database=worker.database,
            resources=(self._working(worker),),
            gauges=worker.gauges,
            counters=worker.counters,
        )
        super().__init__(service, worker.finish_seconds)

    @asynccontextmanager
    async def _working(self, worker: Worker) -> AsyncIterator[None]:
        self._work = asyncio.create_task(worker.run(self._asked))
        self._work.add_done_callback(lambda _: self.stop())
        try:
            yield
        finally:
            self._asked.set()
            if self._work.cancel():
                log.warning("cancelling the work: it has not finished")
            await asyncio.wait([self._work])

    def _drain(self) -> None:
        self._asked.set()
        super()._drain()

    def run(self, sockets: Any = None) -> None:
        """Run until the work has ended. Raises what it raised."""
        super().run(sockets)
        if self._work and not self._work.cancelled():
            self._work.result()
