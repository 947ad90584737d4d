"""A code moves one visitor's likes to another, once, and every count stays right."""

import asyncio
from uuid import UUID, uuid4

import pytest

from ishizue.limits import READ_DEADLINE_SECONDS
from ishizue.storage.errors import Unavailable
from ishizue.testing.postgres import connected, execute, fetch
from kirosample.favorites import Store, Transfer
from kirosample.favorites.transfers import MAX_MOVED, digest, new_code
from tests.favorites.stores import likes_in, opened, thing

ME, YOU = UUID(int=1), UUID(int=2)
DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
STORED = "SELECT visitor, code_hash FROM favorite_transfers"
LOCK = "SELECT FROM favorites ORDER BY id FOR NO KEY UPDATE"
MOVES = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND state = 'active' AND query LIKE '%DELETE FROM favorite_transfers WHERE code%'"
    " AND pid <> pg_backend_pid()"
)


async def offered(store: Store, visitor: UUID = ME) -> str:
    offer = await store.transfers.offer(visitor)
    assert offer
    return offer.code


async def like(store: Store, visitor: UUID, *numbers: int) -> None:
    await asyncio.gather(*(store.like(thing(n), visitor) for n in numbers))


async def until(address: str, query: str, *expected: int) -> None:
    """Wait until the query has this row."""
    async with asyncio.timeout(10), connected(address) as connection:
        while await connection.fetchrow(query) != expected:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def mine(store: Store, visitor: UUID) -> list[str]:
    return [favorite.item for favorite, _ in await store.liked_by(visitor, limit=9_999)]


async def test_a_code_moves_the_likes_in_their_order_and_what_both_like_counts_once(
    store: Store,
) -> None:
    for visitor, n in ((ME, 0), (ME, 1), (ME, 2), (ME, 3), (YOU, 2), (YOU, 9), (uuid4(), 0)):
        await store.like(thing(n), visitor)
    code = await offered(store)
    assert await store.transfers.look_up(code, YOU) == Transfer(likes=4, already=1)
    assert await store.transfers.redeem(code, YOU) == Transfer(likes=4, already=1)
    assert await mine(store, ME) == []
    assert await mine(store, YOU) == ["item-9", "item-2", "item-3", "item-1", "item-0"]
    counts = {favorite.item: favorite.likes for favorite in await store.most_liked(limit=9)}
    assert counts == {"item-0": 2, "item-1": 1, "item-2": 1, "item-3": 1, "item-9": 1}


async def test_a_code_is_valid_once_until_it_expires_or_the_next_one_is_made(
    store: Store, any_database: str
) -> None:
    transfers = store.transfers
    assert await transfers.offer(ME) is None, "there is nothing to carry"
    await like(store, ME, 1, 2)
    first = await offered(store)
    code = await offered(store)
    for not_valid in (first, new_code(), "", "x" * 99):
        assert await transfers.look_up(not_valid, YOU) is None
        assert await transfers.redeem(not_valid, YOU) is None
    assert await transfers.look_up(code, ME) is None, "one's own"
    assert await transfers.redeem(code, ME) is None, "one's own"
    execute(any_database, "UPDATE favorite_transfers SET expires_at = now()")
    assert await transfers.look_up(code, YOU) is None
    assert await transfers.redeem(code, YOU) is None
    await like(store, YOU, 3)
    await offered(store, YOU)
    assert [row[0] for row in fetch(any_database, STORED)] == [YOU], "the expired one is removed"
    code = await offered(store)
    assert await transfers.redeem(code, YOU)
    assert await transfers.redeem(code, uuid4()) is None
    assert await transfers.look_up(code, YOU) is None


async def test_a_second_submit_by_the_same_receiver_has_the_result_of_the_first(
    store: Store, any_database: str
) -> None:
    await like(store, ME, 1, 2)
    await like(store, YOU, 2)
    code = await offered(store)
    first = await store.transfers.redeem(code, YOU)
    await like(store, ME, 1, 2)
    again = await store.transfers.redeem(code, YOU)
    assert first == again == Transfer(likes=2, already=1)
    assert first.giver == ME
    assert again.giver is None, "nothing has moved now"
    assert len(await mine(store, ME)) == 2
    execute(any_database, "UPDATE favorite_transfers_used SET expires_at = now()")
    assert await store.transfers.redeem(code, YOU) is None
    await offered(store)
    assert fetch(any_database, "SELECT * FROM favorite_transfers_used") == []


async def test_only_a_hash_of_the_code_is_stored(store: Store, any_database: str) -> None:
    await like(store, ME, 1)
    code = await offered(store)
    assert fetch(any_database, STORED) == [(ME, digest(code))]


@pytest.mark.parametrize("typed", ["k0l1 9xyz 0123", "Ｋ０１１９ＸＹＺｏ１２３", "K011-9XYZ-0I23"])
def test_a_code_may_be_typed_in_many_ways(typed: str) -> None:
    assert digest(typed) == digest("K011-9XYZ-0123")


