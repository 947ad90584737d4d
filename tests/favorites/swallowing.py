"""A way to a database that falls silent: connections stay, and what is said is lost."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

_MOST_SECONDS = 10
"""When a connection is given up that nobody says anything on: a test fails, but does not hang."""


class Swallowing:
    """A TCP proxy that passes nothing on from the first message with a certain text.

    It does so for `times` connections: `swallowed` counts them, `silent` is set with the first one.
    `address` leads through it.
    """

    def __init__(self, server: str, listener: socket.socket, text: bytes, times: float) -> None:
        where = urlsplit(server)
        query = parse_qs(where.query)
        self._server = f"{query['host'][0]}/.s.PGSQL.{query.get('port', ['5432'])[0]}"
        self._listener = listener
        self._text = text
        self._times = times
        self.swallowed = 0
        self.silent = threading.Event()
        host, port = listener.getsockname()
        self.address = f"postgresql://{where.username}@{host}:{port}{where.path}?sslmode=disable"

    def serve(self) -> None:
        with contextlib.suppress(OSError):  # the end
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._server)
                for pump in (self._up, self._down):
                    threading.Thread(target=pump, args=(client, server), daemon=True).start()

    def _up(self, client: socket.socket, server: socket.socket) -> None:
        silent = False
        client.settimeout(_MOST_SECONDS)
        with server, _ending(server), contextlib.suppress(OSError):
            while said := client.recv(65536):
                if not silent and self._text in said and self.swallowed < self._times:
                    silent = True
                    self.swallowed += 1
                    self.silent.set()
                if not silent:
                    server.sendall(said)

    def _down(self, client: socket.socket, server: socket.socket) -> None:
        with client, _ending(client), contextlib.suppress(OSError):
            while said := server.recv(65536):
                client.sendall(said)


@contextmanager
def _ending(other: socket.socket) -> Iterator[None]:
    """End the other side too, whose reader would not hear of a close."""
    yield
    with contextlib.suppress(OSError):
        other.shutdown(socket.SHUT_RDWR)


@contextmanager
def swallowing(server: str, text: bytes, *, times: float = float("inf")) -> Iterator[Swallowing]:
    """Listen while the block runs."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        proxy = Swallowing(server, listener, text, times)
        thread = threading.Thread(target=proxy.serve)
        thread.start()
        try:
            yield proxy
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)
