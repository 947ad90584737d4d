"""The worker takes each event once, tries again, and gives up."""

import asyncio
from collections import Counter
from contextlib import suppress

import pytest
from ishizue import Stop, Unavailable
from ishizue.testing.postgres import execute, fetch

from inbox.forward import DELIVERY_SECONDS, Forwarder, sender
from inbox.store import LEASE_SECONDS, MAX_TRIES, Event, Store


async def test_two_workers_deliver_each_event_once(store: Store) -> None:
    seen = Counter[str]()
    stop = Stop()
    every = asyncio.Event()

    async def send(event: Event) -> None:
        seen[event.id] += 1
        if len(seen) == 40:
            every.set()

    for number in range(40):
        assert await store.add(str(number), b"{}")
    workers = [Forwarder(store, send) for _ in range(2)]
    running = [asyncio.create_task(worker.run(stop)) for worker in workers]
    await asyncio.wait_for(every.wait(), 30)
    stop.set()
    await asyncio.gather(*running)
    assert set(seen.values()) == {1}
    assert await store.waiting() == 0
    assert sum(worker.delivered for worker in workers) == 40


@pytest.mark.parametrize("error", [ConnectionRefusedError, ValueError, UnicodeError, TimeoutError])
async def test_an_event_is_given_up_after_five_tries(
    store: Store, database: str, error: type[Exception]
) -> None:
    tries = list[int]()

    async def refuse(event: Event) -> None:
        tries.append(event.tries)
        raise error

    forwarder = Forwarder(store, refuse)
    await store.add("a", b"{}")
    for _ in range(MAX_TRIES + 1):
        await forwarder.forward_one()
        assert not await forwarder.forward_one(), "not before its time"
        execute(database, "UPDATE events SET due_at = now() WHERE due_at IS NOT NULL")
    assert tries == [1, 2, 3, 4, 5]
    assert (await store.given_up(), forwarder.delivered) == (1, 0)
    assert await store.waiting() == 0


async def test_the_worker_outlives_any_error(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stop = Stop()
    taking = store.take
    errors = iter((ValueError("of the store"), Unavailable("for now")))

    async def take() -> Event | None:
        if error := next(errors, None):
            raise error
        return await taking()

    async def send(_: Event) -> None:
        stop.set()

    monkeypatch.setattr("inbox.forward.IDLE_SECONDS", 0)
    monkeypatch.setattr(store, "take", take)
    await store.add("a", b"{}")
    await asyncio.wait_for(Forwarder(store, send).run(stop), 30)
    assert "of the store" in caplog.text
    assert await store.waiting() == 0


async def test_a_receiver_that_never_ends_its_response_has_a_deadline(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = asyncio.Event()

    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while True:
                writer.write(b"H")
                await writer.drain()
                await asyncio.sleep(0.01)
        closed.set()

    assert DELIVERY_SECONDS < LEASE_SECONDS
    monkeypatch.setattr("inbox.forward.DELIVERY_SECONDS", 0.2)
    async with await asyncio.start_server(drip, "127.0.0.1") as receiver:
        port = receiver.sockets[0].getsockname()[1]
        await store.add("a", b"{}")
        forwarder = Forwarder(store, sender(f"http://127.0.0.1:{port}"))
        assert await asyncio.wait_for(forwarder.forward_one(), 20)
        await asyncio.wait_for(closed.wait(), 20)
    assert (forwarder.delivered, await store.waiting()) == (0, 1)


async def test_an_event_of_a_worker_that_died_is_taken_again(store: Store, database: str) -> None:
    await store.add("a", b"{}")
    lost = await store.take()
    assert lost
    assert await store.take() is None
    execute(database, "UPDATE events SET due_at = now()")
    taken = await store.take()
    assert taken == Event("a", b"{}", 2)
    await store.delivered(lost)  # late, and another has it
    assert await store.waiting() == 1
    await store.delivered(taken)
    assert await store.waiting() == 0


@pytest.mark.parametrize(("age", "left"), [(29, 2), (31, 1)])
async def test_the_purge_takes_what_is_done_and_old(
    store: Store, database: str, age: int, left: int
) -> None:
    for id_ in ("done", "waits"):
        await store.add(id_, b"{}")
    execute(database, f"UPDATE events SET received_at = now() - interval '{age} days'")
    execute(database, "UPDATE events SET due_at = NULL WHERE id = 'done'")
    assert await store.purge(30) == 2 - left
    assert len(fetch(database, "SELECT id FROM events")) == left
