"""The store keeps its promise: one person, one like, and the count is the number of likes."""

import asyncio
import random
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.favorites.stores import assert_consistent, empty, opened, run, thing
from tests.postgres import fetch

from kirosample.favorites import Favorite, Item, Position, Store, Unavailable


def test_a_new_like_is_counted_and_a_second_one_is_not(any_database: str) -> None:
    async def work(store: Store) -> None:
        me = uuid4()
        first, new = await store.like(thing(), me)
        assert new
        again, new = await store.like(thing(), me)
        assert not new
        assert first == again
        assert first.likes == 1
        other, new = await store.like(thing(), uuid4())
        assert new
        assert other.likes == 2

    run(any_database, work)


def test_a_like_of_an_existing_favorite_burns_no_sequence_value(any_database: str) -> None:
    async def work(store: Store) -> None:
        await store.like(thing(), uuid4())
        for _ in range(20):
            await store.like(thing(), uuid4())
        assert (await store.like(thing(1), uuid4()))[0].id == 2

    run(any_database, work)


def test_the_words_may_be_corrected_without_a_second_favorite(any_database: str) -> None:
    async def work(store: Store) -> None:
        await store.like(Item("quote", "a", "wrnog", "author"), uuid4())
        await store.like(Item("quote", "a", "wrong", "author"), uuid4())
        (only,) = await store.most_liked(limit=9)
        assert only.likes == 2

    run(any_database, work)


def test_visitors_of_two_tasks_at_once_are_counted_exactly(any_database: str) -> None:
    """Likes and withdrawals of the same things by the same visitors, through two pools."""
    chance = random.Random(7)
    visitors = [uuid4() for _ in range(12)]
    left: set[tuple[int, UUID]] = set()

    async def one_visitor(
        stores: list[Store], visitor: UUID, moves: list[tuple[int, bool]]
    ) -> None:
        for n, liking in moves:
            store = chance.choice(stores)
            for _ in range(100):
                try:
                    if liking:
                        await store.like(thing(n), visitor)
                        left.add((n, visitor))
                    else:
                        await _withdraw(store, n, visitor)
                        left.discard((n, visitor))
                    break
                except Unavailable:
                    await asyncio.sleep(0.02)
            else:
                raise AssertionError("never answered")

    async def _withdraw(store: Store, n: int, visitor: UUID) -> None:
        mine = await store.liked_by(visitor, limit=100)
        for favorite, _ in mine:
            if favorite.item == f"item-{n}":
                assert await store.withdraw(favorite.id, visitor)

    async def work(store: Store) -> None:
        async with opened(any_database) as second:
            moves = {
                visitor: [(chance.randrange(3), chance.random() < 0.6) for _ in range(25)]
                for visitor in visitors
            }
            await asyncio.gather(
                *(one_visitor([store, second], visitor, moves[visitor]) for visitor in visitors)
            )

    run(any_database, work)
    assert_consistent(any_database)
    found = fetch(
        any_database,
        "SELECT item, visitor FROM favorite_likes JOIN favorites ON id = favorite_id",
    )
    assert set(found) == {(f"item-{n}", visitor) for n, visitor in left}


def test_taking_back_the_last_like_takes_along_no_like_added_at_that_moment(
    any_database: str,
) -> None:
    async def work(store: Store) -> None:
        async with opened(any_database) as second:
            for _ in range(60):
                me, you = uuid4(), uuid4()
                favorite, _ = await store.like(thing(), me)
                gone, (_, new) = await asyncio.gather(
                    store.withdraw(favorite.id, me), second.like(thing(), you)
                )
                assert gone
                assert new
                (only,) = await store.most_liked(limit=9)
                assert only.likes == 1
                assert await store.withdraw(only.id, you)

    run(any_database, work)


def test_a_withdrawal_of_nothing_is_told_so(any_database: str) -> None:
    async def work(store: Store) -> None:
        favorite, _ = await store.like(thing(), uuid4())
        assert not await store.withdraw(favorite.id, uuid4())
        assert not await store.withdraw(favorite.id + 1, uuid4())

    run(any_database, work)
    assert_consistent(any_database)


def test_the_operator_removes_a_favorite_with_its_likes(any_database: str) -> None:
    async def work(store: Store) -> None:
        favorite, _ = await store.like(thing(), uuid4())
        await store.like(thing(), uuid4())
        assert await store.remove(favorite.id)
        assert not await store.remove(favorite.id)

    run(any_database, work)
    assert fetch(any_database, "SELECT count(*) FROM favorite_likes") == [(0,)]


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=15),
    st.integers(1, 4),
)
def test_every_page_together_is_the_whole_list_in_order(
    database: str, likes: list[tuple[int, int]], size: int
) -> None:
    async def work(store: Store) -> None:
        for n, visitor in likes:
            await store.like(thing(n), UUID(int=visitor))
        whole = await store.most_liked(limit=100)
        assert [(f.likes, f.id) for f in whole] == sorted(
            ((f.likes, f.id) for f in whole), reverse=True
        )
        pages: list[Favorite] = []
        after = None
        while True:
            page = (
                await store.most_liked(limit=size, after=after)
                if after
                else await store.most_liked(limit=size)
            )
            if not page:
                break
            pages += page
            after = Position(page[-1].likes, page[-1].id)
        assert tuple(pages) == whole

    empty(database)
    run(database, work)
    assert_consistent(database)


def test_a_lock_held_on_the_table_is_answered_within_the_deadline(any_database: str) -> None:
    async def work(store: Store) -> None:
        import asyncpg

        await store.like(thing(), uuid4())
        blocker = await asyncpg.connect(any_database)
        try:
            async with blocker.transaction():
                await blocker.execute("LOCK TABLE favorites IN ACCESS EXCLUSIVE MODE")
                began = asyncio.get_running_loop().time()
                with pytest.raises(Unavailable):
                    await store.like(thing(), uuid4())
                assert asyncio.get_running_loop().time() - began < 3
        finally:
            await blocker.close()
        assert (await store.like(thing(), uuid4()))[1]

    run(any_database, work)
