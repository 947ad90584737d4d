"""A list that fails, with a crowd waiting for it: everybody is told, and nobody else notices."""

import asyncio
import logging
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from tests.servers import Running
from tests.web.wire import connections, get

from kirosample.favorites import Unavailable
from kirosample.web import lists

CROWD = 1_000
PATHS = {"in the protocol": "/favorites", "past it": "/favorites?limit=50", "API": "/api/favorites"}


@contextmanager
def many_sockets() -> Iterator[None]:
    """As many as this process may have at all: it has both ends of each connection."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 16_384), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def asked(port: int, path: str, ready: asyncio.Semaphore) -> int:
    """The status of the answer to a request on a connection of its own."""
    async with ready:  # a listener's backlog has an end
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(get(path).encode())
        return int((await reader.readline()).split()[1])
    finally:
        writer.close()


async def crowd_and_livez(
    server: Running, path: str, gate: asyncio.Event
) -> tuple[list[int], float]:
    """What a crowd is answered once the gate opens, and the slowest `/livez` meanwhile."""
    port = int(server.url.rpartition(":")[2])
    ready = asyncio.Semaphore(50)
    crowd = [asyncio.ensure_future(asked(port, path, ready)) for _ in range(CROWD)]
    while sum(not each.is_idle() for each in connections(server)) < CROWD:
        await asyncio.sleep(0.02)
    gate.set()
    slowest = 0.0
    while not all(each.done() for each in crowd):
        began = time.monotonic()
        assert await asked(port, "/livez", ready) == 200
        slowest = max(slowest, time.monotonic() - began)
    return [each.result() for each in crowd], slowest


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
@pytest.mark.parametrize(
    ("error", "status", "tracebacks"),
    [(RuntimeError("broken"), 500, 2), (Unavailable("x"), 503, 0)],
)
def test_a_crowd_is_told_that_a_list_failed_and_livez_does_not_notice(
    server: Running,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    path: str,
    error: Exception,
    status: int,
    tracebacks: int,
) -> None:
    gate = asyncio.Event()

    async def failing(*_: Any) -> Any:
        while not gate.is_set():
            await asyncio.sleep(0.01)
        raise error

    monkeypatch.setattr(lists, "overview", failing)
    monkeypatch.setattr(lists, "most_liked", failing)
    with many_sockets(), caplog.at_level(logging.ERROR):
        statuses, slowest = asyncio.run(crowd_and_livez(server, path, gate))
    print("slowest", slowest, "log", len(caplog.text))
    assert set(statuses) == {status}
    assert slowest < 0.5
    logged = [record for record in caplog.records if record.exc_info]
    assert len(logged) <= tracebacks
    assert len(caplog.text) < 20_000
