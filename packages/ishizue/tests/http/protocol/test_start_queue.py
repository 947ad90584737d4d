"""Many cheap requests leave the event loop free to turn."""

import asyncio
import time
from collections.abc import Callable
from functools import partial

import pytest
from tests.http.standin import TRUSTED, serving_standin

from ishizue.http.fair_queue import Waiting
from ishizue.http.protocol.bounds import StartQueue
from ishizue.http.security.clients import place_of
from ishizue.testing.wire import connected, connection_of, reset_at_close, until


def start(queue: StartQueue, begin: Callable[[], None], client: str = "192.0.2.1") -> None:
    if queue.admits():
        begin()
    else:
        queue.wait(Waiting(place_of(client), begin))


async def test_requests_start_in_order_and_a_bounded_number_in_each_turn() -> None:
    queue = StartQueue(3)
    turn = 0
    begun: list[tuple[int, int]] = []
    for n in range(8):
        start(queue, lambda n=n: begun.append((turn, n)))  # type: ignore[misc]
    for turn in range(1, 5):  # noqa: B007  (what began reads it)
        await asyncio.sleep(0)
    start(queue, lambda: begun.append((turn, 8)))
    assert begun == [
        (0, 0), (0, 1), (0, 2), (1, 3), (1, 4), (1, 5), (2, 6), (2, 7), (4, 8),
    ]  # fmt: skip


async def test_sites_take_turns() -> None:
    queue = StartQueue(1)
    begun = list[str]()
    clients = ["2001:db8:1:1::1", "2001:db8:1:2::1", "2001:db8:1:3::1", "192.0.2.1", "192.0.2.9"]
    for client in clients:
        start(queue, partial(begun.append, client), client)
    for _ in clients:
        await asyncio.sleep(0)
    assert begun == [clients[number] for number in (0, 1, 3, 2, 4)]


def test_a_request_whose_client_has_left_is_never_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StartQueue, "admits", lambda _: False)
    with serving_standin() as running:
        with connected(running) as client:
            connection = connection_of(running, client)
            queue, bodies = connection._starts._waiting, connection._bodies
            reset_at_close(client)
            head = "POST /hooks HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            client.sendall(f"{head}Content-Length: 9000\r\n\r\n".encode() + bytes(9000))
            until(lambda: queue.waiting == 1 and bodies.size == 9000)
        until(lambda: queue.waiting == 0)
        assert bodies.size == 0


async def test_fewer_requests_start_in_a_turn_after_long_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    queue = StartQueue(32)
    turns = list[int]()
    clock = [0.0]
    monkeypatch.setattr(time, "perf_counter", lambda: clock[0])

    def handle(seconds: float) -> None:
        clock[0] += seconds

    def begin(seconds: float) -> None:
        turns[-1] += 1
        asyncio.get_running_loop().call_soon(handle, seconds)

    async def started_in_each_turn(seconds: float, requests: int) -> list[int]:
        turns[:] = [0]
        for _ in range(requests):
            start(queue, partial(begin, seconds))
        while sum(turns) < requests:
            turns.append(0)
            await asyncio.sleep(0)
        return turns

    assert 8 in await started_in_each_turn(0.001, 200)
    assert (await started_in_each_turn(0, 200))[-2] == 32


async def test_of_health_checks_one_of_a_site_and_16_in_all_pass_a_full_turn() -> None:
    queue = StartQueue(1)
    for _ in range(2):
        assert queue.admits()
        assert not queue.admits()
        assert [queue.admits_check(site) for site in range(20)] == [True] * 16 + [False] * 4
        assert not queue.admits_check(0)
        await asyncio.sleep(0)


def test_further_health_checks_of_a_site_wait_for_their_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waited = []

    def wait(_: StartQueue, waiting: Waiting) -> None:
        waited.append(waiting.place)
        waiting.work()

    monkeypatch.setattr(StartQueue, "admits", lambda _: False)
    monkeypatch.setattr(StartQueue, "wait", wait)
    with serving_standin(proxies=TRUSTED) as running:
        for client in ("192.0.2.1", "198.51.100.1", "192.0.2.2"):
            assert running.client.get("/livez", headers={"X-Forwarded-For": client}).is_success
    assert waited == [("192.0", "192.0.2", "192.0.2.2")]
