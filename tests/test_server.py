"""The server accepts all connections that wait, however busy it is with others."""

import asyncio
import errno
import logging
import socket
from contextlib import ExitStack

import pytest
import uvloop
from tests.servers import SETTINGS, noon

from kirosample import server
from kirosample.app import build
from kirosample.server import Server, listen

_CONNECTIONS = 200


async def _turns_until_all_are_accepted(listener: socket.socket) -> int:
    """Connections that come while the loop is busy, and the turns that it takes to accept them."""
    serving = Server(build(SETTINGS, None, clock=noon), drain_seconds=0)
    running = asyncio.create_task(serving.serve(sockets=[listener]))
    while not serving.started:  # noqa: ASYNC110  (it has no event of its own)
        await asyncio.sleep(0)
    turns = 0
    with ExitStack() as stack:
        for _ in range(_CONNECTIONS):
            stack.enter_context(socket.create_connection(listener.getsockname()))
        while len(serving.server_state.connections) < _CONNECTIONS and turns < _CONNECTIONS:
            await asyncio.sleep(0)
            turns += 1
    serving.stop()
    await running
    return turns


def test_connections_that_wait_are_accepted_within_a_few_turns_of_the_loop() -> None:
    with listen(0, "127.0.0.1") as listener:
        assert uvloop.run(_turns_until_all_are_accepted(listener)) < 20


def test_without_file_descriptors_accepting_is_tried_again_later(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Exhausted(socket.socket):
        refusals = 1

        def accept(self) -> tuple[socket.socket, object]:
            if self.refusals:
                self.refusals = 0
                raise OSError(errno.EMFILE, "Too many open files")
            return super().accept()

    monkeypatch.setattr(server, "ACCEPT_RETRY_SECONDS", 0.01)
    with listen(0, "127.0.0.1") as bound:
        listener = Exhausted(fileno=bound.detach())
        with listener, caplog.at_level(logging.WARNING):
            asyncio.run(asyncio.wait_for(_answer_of(listener), 10))
    assert "cannot be accepted for now: Too many open files" in caplog.text


async def _answer_of(listener: socket.socket) -> None:
    serving = Server(build(SETTINGS, None, clock=noon), drain_seconds=0)
    running = asyncio.create_task(serving.serve(sockets=[listener]))
    reader, writer = await asyncio.open_connection(*listener.getsockname())
    writer.write(b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert (await reader.read()).startswith(b"HTTP/1.1 200 ")
    writer.close()
    serving.stop()
    await running
