"""A real server for tests, in a thread of the test's process, whatever its product."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from ishizue.http.server import Server, listen
from ishizue.http.service import Service


class RunningService:
    """A running server: its URL, a client for it, and its internals."""

    def __init__(self, url: str, service: Service, server: Server) -> None:
        self.url = url
        self.service_state = service.service_state
        self.fast_path = service.fast_path
        self.server = server
        self.client = httpx.Client(base_url=url, timeout=20)

    def text(self, path: str, *, status: int = 200, **options: Any) -> str:
        """The body of the response to a GET that must have this status."""
        return self._response(path, status, options).text

    def json(self, path: str, *, status: int = 200, **options: Any) -> Any:
        """The body of such a response, parsed as JSON."""
        return self._response(path, status, options).json()

    def _response(self, path: str, status: int, options: dict[str, Any]) -> httpx.Response:
        response = self.client.get(path, **options)
        assert response.status_code == status, f"{response.url}: {response.text[:500]}"
        return response

    def ready(self) -> None:
        """Wait until the service is ready."""
        for _ in range(200):
            if self.client.get("/readyz").status_code == 200:
                return
            time.sleep(0.05)
        raise TimeoutError(self.client.get("/readyz").text)


@contextmanager
def run(service: Service, listener: socket.socket, *, fast_path: bool = True) -> Iterator[Server]:
    """Run a service in a thread while the block runs, which begins when it has started."""
    server = Server(service, drain_seconds=0, fast_path=fast_path)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        while thread.is_alive() and not server.started:
            time.sleep(0.001)
        yield server
    finally:
        server.stop()
        thread.join(30)
    assert not thread.is_alive()


@contextmanager
def serving(build: Callable[[int], Service], *, fast_path: bool = True) -> Iterator[RunningService]:
    """Serve what `build` makes for a free port while the block runs."""
    with listen(0, "127.0.0.1") as listener:
        port = listener.getsockname()[1]
        service = build(port)
        with run(service, listener, fast_path=fast_path) as server:
            running = RunningService(f"http://127.0.0.1:{port}", service, server)
            with running.client:
                yield running
