"""What the store returns and what the table then holds, for one caller and for many at once."""

import asyncio
from typing import Any

import asyncpg
import pytest
from tests.books.stores import opened, titles_in

from ishizue.storage.batching import Call
from ishizue.storage.database import Database
from ishizue.storage.errors import Unavailable
from kirosample.books import Book, Store


async def added(store: Store, *titles: str) -> list[Book]:
    """Add these one after the other."""
    return [(await store.add(title))[0] for title in titles]


async def titles(store: Store) -> list[str]:
    return [book.title for book in await store.page(limit=100)]


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """The arguments of each statement of the writer."""
    run: list[tuple[object, ...]] = []
    write = Database.write

    async def recorded(self: Database, connection: Any, sql: str, *arguments: object) -> Any:
        run.append(arguments)
        return await write(self, connection, sql, *arguments)

    monkeypatch.setattr(Database, "write", recorded)
    return run


async def test_a_book_is_added_once(store: Store) -> None:
    book, is_new = await store.add("Emma")
    assert (book.id, book.title, is_new) == (1, "Emma", True)
    assert await store.add("Emma") == (book, False)
    assert await store.page(limit=9) == (book,)


async def test_a_book_is_removed_once(store: Store) -> None:
    (book,) = await added(store, "Emma")
    assert await store.remove(book.id)
    assert not await store.remove(book.id)
    assert await titles(store) == []
    again, is_new = await store.add("Emma")
    assert (again.id, is_new) == (2, True)


async def test_a_title_that_exists_takes_no_id(store: Store) -> None:
    await added(store, "Emma", "Emma", "Emma")
    (other,) = await added(store, "Dune")
    assert other.id == 2


async def test_a_list_is_read_page_by_page_newest_first(store: Store) -> None:
    books = await added(store, *"abcde")
    first = await store.page(limit=2)
    assert first == (books[4], books[3])
    assert await store.page(limit=2, before=first[-1].id) == (books[2], books[1])
    assert await store.page(limit=9, before=books[0].id) == ()


async def test_writes_at_once_share_a_statement(
    local_store: Store, statements: list[tuple[object, ...]]
) -> None:
    (book,) = await added(local_store, "Emma")
    statements.clear()
    results = await asyncio.gather(
        local_store.add("Dune"),
        local_store.add("Dune"),
        local_store.remove(book.id),
        local_store.remove(book.id),
        local_store.remove(99),
        local_store.add("Ulysses"),
    )
    assert statements == [(["Dune", "Ulysses"], [book.id, 99])]
    (dune, first), (same, second), *removals, (ulysses, third) = results
    assert same == dune
    assert (first, second, third) == (True, False, True)
    assert removals == [True, False, False]
    assert {book.title for book in await local_store.page(limit=9)} == {dune.title, ulysses.title}


async def test_a_book_that_is_added_and_removed_at_once_is_first_found_then_removed(
    store: Store,
) -> None:
    (book,) = await added(store, "Emma")
    removed, found = await asyncio.gather(store.remove(book.id), store.add("Emma"))
    assert removed
    assert found == (book, False)
    assert await titles(store) == []


async def test_a_title_that_another_task_is_adding_waits_for_it(
    database: str, local_store: Store, statements: list[tuple[object, ...]]
) -> None:
    await added(local_store, "Dune")
    statements.clear()
    other = await asyncpg.connect(database)
    async with other.transaction():
        await other.execute("INSERT INTO books (title) VALUES ('Emma')")
        adding = asyncio.ensure_future(local_store.add("Emma"))
        await asyncio.sleep(0.1)
        assert not adding.done()
    book, is_new = await adding
    assert (book.title, is_new) == ("Emma", False)
    assert statements == [(["Emma"], []), (["Emma"], [])], "it was in the next batch again"
    await other.close()


async def test_a_call_that_is_too_late_is_not_sent_and_takes_no_result(
    local_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Connecting took too long for the first of two callers, who want the same."""
    batcher, looked_at = local_store._writes, list[Call[Any]]()
    usual = batcher.expired

    def expired(call: Call[Any]) -> bool:
        looked_at.append(call)
        if looked_at.count(looked_at[0]) == 2 and call is looked_at[0]:
            call.fail(Unavailable("too late"))
        return usual(call)

    monkeypatch.setattr(batcher, "expired", expired)
    late, other = await asyncio.gather(
        local_store.add("Emma"), local_store.add("Emma"), return_exceptions=True
    )
    assert isinstance(late, Unavailable)
    assert isinstance(other, tuple)
    assert other[1], "it was new to the caller who added it"


async def test_a_title_at_fault_fails_alone(local_store: Store) -> None:
    """The API refuses it, but no caller may spoil the batch of others."""
    good, bad, more = await asyncio.gather(
        local_store.add("Emma"),
        local_store.add("NUL \0"),
        local_store.add("Dune"),
        return_exceptions=True,
    )
    assert isinstance(bad, asyncpg.CharacterNotInRepertoireError)
    assert [one[1] for one in (good, more) if isinstance(one, tuple)] == [True, True]


async def test_tasks_that_write_the_same_books_do_not_deadlock(any_database: str) -> None:
    names = [f"book {number}" for number in range(20)]
    async with opened(any_database) as one, opened(any_database) as two:
        for _ in range(20):
            pairs = await asyncio.gather(
                *(one.add(name) for name in names), *(two.add(name) for name in reversed(names))
            )
            ids = {book.title: book.id for book, is_new in pairs if is_new}
            assert len(ids) == len(names), "each title was new to one caller"
            removed = await asyncio.gather(
                *(two.remove(id_) for id_ in ids.values()),
                *(one.remove(id_) for id_ in reversed(ids.values())),
            )
            assert sum(removed) == len(names)
    assert titles_in(any_database) == set()
