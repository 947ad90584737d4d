"""What the store returns and what the table then holds, for one caller and for many at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
from ishizue.storage.database import Database
from ishizue.testing.postgres import fetch

from bookshelf.books import Book, Store, open_database


@asynccontextmanager
async def opened(address: str) -> AsyncIterator[Store]:
    """A store on this database, which is migrated."""
    async with open_database({"dsn": address}, migrating=True) as database:
        async with asyncio.timeout(30):
            await database.opened()
            yield Store(database)


@pytest.fixture
async def store(any_database: str) -> AsyncIterator[Store]:
    async with opened(any_database) as store:
        yield store


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """The arguments of each statement that writes."""
    run: list[tuple[object, ...]] = []
    write = Database.write

    async def recorded(self: Database, connection: Any, sql: str, *arguments: object) -> Any:
        run.append(arguments)
        return await write(self, connection, sql, *arguments)

    monkeypatch.setattr(Database, "write", recorded)
    return run


async def added(store: Store, *titles: str) -> list[Book]:
    """Add books of these titles one after the other."""
    return [(await store.add(title))[0] for title in titles]


async def test_a_title_that_exists_takes_no_id(store: Store) -> None:
    await added(store, "Emma", "Emma")
    (other,) = await added(store, "Dune")
    assert other.id == 2


async def test_writes_at_once_share_a_statement(
    store: Store, statements: list[tuple[object, ...]]
) -> None:
    (book,) = await added(store, "Emma")
    statements.clear()
    additions, removals = await asyncio.gather(
        asyncio.gather(*(store.add(title) for title in ("Dune", "Dune", "Ulysses"))),
        asyncio.gather(*(store.remove(id_) for id_ in (book.id, book.id, 99))),
    )
    assert statements == [(["Dune", "Ulysses"], [book.id, 99])]
    (dune, first), (same, second), (ulysses, third) = additions
    assert same == dune
    assert (first, second, third) == (True, False, True)
    assert removals == [True, False, False]
    assert set(await store.page(limit=9)) == {dune, ulysses}


async def test_a_title_that_another_task_is_adding_waits_for_it(
    store: Store, any_database: str, statements: list[tuple[object, ...]]
) -> None:
    await added(store, "Dune")
    statements.clear()
    other = await asyncpg.connect(any_database)
    async with other.transaction():
        await other.execute("INSERT INTO books (title) VALUES ('Emma')")
        adding = asyncio.ensure_future(store.add("Emma"))
        await asyncio.sleep(0.1)
        assert not adding.done()
    book, is_new = await adding
    assert (book.title, is_new) == ("Emma", False)
    assert statements == [(["Emma"], []), (["Emma"], [])], "it was in the next batch again"
    await other.close()


async def test_tasks_that_write_the_same_books_do_not_deadlock(any_database: str) -> None:
    names = [f"book {number}" for number in range(20)]
    async with opened(any_database) as first, opened(any_database) as second:
        for _ in range(10):
            pairs = await asyncio.gather(
                *(first.add(name) for name in names),
                *(second.add(name) for name in reversed(names)),
            )
            ids = [book.id for book, is_new in pairs if is_new]
            assert len(ids) == len(names), "each title was new to one caller"
            removed = await asyncio.gather(
                *(second.remove(id_) for id_ in ids), *(first.remove(id_) for id_ in reversed(ids))
            )
            assert sum(removed) == len(names)
    assert fetch(any_database, "SELECT title FROM books") == []
