"""A server that can be turned off and on, and fall silent."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.processes import children

from kirosample.embedded_postgres import EmbeddedPostgres


class Switch:
    """An embedded server that can be turned off and on; its address stays."""

    def __init__(self, start: Callable[[], EmbeddedPostgres]) -> None:
        self._start = start
        self._server: EmbeddedPostgres | None = start()
        self.dsn = self._server.dsn

    def off(self) -> None:
        if self._server:
            self._server.stop()
        self._server = None

    def on(self) -> None:
        self._server = self._start()

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Connections stay and new ones are taken, but nobody answers, as on a host that froze."""
        assert self._server
        main = self._server.pid
        os.kill(main, signal.SIGSTOP)  # which starts no more processes
        processes = [main, *children(main)]
        for process in processes:
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in processes:
                os.kill(process, signal.SIGCONT)