async def test_of_sixteen_uses_at_once_one_succeeds(store: Store, any_database: str) -> None:
    await like(store, ME, *range(20))
    code = await offered(store)
    async with opened(any_database) as second:
        receivers = [uuid4() for _ in range(8)]
        used = await asyncio.gather(
            *(
                through.transfers.redeem(code, visitor)
                for visitor in receivers
                for through in (store, second)
            )
        )
    # The one receiver submits through both stores, with the same result.
    assert [transfer for transfer in used if transfer] == 2 * [Transfer(likes=20, already=0)]
    assert [transfer.giver for transfer in used if transfer and transfer.giver] == [ME]
    assert sorted([len(await mine(store, visitor)) for visitor in receivers]) == [*[0] * 7, 20]


async def test_a_move_that_was_refused_behind_a_lock_does_not_happen_later(
    store: Store, any_database: str
) -> None:
    await like(store, ME, 1)
    other = uuid4()
    await like(store, other, 1)
    before = await offered(store, other)
    code = await offered(store)
    loop = asyncio.get_running_loop()
    async with connected(any_database) as blocker, blocker.transaction():
        await blocker.execute(LOCK)
        first = loop.create_task(store.transfers.redeem(before, uuid4()))
        await until(any_database, MOVES, 1)
        await asyncio.sleep(0.6)  # most of the statement's time, so that the next one starts late
        began = loop.time()
        with pytest.raises(Unavailable):
            await store.transfers.redeem(code, YOU)
        assert loop.time() - began < READ_DEADLINE_SECONDS + 0.5
        with pytest.raises(Unavailable):
            await first
    await until(any_database, MOVES, 0)
    assert len(await mine(store, ME)) == 1, "what was refused was not done"
    assert await store.transfers.redeem(code, YOU) == Transfer(likes=1, already=0)


@pytest.mark.parametrize("withdrawn", [True, False])
async def test_a_move_counts_what_a_batch_changes_while_it_waits(
    store: Store, any_database: str, *, withdrawn: bool
) -> None:
    await like(store, uuid4(), *range(4))
    await like(store, ME, *range(4))
    await like(store, YOU, *(range(4) if withdrawn else ()))
    code = await offered(store)
    async with connected(any_database) as batch, batch.transaction():
        await batch.execute(LOCK)
        moved = asyncio.create_task(store.transfers.redeem(code, YOU))
        await until(any_database, f"{MOVES} AND wait_event_type = 'Lock'", 1)
        # Latest first: a move that already held one of the giver's likes would be waited for.
        for visitor, n in ((ME, 3), (ME, 0), (YOU, 2), (YOU, 1)):
            row = f"SELECT id, '{visitor}'::uuid FROM favorites WHERE item = 'item-{n}'"
            if visitor == ME or withdrawn:
                await batch.execute(
                    f"DELETE FROM favorite_likes WHERE (favorite_id, visitor) IN ({row})"
                )
            else:
                await batch.execute(f"INSERT INTO favorite_likes (favorite_id, visitor) {row}")
        await batch.execute(
            "UPDATE favorites SET likes ="
            " (SELECT count(*) FROM favorite_likes WHERE favorite_id = favorites.id)"
        )
    assert await moved == Transfer(likes=2, already=0 if withdrawn else 2)
    expected = {f"item-{n}" for n in (range(4) if withdrawn else (1, 2))}
    assert set(await mine(store, YOU)) == expected
    assert await mine(store, ME) == []


async def test_moves_beside_batches_of_likes_and_withdrawals_lose_nothing_and_never_deadlock(
    store: Store, any_database: str
) -> None:
    """Likes go to and fro between two visitors who like and withdraw the same things meanwhile."""
    name = fetch(any_database, "SELECT current_database()")[0][0]
    execute(any_database, f"ALTER DATABASE {name} SET deadlock_timeout = '20ms'")
    things = range(60)
    async with opened(any_database) as second:
        ids = [(await store.like(thing(n), uuid4()))[0].id for n in things]
        for _ in range(10):
            await like(store, ME, *things[::2])
            await like(second, YOU, *things[::3])
            mine_ = await offered(store, ME)
            yours = await offered(second, YOU)
            moved = await asyncio.gather(
                store.transfers.redeem(mine_, YOU),
                second.transfers.redeem(yours, ME),
                *(second.like(thing(n), ME) for n in reversed(things[::5])),
                *(store.withdraw(ids[n], ME) for n in things[::4]),
                *(second.withdraw(ids[n], YOU) for n in reversed(things[::7])),
            )
            assert moved[0]
            assert moved[1]
    assert fetch(any_database, DEADLOCKS) == [(0,)]


@pytest.mark.serial
async def test_thousands_of_likes_are_moved_in_time(store: Store, any_database: str) -> None:
    for first in range(0, MAX_MOVED, 200):  # what is timed is the move
        await like(store, ME, *range(first, first + 200))
    await like(store, ME, MAX_MOVED)
    code = await offered(store)
    assert await store.transfers.redeem(code, YOU) == Transfer(likes=MAX_MOVED, already=0)
    assert await store.transfers.redeem(await offered(store), YOU) == Transfer(likes=1, already=0)
    assert {visitor for _, visitor in likes_in(any_database)} == {YOU}
