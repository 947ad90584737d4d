"""Writes that travel together are answered as if they had come one after the other."""

import asyncio
import itertools
import os
import subprocess
import sys
from collections.abc import Awaitable, Iterable, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.favorites.stores import assert_consistent, empty, likes_in, opened, run, thing
from tests.postgres import execute, fetch

from kirosample.favorites import Favorite, Item, QueueFull, Store
from kirosample.limits import WRITE_QUEUE

ROOT = Path(__file__).parents[2]


def test_likes_of_one_thing_in_one_batch_each_get_their_own_count(any_database: str) -> None:
    async def work(store: Store) -> None:
        answers = await asyncio.gather(*(store.like(thing(), uuid4()) for _ in range(200)))
        assert all(new for _, new in answers)
        assert [favorite.likes for favorite, _ in answers] == list(range(1, 201))
        assert len({favorite.id for favorite, _ in answers}) == 1

    run(any_database, work)
    assert_consistent(any_database)


@pytest.mark.parametrize("others", [0, 3])
def test_twenty_identical_likes_at_once_are_one(any_database: str, others: int) -> None:
    async def work(store: Store) -> None:
        for _ in range(others):
            await store.like(thing(), uuid4())
        me = uuid4()
        answers = await asyncio.gather(*(store.like(thing(), me) for _ in range(20)))
        assert [new for _, new in answers] == [True] + [False] * 19
        assert {favorite.likes for favorite, _ in answers} == {others + 1}
        again = await asyncio.gather(*(store.like(thing(), me) for _ in range(20)))
        assert {(favorite.likes, new) for favorite, new in again} == {(others + 1, False)}
        gone = await asyncio.gather(*(store.withdraw(answers[0][0].id, me) for _ in range(20)))
        assert list(gone) == [True] + [False] * 19

    run(any_database, work)
    assert_consistent(any_database)


def test_things_of_two_types_with_one_key_are_two(any_database: str) -> None:
    async def work(store: Store) -> None:
        me = uuid4()
        for _ in range(2):
            pair = await asyncio.gather(
                *(
                    store.like(Item(type_, "key", type_, "a"), me)
                    for type_ in ("quote", "horoscope")
                ),
                *(
                    store.like(Item(type_, "key", type_, "a"), me)
                    for type_ in ("quote", "horoscope")
                ),
            )
            assert [f.type for f, _ in pair] == ["quote", "horoscope"] * 2
            assert {f.likes for f, _ in pair} == {1}

    run(any_database, work)


Move = tuple[int, int, bool]


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.booleans()), max_size=8),
        max_size=5,
    )
)
def test_whatever_is_asked_at_once_is_answered_in_some_order(
    database: str, rounds: list[list[Move]]
) -> None:
    """Each round is asked at once. Its answers and what is left are those of a serial order.

    One visitor's moves on one thing keep their order; likes count up, withdrawals count down.
    """
    left: set[tuple[int, int]] = set()

    async def work(store: Store) -> None:
        # Favorites that stay, so that ids are known and a withdrawal always has one to name.
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
                    asked = sum(1 for m, _, yes in moves if m == n and yes)
                    assert 2 <= favorite.likes <= before[n] + asked, which
                    left.add((n, visitor))
                else:
                    assert not liking, which
                    assert answer is had, which
                    left.discard((n, visitor))
            counts = {f.item: f.likes for f in await store.most_liked(limit=9)}
            assert counts == {f"item-{n}": sum(1 for m, _ in left if m == n) + 1 for n in range(3)}

    empty(database)
    run(database, work)
    assert_consistent(database)
    assert likes_in(database) == {(f"item-{n}", UUID(int=v)) for n, v in left} | {
        (f"item-{n}", UUID(int=99)) for n in range(3)
    }


def test_one_visitors_moves_at_once_are_done_in_their_order(database: str) -> None:
    async def work(store: Store) -> None:
        me = uuid4()
        favorite, _ = await store.like(thing(), uuid4())

        def move(name: str) -> Awaitable[object]:
            return store.like(thing(), me) if name == "like" else store.withdraw(favorite.id, me)

        def answers(before: str, moves: Iterable[str]) -> Iterator[object]:
            """What each move is answered where it is made after the one before it."""
            for name in moves:
                liked = before == "like"
                yield (replace(favorite, likes=2), not liked) if name == "like" else liked
                before = name

        both = ("like", "withdraw")
        for length in range(1, 6):
            for before, *moves in itertools.product(both, repeat=1 + length):
                await move(before)
                answered = await asyncio.gather(*map(move, moves))
                asked = f"{before}, and then at once {', '.join(moves)}"
                assert answered == [*answers(before, moves)], asked

    run(database, work)
    assert_consistent(database)


