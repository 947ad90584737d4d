"""The HTTP server: uvicorn, with our way of starting and of stopping."""

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

from kirosample.app import App
from kirosample.failure import Failure
from kirosample.limits import (
    ACCEPT_RETRY_SECONDS,
    BACKLOG,
    KEEP_ALIVE_SECONDS,
    MOST_CONNECTIONS,
    OTHER_FILES,
    SEND_BUFFER_BYTES,
    SHUTDOWN_SECONDS,
    STALL_SECONDS,
)

log = logging.getLogger(__name__)


class PortInUse(Failure):
    """Another program listens there."""


def listen(port: int, host: str = "0.0.0.0") -> socket.socket:  # noqa: S104  (a container's port)
    """A listening socket. Raises PortInUse."""
    try:
        listener = socket.create_server((host, port), backlog=BACKLOG, reuse_port=False)
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        why = "another program listens there" if taken else os.strerror(error.errno or 0)
        raise PortInUse(f"port {port} cannot be listened on: {why}") from None
    # Accepted connections inherit both: a client that never reads holds little memory, and briefly.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, STALL_SECONDS * 1000)
    return listener


def most_connections() -> int:
    """Raise the limit of open files as far as it is of use; answers the connections that fit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + OTHER_FILES
    if soft < wanted:
        soft = min(wanted, hard) if hard != resource.RLIM_INFINITY else wanted
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(min(soft, wanted) - OTHER_FILES, 1)


class Server(uvicorn.Server):
    """Serves an application, and drains when it is told to stop.

    SIGTERM: not ready at once, serving on for the drain seconds, then what was accepted is
    answered and `run` returns. SIGINT and a second SIGTERM do not wait.

    Without `answers_at_once` the same is served by uvicorn's own protocol alone, more slowly.
    """

    def __init__(self, app: App, drain_seconds: int, *, answers_at_once: bool = True) -> None:
        protocol: Any = app.protocol(most_connections(), answers_at_once=answers_at_once)
        super().__init__(
            uvicorn.Config(
                app.asgi,
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
        self._portal = app.portal
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
        """Accept no more, and answer what was accepted."""
        for listener in sockets or ():
            asyncio.get_running_loop().remove_reader(listener)
        await super().shutdown(sockets)

    def _watch(self, loop: asyncio.AbstractEventLoop, listener: socket.socket) -> None:
        if listener.fileno() != -1:
            loop.add_reader(listener, self._accept, loop, listener)

    def _accept(self, loop: asyncio.AbstractEventLoop, listener: socket.socket) -> None:
        """Accept all that wait.

        libuv accepts one in a turn of the loop: behind 400 busy connections that come at once, the
        load balancer's check waits for 400 turns, many seconds.
        """
        try:
            for _ in range(BACKLOG):
                connection, _ = listener.accept()
                accepted = loop.create_task(self._connect(loop, connection))
                self._accepted.add(accepted)
                accepted.add_done_callback(self._accepted.discard)
        except (BlockingIOError, ConnectionAbortedError):
            pass
        except OSError as error:  # no file descriptor or memory is left: the rest waits for one
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
        """Handle the signals in the event loop, and end with exit code 0.

        uvicorn's own would raise the signal again once all is done.
        """
        if threading.current_thread() is not threading.main_thread():
            yield  # only the main thread is told of signals
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
        if self._portal.draining or not self._drain_seconds:
            self.stop()
            return
        self._portal.draining = True
        log.info("draining: not ready any more, serving on for %d s", self._drain_seconds)
        asyncio.get_running_loop().call_later(self._drain_seconds, self.stop)

    def stop(self) -> None:
        """Close the listener, answer what was accepted, and return from `run`."""
        if not self.should_exit:
            log.info("stopping: what was accepted is answered")
        self._portal.draining = True
        self.should_exit = True
