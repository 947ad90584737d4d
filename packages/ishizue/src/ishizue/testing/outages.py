"""A PostgreSQL server that a test can turn off and on, or freeze, and what the log says of it."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from ishizue.postgres.server import EmbeddedPostgres
from ishizue.processes import children


class Switch:
    """An embedded server that can be turned off and on; its address stays.

    `dsn` is the address of the test's database.
    """

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._is_on = False
        self.on()
        self.server = self.dsn = self._server.dsn

    def on(self) -> None:
        if not self._is_on:
            self._server = EmbeddedPostgres.start(self._data_dir)
            self._is_on = True

    def off(self) -> None:
        self._server.stop()
        self._is_on = False

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Connections stay open and new ones are accepted, but get no response: a frozen host."""
        main = self._server.pid
        os.kill(main, signal.SIGSTOP)  # so that it starts no more processes
        processes = [main, *children(main)]
        for process in processes:
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in processes:
                with suppress(ProcessLookupError):  # it was ending when it was stopped
                    os.kill(process, signal.SIGCONT)


class Log:
    """The lines about outages."""

    def __init__(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level("INFO")
        self._caplog = caplog

    @property
    def lines(self) -> list[str]:
        return [
            record.getMessage()
            for record in self._caplog.records
            if record.name == "ishizue.storage.outage"
        ]

    async def until(self, words: str) -> None:
        async with asyncio.timeout(15):
            while not any(words in line for line in self.lines):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
