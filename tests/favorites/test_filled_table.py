"""In a large table lists and batches read no more than they need, and the stats are exact."""

import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from ishizue.testing.postgres import execute
from kirosample.favorites import FIRST_PAGE, MIGRATIONS, TYPES, Position
from tests.favorites.stores import assert_consistent, opened

ROWS = 20_000
LIMIT = 51
MOST_ROWS = 4 * LIMIT + 2 * 64
"""A page of each type, and 64 rows of stats for each type."""

ME = UUID("00000000-0000-0000-0000-000000001007")
"""A visitor with forty likes."""

# Few are quotes, and these have the fewest likes: the worst case for one index of all types.
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
async def filled(any_database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A table filled by the previous release, and then migrated."""
    connection = await asyncpg.connect(any_database)
    with monkeypatch.context() as before:
        before.setattr(MIGRATIONS, "scripts", MIGRATIONS.scripts[:1])
        await MIGRATIONS.apply(connection)
        for statement in FILL:
            await connection.execute(statement)
    await MIGRATIONS.apply(connection)
    await connection.close()
    return any_database


def scanned(plan: dict[str, Any]) -> int:
    """The number of rows that the scans of a plan have read."""
    here = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)
    own = here * plan["Actual Loops"] if "Relation Name" in plan else 0
    return int(own) + sum(map(scanned, plan.get("Plans", ())))


async def test_a_list_reads_no_more_than_its_page_and_the_stats(
    filled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows: list[int] = []
    usual = asyncpg.Connection.fetch

    async def explained(self: Any, query: str, *arguments: object) -> Any:
        ((plan,),) = await usual(self, f"EXPLAIN (ANALYZE, FORMAT JSON) {query}", *arguments)
        rows.append(scanned(json.loads(plan)[0]["Plan"]))
        return await usual(self, query, *arguments)

    monkeypatch.setattr(asyncpg.Connection, "fetch", explained)
    async with opened(filled) as store:
        reads: list[Callable[[], Awaitable[object]]] = [store.stats]
        for of in (None, *TYPES):
            for after in AFTER:
                page: Any = {"limit": LIMIT, "after": after, "of": of}
                reads += [
                    partial(store.most_liked, **page),
                    partial(store.liked_by, ME, **page),
                ]
        for read in reads:
            await read()
    assert len(rows) == 1 + 2 * (1 + len(TYPES)) * len(AFTER)
    assert max(rows) <= MOST_ROWS


async def test_the_stats_stay_exact_under_any_writes(filled: str) -> None:
    """The previous release, too: no statement of the program updates them."""
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
