"""A list that fails while a crowd waits: every client gets the error, /livez stays quick."""

import asyncio
import logging
import threading
import time
from typing import Any

import pytest

from kirosample.storage.errors import Unavailable
from kirosample.web import lists
from tests.web.crowds import Crowd, many_sockets
from tools.servers import Running

pytestmark = pytest.mark.serial

CROWD = 1_000
MOST_TIMES = 2
"""The longest time of `/livez`, in times of what the crowd takes if it only asks for `/livez`."""

PATHS = ("/favorites", "/favorites?limit=50", "/api/favorites")
"""On the fast path, past it, and as JSON."""


@pytest.mark.parametrize(
    ("path", "error", "status", "most_tracebacks"),
    # The first client may have had a read alone.
    [
        *((path, RuntimeError("broken"), 500, 2) for path in PATHS),
        (PATHS[0], Unavailable("away"), 503, 0),
    ],
)
def test_a_failed_list_is_an_error_for_its_crowd_and_does_not_delay_livez(
    server: Running,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    path: str,
    error: Exception,
    status: int,
    most_tracebacks: int,
) -> None:
    gate = threading.Event()

    async def failing(*_: Any) -> Any:
        while not gate.is_set():  # noqa: ASYNC110  (it is set in another loop)
            await asyncio.sleep(0.01)
        raise error

    async def come() -> tuple[set[int], float]:
        crowd = Crowd(server)
        began = time.monotonic()
        await asyncio.gather(*(crowd.ask("/livez") for _ in range(CROWD)))
        quick = time.monotonic() - began
        asking = [asyncio.ensure_future(crowd.ask(path)) for _ in range(CROWD)]
        await crowd.all_wait(CROWD)
        gate.set()
        slowest = await crowd.slowest_livez(asking)
        return set(await asyncio.gather(*asking)), slowest / quick

    monkeypatch.setattr(lists, "overview", failing)
    monkeypatch.setattr(lists, "most_liked", failing)
    with many_sockets(), caplog.at_level(logging.ERROR):
        statuses, slowest = asyncio.run(come())
    assert statuses == {status}
    assert sum(bool(record.exc_info) for record in caplog.records) <= most_tracebacks
    assert len(caplog.text) < 20_000
    assert slowest < MOST_TIMES
