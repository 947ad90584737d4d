"""What no cache helps with: own lists of readings, exports, years, calendars, and a like's WAL."""

import random
import time
import timeit
from collections.abc import Generator, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from http.client import HTTPConnection
from pathlib import Path

from benchmarks import targets, wrk
from benchmarks.http import JSON, fetch
from benchmarks.loads import cookie
from benchmarks.processes import cpu_seconds
from benchmarks.rows import Setting, new_likes
from benchmarks.runs import Row, Run
from benchmarks.servers import Task, execute
from ishizue.testing.client import BROWSER_AND_ALB
from kirosample import quotes
from kirosample.almanac import FIRST_DAY, LAST_DAY, date_in_japan
from kirosample.costliest import sample
from kirosample.horoscope import SIGNS

_VISITORS = 20
_LIKES = 100
_READINGS = f"""
    WITH made AS (
        INSERT INTO favorites (type, item, content, author, likes)
        SELECT 'horoscope', date '1900-01-01' + n * 36 || '.' ||
            (ARRAY{[sign.id for sign in SIGNS]})[1 + n % 12], 'よい日です。', '牡羊座', 1
        FROM generate_series(1, {_VISITORS * _LIKES}) n RETURNING id
    )
    INSERT INTO favorite_likes (favorite_id, visitor)
    SELECT id, lpad(to_hex(1 + row_number() OVER () % {_VISITORS}), 32, '0')::uuid FROM made"""

_OLD_LIKES = """
    INSERT INTO favorite_likes (favorite_id, visitor)
    SELECT f.id, (lpad(to_hex(1760000000000 + (n / 1000)::bigint * 3600000), 12, '0') || '7' ||
        substr(md5(f.id || '-' || n), 1, 3) || '8' || substr(md5(n || '-' || f.id), 1, 15))::uuid
    FROM favorites f, generate_series(1, $N / (SELECT count(*) FROM favorites)) n"""
_WAL_LIKES = 20_000
_PLACE = "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint"


def uncached(setting: Setting) -> Generator[Row]:
    """The rows of single requests, and of a like's WAL."""
    with setting.tasks("uncached") as tasks:
        for task in tasks:
            execute(task.dsn, _READINGS, "VACUUM ANALYZE")
        for what, target in targets.UNCACHED.items():
            yield setting.row(target, [partial(_cost, task, what) for task in tasks])
        rows = 3_000_000
        loads = [partial(_wal, task, setting.folder, rows) for task in tasks]
        yield setting.row(targets.WAL, loads)


def _paths(what: str) -> Iterator[tuple[str, str]]:
    """Paths of different pages, and the cookies to send."""
    if what == "years":
        yield from ((f"/year?year={year}", "") for year in range(FIRST_DAY.year, LAST_DAY.year + 1))
    elif what == "calendars":
        today = datetime.now(UTC).date()
        numbers = range(random.randrange(30), 60, 2)
        yield from ((sample("GET", "/calendar.ics", n, today).target, "") for n in numbers)
    else:
        yield from ((what, cookie(1 + visitor)) for visitor in range(_VISITORS))


def _cost(task: Task, what: str, _: int) -> Run:
    """The server's CPU time for one request, in the unit of `targets`."""
    spent = cpu_seconds(task.pid)
    faults = set[str]()
    count = 0
    connection = HTTPConnection("127.0.0.1", task.port)  # exports come in chunks
    for path, kept in _paths(what):
        connection.request("GET", path, headers=BROWSER_AND_ALB | {"Cookie": kept or "none=1"})
        response = connection.getresponse()
        response.read()
        faults |= {f"{path} got {response.status}"} if response.status != 200 else set()
        count += 1
    cpu_ms = (cpu_seconds(task.pid) - spent) * 1000 / count
    return Run(cpu_ms / unit(), tuple(faults), f"{cpu_ms:.2f} ms here, of {count}", cpu_ms)


def unit() -> float:
    """How many times slower this core is than that of the musts, which adds in 0.5 ms."""
    adding = "sum(number * number for number in range(10_000))"
    return min(timeit.repeat(adding, timer=time.thread_time, repeat=20, number=1)) * 1000 / 0.5


def _wal(task: Task, folder: Path, rows: int, seconds: int) -> Run:
    """Bytes of WAL for a like after a checkpoint, in a table of so many likes."""
    day = date_in_japan(datetime.now(UTC))
    items = [("quote", quote.id) for quote in quotes.load().quotes]
    items += [
        ("horoscope", f"{day - timedelta(back)}.{sign.id}") for back in range(31) for sign in SIGNS
    ]
    bodies = [f'{{"type":"{type_}","item":"{item}"}}'.encode() for type_, item in items]
    if int(execute(task.dsn, "SELECT count(*) FROM favorite_likes")) < rows:
        for body in bodies:
            fetch(task.port, "/api/favorites", JSON, body)
        execute(task.dsn, _OLD_LIKES.replace("$N", str(rows)), "VACUUM ANALYZE")
    requests = wrk.write(folder / "spread", new_likes(task, bodies))
    execute(task.dsn, "CHECKPOINT")
    before = int(execute(task.dsn, _PLACE))
    likes = 0
    faults = set[str]()
    while likes < _WAL_LIKES and not faults:  # the first like of a page writes all of the page
        with wrk.running(task, "/api/favorites", seconds, requests) as finish:
            run = finish()
        likes += run.counts["responses"]
        faults |= {*run.faults}
    value = (int(execute(task.dsn, _PLACE)) - before) / likes
    return Run(value, tuple(faults), f"of {likes:,} likes")
