"""In a table that is filled, a list reads its page and no more, and its numbers hold."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from tests.favorites.stores import assert_consistent, opened
from tests.postgres import execute

from kirosample.favorites import FIRST_PAGE, TYPES, Position, migrate
from kirosample.favorites.migrations import migrations

ROWS = 20_000
LIMIT = 51
MOST_ROWS = 4 * LIMIT + 2 * 64
"""A page of each type, and the numbers: 64 rows, read for each type."""

ME = UUID("00000000-0000-0000-0000-000000001007")
"""Likes forty of them."""

# Few are quotes, and these are liked least: the worst for one index that has all types.
FILL = (
    f"""INSERT INTO favorites (type, item, content, author, likes)
    SELECT CASE WHEN n % 20 = 0 THEN 'quote' ELSE 'horoscope' END, n, 'text', 'author',
        CASE WHEN n % 20 = 0 THEN 1 ELSE 2 END
    FROM generate_series(1, {ROWS}) n""",
    """INSERT INTO favorite_likes (favorite_id, visitor)
    SELECT id, ('00000000-0000-0000-0000-' || lpad((1000 * k + id % 500)::text, 12, '0'))::uuid
    FROM favorites, generate_series(1, likes) k""",
    "ANALYZE",
)
AFTER = (FIRST_PAGE, Position(2, ROWS // 2), Position(1, ROWS), Position(10**17, 1), Position(0, 0))


@pytest.fixture
def filled(any_database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Filled by the release before, and then migrated."""

    async def migrated() -> None:
        connection = await asyncpg.connect(any_database)
        await migrate(connection)
        await connection.close()

    with monkeypatch.context() as before:
        first = migrations()[:1]
        before.setattr("kirosample.favorites.migrations.migrations", lambda: first)
        asyncio.run(migrated())
        for statement in FILL:
            execute(any_database, statement)
    asyncio.run(migrated())
    return any_database


def scanned(plan: dict[str, Any]) -> int:
    """The rows that the scans of a plan have looked at."""
    here = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)
    own = here * plan["Actual Loops"] if "Relation Name" in plan else 0
    return int(own) + sum(map(scanned, plan.get("Plans", ())))


def test_a_list_reads_no_more_than_its_page_and_the_numbers(
    filled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows: list[int] = []
    usual = asyncpg.Connection.fetch

    async def explained(self: Any, query: str, *arguments: object) -> Any:
        ((plan,),) = await usual(self, f"EXPLAIN (ANALYZE, FORMAT JSON) {query}", *arguments)
        rows.append(scanned(json.loads(plan)[0]["Plan"]))
        return await usual(self, query, *arguments)

    async def work() -> None:
        async with opened(filled) as store:
            reads: list[Callable[[], Awaitable[object]]] = [store.stats]
            for of in (None, *TYPES):
                for after in AFTER:
                    page: Any = {"limit": LIMIT, "after": after, "of": of}
                    reads += [
                        partial(store.most_liked, **page),
                        partial(store.overview, **page),
                        partial(store.liked_by, ME, **page),
                        partial(store.overview_of, ME, **page),
                    ]
            for read in reads:
                await read()

    monkeypatch.setattr(asyncpg.Connection, "fetch", explained)
    asyncio.run(work())
    assert len(rows) == 1 + 4 * 3 * len(AFTER)
    assert max(rows) <= MOST_ROWS


def test_the_numbers_hold_whoever_writes(filled: str) -> None:
    """As the release before does: nothing of them is in the program."""
    assert_consistent(filled)
    for statement in (
        "INSERT INTO favorites (type, item, content, author, likes)"
        " VALUES ('quote', 'a', '', '', 1), ('horoscope', 'b', '', '', 1)",
        "INSERT INTO favorite_likes (favorite_id, visitor)"
        " SELECT id, gen_random_uuid() FROM favorites WHERE item IN ('a', 'b')",
        "INSERT INTO favorite_likes (favorite_id, visitor)"
        " SELECT id, gen_random_uuid() FROM favorites WHERE id < 99",
        "UPDATE favorites SET likes = likes + 1 WHERE id < 99",
        "DELETE FROM favorites WHERE id % 3 = 0",
    ):
        execute(filled, statement)
    assert_consistent(filled)
    execute(filled, "TRUNCATE favorites, favorite_likes")
    assert_consistent(filled)
