"""A proxy to a database that falls silent: connections stay open, and messages are lost."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

_IDLE_SECONDS = 10
"""When an idle connection is closed, so that a failing test does not hang."""


class SilentProxy:
    """A TCP proxy that drops everything from the first message with a certain text on.

    It silences `times` connections and counts them in `silenced`; `silent` is set by the first.
    `address` leads through the proxy.
    """

    def __init__(self, server: str, listener: socket.socket, text: bytes, times: float) -> None:
        where = urlsplit(server)
        query = parse_qs(where.query)
        self._server = f"{query['host'][0]}/.s.PGSQL.{query.get('port', ['5432'])[0]}"
        self._listener = listener
        self._text = text
        self._times = times
        self.silenced = 0
        self.silent = threading.Event()
        host, port = listener.getsockname()
        self.address = f"postgresql://{where.username}@{host}:{port}{where.path}?sslmode=disable"

    def serve(self) -> None:
        with contextlib.suppress(OSError):  # the listener is closed
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._server)
                for pump in (self._up, self._down):
                    threading.Thread(target=pump, args=(client, server), daemon=True).start()

    def _up(self, client: socket.socket, server: socket.socket) -> None:
        silent = False
        client.settimeout(_IDLE_SECONDS)
        with server, _ending(server), contextlib.suppress(OSError):
            while data := client.recv(65536):
                if not silent and self._text in data and self.silenced < self._times:
                    silent = True
                    self.silenced += 1
                    self.silent.set()
                if not silent:
                    server.sendall(data)

    def _down(self, client: socket.socket, server: socket.socket) -> None:
        with client, _ending(client), contextlib.suppress(OSError):
            while data := server.recv(65536):
                client.sendall(data)


@contextmanager
def _ending(other: socket.socket) -> Iterator[None]:
    """Shut the other side down too, which wakes its reader."""
    yield
    with contextlib.suppress(OSError):
        other.shutdown(socket.SHUT_RDWR)


@contextmanager
def silent_proxy(server: str, text: bytes, *, times: float = float("inf")) -> Iterator[SilentProxy]:
    """Listen while the block runs."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        proxy = SilentProxy(server, listener, text, times)
        thread = threading.Thread(target=proxy.serve)
        thread.start()
        try:
            yield proxy
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)
