"""The worker takes each event once, tries again, and gives up."""

import asyncio
import threading
from collections import Counter

import pytest
from ishizue import Stop
from ishizue.testing.postgres import execute, fetch

from inbox.forward import Forwarder
from inbox.store import MAX_TRIES, Event, Store


async def test_two_workers_deliver_each_event_once(store: Store) -> None:
    seen = Counter[str]()
    stop = Stop()
    every = threading.Event()

    def send(event: Event) -> None:
        seen[event.id] += 1
        if len(seen) == 40:
            every.set()

    for number in range(40):
        assert await store.add(str(number), b"{}")
    workers = [Forwarder(store, send) for _ in range(2)]
    running = [asyncio.create_task(worker.run(stop)) for worker in workers]
    assert await asyncio.to_thread(every.wait, 30)
    stop.set()
    await asyncio.gather(*running)
    assert set(seen.values()) == {1}
    assert await store.waiting() == 0
    assert sum(worker.delivered for worker in workers) == 40


async def test_an_event_is_given_up_after_five_tries(store: Store, database: str) -> None:
    tries = list[int]()

    def refuse(event: Event) -> None:
        tries.append(event.tries)
        raise ConnectionRefusedError

    forwarder = Forwarder(store, refuse)
    await store.add("a", b"{}")
    for _ in range(MAX_TRIES + 1):
        await forwarder.forward_one()
        assert not await forwarder.forward_one(), "not before its time"
        execute(database, "UPDATE events SET due_at = now() WHERE due_at IS NOT NULL")
    assert tries == [1, 2, 3, 4, 5]
    assert (forwarder.given_up, forwarder.delivered) == (1, 0)
    assert await store.waiting() == 0


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
