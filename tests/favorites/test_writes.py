"""Batched writes have the results of writes one after the other."""

import asyncio
import random
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ishizue.testing.postgres import execute, fetch
from kirosample.favorites import TYPES, Favorite, Item, Store
from tests.favorites.stores import assert_consistent, likes_in, opened, run, thing

DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"

pytestmark = pytest.mark.usefixtures("patient")


async def test_items_of_two_types_may_have_the_same_key(store: Store) -> None:
    me = uuid4()
    for _ in range(2):
        items = [Item(type_, "key", type_, "a") for type_ in TYPES] * 2
        pair = await asyncio.gather(*(store.like(item, me) for item in items))
        assert [f.type for f, _ in pair] == [*TYPES] * 2
        assert {f.likes for f, _ in pair} == {1}


async def test_a_corrected_text_does_not_make_a_second_favorite(store: Store) -> None:
    await store.like(Item("quote", "a", "wrnog", "author"), uuid4())
    await store.like(Item("quote", "a", "wrong", "author"), uuid4())
    (only,) = await store.most_liked(limit=9)
    assert only.likes == 2


Move = tuple[int, int, bool]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.booleans()), max_size=8),
        max_size=5,
    )
)
def test_concurrent_changes_have_the_results_of_some_order(
    database: str, rounds: list[list[Move]]
) -> None:
    """The results of each round, and the rows after it, are those of some serial order.

    A visitor's changes of one item keep their order; likes count up, withdrawals count down.
    """
    left: set[tuple[int, int]] = set()

    async def work(store: Store) -> None:
        # Favorites that always exist, so that ids are known to withdrawals.
        ids = [(await store.like(thing(n), UUID(int=99)))[0].id for n in range(3)]
        for moves in rounds:
            before = {n: sum(1 for m, _ in left if m == n) + 1 for n in range(3)}
            answers: list[tuple[Favorite, bool] | bool] = await asyncio.gather(
                *(
                    store.like(thing(n), UUID(int=visitor))
                    if liking
                    else store.withdraw(ids[n], UUID(int=visitor))
                    for n, visitor, liking in moves
                )
            )
            for move, answer in zip(moves, answers, strict=True):
                n, visitor, liking = move
                had = (n, visitor) in left
                which = f"{move} of {moves}, {'liked' if had else 'not liked'} before"
                if isinstance(answer, tuple):
                    favorite, new = answer
                    assert liking, which
                    assert new is not had, which
                    assert favorite.id == ids[n], which
                    wanted = sum(1 for m, _, yes in moves if m == n and yes)
                    assert 2 <= favorite.likes <= before[n] + wanted, which
                    left.add((n, visitor))
                else:
                    assert not liking, which
                    assert answer is had, which
                    left.discard((n, visitor))
            counts = {f.item: f.likes for f in await store.most_liked(limit=9)}
            assert counts == {f"item-{n}": sum(1 for m, _ in left if m == n) + 1 for n in range(3)}

    run(database, work)
    assert likes_in(database) == {(f"item-{n}", UUID(int=v)) for n, v in left} | {
        (f"item-{n}", UUID(int=99)) for n in range(3)
    }


async def test_a_favorite_that_another_task_removed_is_created_again(
    store: Store, any_database: str
) -> None:
    me, you = uuid4(), uuid4()
    async with opened(any_database) as second:
        for _ in range(20):
            mine, _ = await store.like(thing(), me)
            await second.like(thing(), you)
            assert await second.withdraw(mine.id, me)
            assert await second.withdraw(mine.id, you)
            again, new = await store.like(thing(), you)
            assert new
            assert again.id > mine.id
            assert again.likes == 1
            assert not await store.withdraw(mine.id, you)
            execute(any_database, "DELETE FROM favorites")
            assert (await store.like(thing(), you))[1]
            execute(any_database, "DELETE FROM favorites")
    assert fetch(any_database, "SELECT count(*) FROM favorite_likes") == [(0,)]


async def test_only_new_favorites_take_a_value_of_the_sequence(
    store: Store, any_database: str
) -> None:
    async with opened(any_database) as second:
        for other in (store, second):
            await asyncio.gather(*(other.like(thing(n % 5), uuid4()) for n in range(100)))
    assert fetch(any_database, "SELECT last_value FROM favorites_id_seq") == [(5,)]


async def test_a_crowd_on_two_servers_is_counted_exactly_and_never_deadlocks(
    store: Store, any_database: str
) -> None:
    """The same eight visitors like and withdraw the same things through both."""
    chance = random.Random(1)

    async def visit(through: Store, visitor: UUID) -> int:
        """Returns how many likes this added."""
        added = 0
        for _ in range(40):
            favorite, new = await through.like(thing(chance.randrange(4)), visitor)
            added += new
            if chance.random() < 0.7:
                added -= await through.withdraw(favorite.id, visitor)
        return added

    async with opened(any_database) as second:
        visits = [visit(through, UUID(int=n)) for through in (store, second) for n in range(8)]
        added = sum(await asyncio.gather(*visits))
    assert fetch(any_database, DEADLOCKS) == [(0,)]
    assert_consistent(any_database)
    assert fetch(any_database, "SELECT count(*) FROM favorite_likes") == [(added,)]


async def test_two_tasks_add_the_same_new_items_without_a_deadlock(
    store: Store, any_database: str
) -> None:
    async with opened(any_database) as second:
        for other in (store, second):
            await other.like(thing(), uuid4())
        for start in range(1, 4000, 500):
            things = [thing(n) for n in range(start, start + 500)]
            answers = await asyncio.gather(
                *(store.like(item, UUID(int=1)) for item in things),
                *(second.like(item, UUID(int=2)) for item in reversed(things)),
            )
            assert all(new for _, new in answers)
    assert fetch(any_database, DEADLOCKS) == [(0,)]


async def test_only_the_bad_item_of_a_batch_fails(store: Store) -> None:
    bad = Item("quote", "bad", "text", "a" * 300)
    worse = Item("quote", "worse", 5, "author")  # type: ignore[arg-type]
    items = [thing(1), bad, thing(2), worse, thing(3)]
    answers = await asyncio.gather(
        *(store.like(item, uuid4()) for item in items), return_exceptions=True
    )
    assert [isinstance(answer, tuple) for answer in answers] == [True, False, True, False, True]
    assert (await store.like(thing(4), uuid4()))[1]
