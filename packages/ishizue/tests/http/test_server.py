"""The server accepts connections in time, however busy it is."""

import asyncio
import errno
import logging
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager

import pytest
import uvloop
from tests.http.standin import standin

from ishizue.http import server
from ishizue.http.server import Server, listen
from ishizue.testing.client import fetch, request

_CONNECTIONS = 200


@asynccontextmanager
async def serving(listener: socket.socket) -> AsyncIterator[Server]:
    server = Server(standin(), drain_seconds=0)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:  # noqa: ASYNC110  (it has no event of its own)
        await asyncio.sleep(0)
    yield server
    server.stop()
    await running


def test_a_connection_that_was_reset_while_it_waited_is_no_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They are as many as wait, and one turn of the loop accepts a few others."""
    made = 0

    async def connect(_: Server, __: object, connection: socket.socket) -> None:
        nonlocal made
        made += 1
        connection.close()

    async def accept(listener: socket.socket) -> int:
        async with serving(listener) as running:
            for _ in range(_CONNECTIONS):
                with socket.create_connection(listener.getsockname()) as client:
                    client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            with socket.create_connection(listener.getsockname()):
                running._accept(asyncio.get_running_loop(), listener)
                await asyncio.sleep(0)
        return made

    monkeypatch.setattr(Server, "_connect", connect)
    with listen(0, "127.0.0.1") as listener:
        assert uvloop.run(accept(listener)) == 1


def test_one_turn_of_the_loop_accepts_a_bounded_number_of_connections() -> None:
    async def accepted(listener: socket.socket) -> int:
        async with serving(listener) as running:
            with ExitStack() as stack:
                for _ in range(_CONNECTIONS):
                    stack.enter_context(socket.create_connection(listener.getsockname()))
                running._accept(asyncio.get_running_loop(), listener)
                return len(running._accepted)

    with listen(0, "127.0.0.1") as listener:
        assert uvloop.run(accepted(listener)) == 64


def test_a_connection_that_is_accepted_as_the_server_stops_is_closed() -> None:
    async def closed() -> bool:
        async with serving(listener) as server:
            with socket.create_connection(listener.getsockname()):
                server._accept(asyncio.get_running_loop(), listener)
                await server.shutdown()
                return not server.server_state.connections

    with listen(0, "127.0.0.1") as listener:
        assert uvloop.run(closed())


def test_accepting_resumes_after_running_out_of_file_descriptors(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Exhausted(socket.socket):
        refusals = 1

        def accept(self) -> tuple[socket.socket, object]:
            if self.refusals:
                self.refusals = 0
                raise OSError(errno.EMFILE, "Too many open files")
            return super().accept()

    async def served(listener: socket.socket) -> int:
        async with serving(listener):
            response = await fetch(listener.getsockname()[1], request("GET", "/livez"))
            return response.status

    monkeypatch.setattr(server, "ACCEPT_RETRY_SECONDS", 0.01)
    with listen(0, "127.0.0.1") as bound:
        listener = Exhausted(fileno=bound.detach())
        with listener, caplog.at_level(logging.WARNING):
            assert asyncio.run(served(listener)) == 200
    assert "cannot be accepted for now: Too many open files" in caplog.text
