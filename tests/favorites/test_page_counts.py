"""Pages are counted by day, saved once a minute and at the end, and kept for 400 days."""

import asyncio
from datetime import date, datetime, timedelta

from ishizue.testing.postgres import execute, fetch
from kirosample.favorites import PageCounts, open_database
from tools.servers import serving

_COUNTS = "SELECT day, page, count FROM page_counts ORDER BY day, page"
_DAY = date(2026, 11, 24)
_BEFORE_MIDNIGHT = datetime.fromisoformat("2026-11-24T23:59:30+09:00")
_BROWSER = {"user-agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Safari/604.1"}


def test_each_page_is_counted_for_those_who_read_it(database: str) -> None:
    with serving(database) as running:
        running.ready()

        def get(path: str, **headers: str) -> None:
            running.client.get(path, headers=_BROWSER | headers)

        for path in ("/", "/en/", "/horoscope/leo", "/horoscope/leo", "/en/horoscope/leo?date=x"):
            get(path)
        tag = running.client.get("/date", headers=_BROWSER).headers["etag"]
        get("/date", **{"if-none-match": tag})
        running.client.head("/date", headers=_BROWSER)
        for path in (
            "/date?today=2026-11-25",
            "/horoscope/l%65o",
            "/nothing",
            "/api/date",
            "/about",
        ):
            get(path)
        for crawler in ("Googlebot/2.1", "curl/8", ""):
            get("/year", **{"user-agent": crawler})
    assert fetch(database, _COUNTS) == [
        (_DAY, "/", 2),
        (_DAY, "/about", 1),
        (_DAY, "/date", 2),
        (_DAY, "/horoscope/leo", 2),
        (_DAY, "/horoscope/{sign}", 1),
    ]


async def _counted(database: str, *pages: str) -> None:
    async with open_database({"dsn": database}, migrating=True) as opened:
        await asyncio.wait_for(opened.opened(), 10)
        async with PageCounts(opened, lambda: _BEFORE_MIDNIGHT) as counts:
            for page in pages:
                counts.counts[page] += 1


def test_tasks_add_to_one_table_and_what_is_old_goes(database: str) -> None:
    asyncio.run(_counted(database, "/", "/"))
    kept = _DAY - timedelta(400)
    old = _DAY - timedelta(401)
    execute(database, f"INSERT INTO page_counts VALUES ('{kept}', '/', 1), ('{old}', '/', 1)")
    asyncio.run(_counted(database, "/", "/date"))
    assert fetch(database, _COUNTS) == [(kept, "/", 1), (_DAY, "/", 3), (_DAY, "/date", 1)]


async def test_what_could_not_be_saved_keeps_its_day(database: str) -> None:
    now = [_BEFORE_MIDNIGHT]
    away = open_database({"dsn": database}, migrating=True)
    counts = PageCounts(away, lambda: now[0])
    counts.counts["/"] += 1
    await counts.save()
    now[0] += timedelta(minutes=1)
    counts.counts["/date"] += 1
    await counts.save()
    counts.counts["/"] += 1
    async with away:
        await asyncio.wait_for(away.opened(), 10)
        await counts.save()
        await counts.save()
    # The second page was counted before the first call after midnight.
    assert fetch(database, _COUNTS) == [
        (_DAY, "/", 1),
        (_DAY, "/date", 1),
        (_DAY + timedelta(1), "/", 1),
    ]
