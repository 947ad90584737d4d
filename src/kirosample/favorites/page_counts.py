"""How often each page is read on each day: every task counts, and adds its counts to one table."""

import asyncio
from collections import Counter
from contextlib import suppress
from datetime import date, timedelta
from typing import Any, Self

import asyncpg

from ishizue.clock import Clock
from ishizue.limits import STATEMENT_SECONDS
from ishizue.storage.database import Database
from ishizue.storage.errors import Unavailable
from kirosample.almanac import date_in_japan, midnight

KEPT_DAYS = 400

_EVERY_SECONDS = 60

_ADD = """
    WITH expired AS (DELETE FROM page_counts WHERE day < $4)
    INSERT INTO page_counts AS old (day, page, count)
    SELECT * FROM unnest($1::date[], $2::text[], $3::bigint[])
    ON CONFLICT (day, page) DO UPDATE SET count = old.count + excluded.count"""

# Both have each day from the first one, or the first that is kept, to today.
_PAGES_BY_DAY = """
    SELECT each::date::text AS name, coalesce(sum(count), 0)::bigint AS count
    FROM generate_series(
        (SELECT greatest(min(day), (now() AT TIME ZONE 'Asia/Tokyo')::date - $1::int)
            FROM page_counts),
        (now() AT TIME ZONE 'Asia/Tokyo')::date, '1 day'
    ) AS each
    LEFT JOIN page_counts ON day = each::date GROUP BY 1 ORDER BY 1"""

_LIKES_BY_DAY = """
    WITH liked AS (
        SELECT (created_at AT TIME ZONE 'Asia/Tokyo')::date AS day, count(*) AS count
        FROM favorite_likes GROUP BY 1
    )
    SELECT each::date::text AS name, coalesce(sum(count), 0)::bigint AS count
    FROM generate_series(
        (SELECT greatest(min(day), (now() AT TIME ZONE 'Asia/Tokyo')::date - $1::int) FROM liked),
        (now() AT TIME ZONE 'Asia/Tokyo')::date, '1 day'
    ) AS each
    LEFT JOIN liked ON day = each::date GROUP BY 1 ORDER BY 1"""

_NUMBERS: dict[str, tuple[Any, ...]] = {
    "days": (_PAGES_BY_DAY, KEPT_DAYS),
    "likes": (_LIKES_BY_DAY, KEPT_DAYS),
    "total": ("SELECT '' AS name, coalesce(sum(likes), 0)::bigint AS count FROM favorites",),
    "weeks": (
        """
        SELECT date_trunc('week', day)::date::text AS name, sum(count)::bigint AS count
        FROM page_counts GROUP BY 1 ORDER BY 1""",
    ),
    "pages": (
        """
        SELECT page AS name, sum(count)::bigint AS count FROM page_counts
        WHERE day > (now() AT TIME ZONE 'Asia/Tokyo')::date - 28
        GROUP BY 1 ORDER BY 2 DESC, 1""",
    ),
    "quotes": (
        """
        SELECT content || '　' || author AS name, likes AS count FROM favorites
        WHERE type = 'quote' ORDER BY likes DESC, id DESC LIMIT 20""",
    ),
}
"""Statements of a name and a count by what they list, with their arguments."""


class PageCounts:
    """Counts the pages that this task serves; saved once a minute and at the end.

    What cannot be saved is kept until the database answers. A task that is killed loses a minute.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._day = date_in_japan(clock())
        self.counts = Counter[str]()
        """The pages since the last time; whoever serves one adds it."""

        self._unsaved = Counter[tuple[date, str]]()
        self._saving: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._saving = asyncio.create_task(self._save_every_minute())
        return self

    async def __aexit__(self, *exception: object) -> None:
        if self._saving:
            self._saving.cancel()
            with suppress(asyncio.CancelledError):
                await self._saving
        await self.save()

    async def save(self) -> None:
        """Add what was counted to the table; begin a new day after midnight."""
        for page, count in self.counts.items():
            self._unsaved[self._day, page] += count
        self.counts.clear()
        self._day = date_in_japan(self._clock())
        if not self._unsaved:
            return
        rows = sorted(self._unsaved.items())  # in one order, so that tasks do not deadlock
        days = [day for (day, _), _ in rows]
        pages = [page for (_, page), _ in rows]
        counts = [count for _, count in rows]
        expired = self._day - timedelta(KEPT_DAYS)
        try:
            async with self._database.connection(STATEMENT_SECONDS) as connection:
                await connection.execute(_ADD, days, pages, counts, expired)
            self._unsaved.clear()
        except Unavailable:
            return
        except Exception as error:
            self._database.report(error)

    async def _save_every_minute(self) -> None:
        while True:
            day_ends = midnight(self._day + timedelta(1)) - self._clock()
            await asyncio.sleep(max(1, min(_EVERY_SECONDS, day_ends.total_seconds())))
            await self.save()


async def numbers(connection: asyncpg.Connection) -> dict[str, list[tuple[str, int]]]:
    """Pages read by day, week and page, likes by day and quote: rows of what, and how many."""
    return {
        what: [(row["name"], row["count"]) for row in await connection.fetch(*statement)]
        for what, statement in _NUMBERS.items()
    }
