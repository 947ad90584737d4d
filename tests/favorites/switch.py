"""A server that can be turned off and on."""

from collections.abc import Callable

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
