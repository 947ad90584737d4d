"""The HTTP server: uvicorn, with its own accept loop and draining."""

import asyncio
import errno
import logging
import os
import resource
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import uvicorn

from ishizue.failure import Failure
from ishizue.http.service import Service
from ishizue.limits import KEEP_ALIVE_SECONDS, SEND_BUFFER_BYTES, SHUTDOWN_SECONDS, STALL_SECONDS

log = logging.getLogger(__name__)

_MAX_CONNECTIONS = 16_384
"""Open connections, about 10 kB each; fewer if the process may open fewer files."""

_OTHER_FILES = 128
"""Files that the process may need beside connections."""

_BACKLOG = 2048
"""Connections that may wait to be accepted; the kernel's own limit may be lower."""

_ACCEPTED_OF_A_TURN = 64
"""Connections accepted in one turn of the event loop, besides those whose client has left."""

ACCEPT_RETRY_SECONDS = 0.25
"""When to accept again after running out of file descriptors."""


def listen(port: int, host: str) -> socket.socket:
    """A listening socket. Raises Failure."""
    try:
        listener = socket.create_server((host, port), backlog=_BACKLOG, reuse_port=False)
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        why = "another program listens there" if taken else os.strerror(error.errno or 0)
        japanese = (
            f"ポート {port} は、ほかのプログラムが使っています。PORT=3001 のように変えてください"
        )
        message = f"port {port} cannot be listened on: {why}"
        raise Failure(message, japanese if taken else None) from None
    # Accepted connections inherit both: a client that never reads holds little memory, and briefly.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux; it also ends one that never reads
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, STALL_SECONDS * 1000)
    return listener


def most_connections() -> int:
    """Raise the limit of open files as far as needed; returns the connections that fit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MAX_CONNECTIONS + _OTHER_FILES
    if soft < wanted:
        soft = min(wanted, hard) if hard != resource.RLIM_INFINITY else wanted
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(min(soft, wanted) - _OTHER_FILES, 1)


class Server(uvicorn.Server):
    """Serves an application, and drains on SIGTERM.

    Draining: the service is no longer ready, serves for `drain_seconds`, responds to the requests
    that it accepted, and `run` returns. SIGINT and a second SIGTERM skip the wait.

    Without `fast_path` the application serves everything, more slowly.
    """

    def __init__(self, service: Service, drain_seconds: int, *, fast_path: bool = True) -> None:
        protocol: Any = service.protocol(most_connections(), fast_path=fast_path)
        super().__init__(
            uvicorn.Config(
                service.application,
                loop="uvloop",
                http=protocol,
                ws="none",
                lifespan="on",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=SHUTDOWN_SECONDS,
            )
        )
        self._service_state = service.service_state
        self._drain_seconds = drain_seconds
        self._protocol = protocol
        self._accepted: set[asyncio.Task[Any]] = set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and accept connections of these listeners."""
        await super().startup(sockets=[])
        for listener in sockets or ():
            listener.setblocking(False)
            self._watch(asyncio.get_running_loop(), listener)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept no more connections, and finish accepted requests."""
        for listener in sockets or ():
            asyncio.get_running_loop().remove_reader(listener)
        if self._accepted:
            await asyncio.wait(self._accepted)  # uvicorn only closes what is connected by now
        await super().shutdown(sockets)

    def _watch(self, loop: asyncio.AbstractEventLoop, listener: socket.socket) -> None:
        if listener.fileno() != -1:
            loop.add_reader(listener, self._accept, loop, listener)

    def _accept(self, loop: asyncio.AbstractEventLoop, listener: socket.socket) -> None:
        """Accept many of the connections that wait.

        libuv accepts one in a turn of the loop: behind 400 busy connections that arrive at once,
        the load balancer's check would wait for 400 turns, many seconds. To accept all of them
        would make one turn as long. In a flood of clients that leave, most have left by now: a
        transport and a request for each would take most of the time.
        """
        left = _ACCEPTED_OF_A_TURN
        try:
            while left:
                connection, _ = listener.accept()
                if connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                    connection.close()
                    continue
                left -= 1
                accepted = loop.create_task(self._connect(loop, connection))
                self._accepted.add(accepted)
                accepted.add_done_callback(self._accepted.discard)
        except (BlockingIOError, ConnectionAbortedError):
            pass
        except OSError as error:  # out of file descriptors or memory: the others wait
            log.warning("connections cannot be accepted for now: %s", error.strerror)
            loop.remove_reader(listener)
            loop.call_later(ACCEPT_RETRY_SECONDS, self._watch, loop, listener)

    async def _connect(self, loop: asyncio.AbstractEventLoop, connection: socket.socket) -> None:
        protocol = partial(
            self._protocol,
            config=self.config,
            server_state=self.server_state,
            app_state=self.lifespan.state,
            _loop=loop,
        )
        await loop.connect_accepted_socket(protocol, connection)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle the signals in the event loop, and exit with 0: uvicorn would raise them again."""
        if threading.current_thread() is not threading.main_thread():
            yield  # only the main thread gets signals
            return
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self._drain)
        loop.add_signal_handler(signal.SIGINT, self.stop)
        try:
            yield
        finally:
            loop.remove_signal_handler(signal.SIGTERM)
            loop.remove_signal_handler(signal.SIGINT)

    def _drain(self) -> None:
        if self._service_state.draining or not self._drain_seconds:
            self.stop()
            return
        self._service_state.draining = True
        log.info("draining: no longer ready, %d s left", self._drain_seconds)
        asyncio.get_running_loop().call_later(self._drain_seconds, self.stop)

    def stop(self) -> None:
        """Close the listener, finish accepted requests, and return from `run`."""
        if not self.should_exit:
            log.info("stopping: finishing accepted requests")
        self._service_state.draining = True
        self.should_exit = True