def test_a_favorite_that_another_task_removed_is_made_anew(any_database: str) -> None:
    async def work(store: Store) -> None:
        me, you = uuid4(), uuid4()
        async with opened(any_database) as second:
            for _ in range(20):
                mine, _ = await store.like(thing(), me)
                await second.like(thing(), you)
                assert await second.withdraw(mine.id, me)
                assert await second.withdraw(mine.id, you)
                anew, new = await store.like(thing(), you)
                assert new
                assert anew.id > mine.id
                assert anew.likes == 1
                assert not await store.withdraw(mine.id, you)
                assert await store.remove(anew.id)
                assert (await store.like(thing(), you))[1]
                assert await second.remove((await store.most_liked(limit=1))[0].id)

    run(any_database, work)
    assert fetch(any_database, "SELECT count(*) FROM favorite_likes") == [(0,)]


def test_only_what_was_not_there_takes_a_value_of_the_sequence(any_database: str) -> None:
    async def work(store: Store) -> None:
        async with opened(any_database) as second:
            for other in (store, second):
                await asyncio.gather(*(other.like(thing(n % 5), uuid4()) for n in range(100)))

    run(any_database, work)
    assert fetch(any_database, "SELECT last_value FROM favorites_id_seq") == [(5,)]


def test_two_processes_on_one_database_count_exactly_and_never_deadlock(
    any_database: str,
) -> None:
    deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    crowds = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.favorites.crowd", any_database, str(seed)],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in (1, 2)
    ]
    said = [crowd.communicate(timeout=30)[0] for crowd in crowds]
    assert [crowd.returncode for crowd in crowds] == [0, 0]
    assert fetch(any_database, deadlocks) == [(0,)]
    assert_consistent(any_database)
    assert fetch(any_database, "SELECT count(*) FROM favorite_likes") == [(sum(map(int, said)),)]


def test_two_tasks_that_meet_new_things_in_opposite_orders_make_them_in_one(
    any_database: str,
) -> None:
    name = fetch(any_database, "SELECT current_database()")[0][0]
    # Found out before the statement's own time is up, which would hide it.
    execute(any_database, f"ALTER DATABASE {name} SET deadlock_timeout = '20ms'")

    async def work(store: Store) -> None:
        async with opened(any_database) as second:
            for other in (store, second):
                await other.like(thing(), uuid4())
            for start in range(1, 4000, 500):
                things = [thing(n) for n in range(start, start + 500)]
                answers = await asyncio.gather(
                    *(store.like(one, UUID(int=1)) for one in things),
                    *(second.like(one, UUID(int=2)) for one in reversed(things)),
                )
                assert all(new for _, new in answers)

    run(any_database, work)
    deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    assert fetch(any_database, deadlocks) == [(0,)]
    assert_consistent(any_database)


def test_a_full_queue_is_told_so_and_all_in_it_are_answered(database: str) -> None:
    async def work(store: Store) -> None:
        await store.like(thing(), uuid4())
        asked = [store.like(thing(), UUID(int=n)) for n in range(WRITE_QUEUE)]
        with pytest.raises(QueueFull):
            store.like(thing(), uuid4())
        answers = await asyncio.gather(*asked, return_exceptions=True)
        done = sum(isinstance(answer, tuple) for answer in answers)
        assert done
        (favorite,) = await store.most_liked(limit=9)
        assert favorite.likes == done + 1

    run(database, work)
    assert_consistent(database)


def test_one_bad_item_fails_alone(any_database: str) -> None:
    async def work(store: Store) -> None:
        bad = Item("quote", "bad", "text", "a" * 300)
        worse = Item("quote", "worse", 5, "author")  # type: ignore[arg-type]
        items = [thing(1), bad, thing(2), worse, thing(3)]
        answers = await asyncio.gather(
            *(store.like(item, uuid4()) for item in items), return_exceptions=True
        )
        assert [isinstance(answer, tuple) for answer in answers] == [True, False, True, False, True]
        assert (await store.like(thing(4), uuid4()))[1]

    run(any_database, work)
    assert_consistent(any_database)


def test_a_caller_who_leaves_takes_nobody_along(any_database: str) -> None:
    async def work(store: Store) -> None:
        await store.like(thing(), uuid4())

        async def like() -> bool:
            return (await store.like(thing(), uuid4()))[1]

        tasks = [asyncio.create_task(like()) for _ in range(60)]
        for n, task in enumerate(tasks):
            if n % 20 == 10:
                await asyncio.sleep(0)
            if n % 3 == 0:
                task.cancel()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        assert [answer is True for answer in answers] == [n % 3 != 0 for n in range(60)]
        assert (await store.like(thing(), uuid4()))[1]

    run(any_database, work)
    assert_consistent(any_database)
