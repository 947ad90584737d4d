"""Rows: pages against nginx, lists and likes against pgbench, whole tasks, and requests' CPU."""

import itertools
import json
import os
import random
import statistics
import time
import timeit
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from benchmarks.loads import ITEMS, READERS, address, flood
from benchmarks.programs import (
    CLIENT_CORE,
    CONNECTIONS,
    JSON,
    SERVER_CORE,
    Server,
    Task,
    execute,
    fetch,
    nginx,
    pgbench,
    pss,
    requested,
    wait_for,
    write,
    wrk,
)
from benchmarks.rows import Failed, Load, Row, Run
from ishizue.testing.client import BROWSER_AND_ALB, request
from kirosample.horoscope import SIGNS

PAGES = ("/", "/date", "/horoscope", "/quote")
FAVORITES, ROWS = 200, 10
_LIKED = (
    ("likes on one favorite", 4, 1, "pgbench, update of one row"),
    ("likes over 200 favorites", 0.5, FAVORITES, "pgbench, update of 200 random rows"),
)
COLD = (
    ("dates", "CPU, unique `/date?date=`", 5.5),
    ("lucky days", "CPU, unique `/days?for=wedding&from=`", 4.5),
    ("horoscopes", "CPU, unique `/horoscope/leo?date=`", 4.5),
    ("pairs", "CPU, unique `/horoscope/aries/leo?date=`", 3.3),  # 27 places of the Moon
    ("search", "CPU, unique `/en/quotes?q=`", 2),
    ("lists of quotes", "CPU, unique `/quotes?limit=100&cursor=`", 2.9),
)
_UNCACHED = (
    ("an own list, Japanese", "CPU of an own list of 50 days' readings, Japanese", 11.5),
    ("an own list, English", "CPU of the same, English", 11.5),
    ("exports", "CPU of `/favorites/export.csv` of 100 readings", 25),
    ("years", "CPU of `/year?year=`", 3.8),
    ("calendars", "CPU of `/calendar.ics` with every option", 45),
)
"""Rows by their load, in ms for a core that adds ten thousand squares in Python in 0.5 ms."""

_STARTS = 5
_PARTS, _PART = 5, 3000
"""A cost is measured so many times, each time of so many requests at most."""

_LIKES = 100

_COUNTERS = (
    "CREATE TABLE counters (id integer PRIMARY KEY, likes integer NOT NULL)",
    f"INSERT INTO counters SELECT id, 0 FROM generate_series(1, {FAVORITES}) id",
    "VACUUM ANALYZE counters",
)
_SELECT = (
    "SELECT id, type, item, content, author, created_at, likes FROM favorites"
    " WHERE type = 'quote'"  # all of them are quotes, as in the index
    f" ORDER BY likes DESC, id DESC LIMIT {ROWS};"
)
_LIKE = "\\set id random(1, {})\nUPDATE counters SET likes = likes + 1 WHERE id = :id;"
_READINGS = f"""
    WITH made AS (
        INSERT INTO favorites (type, item, content, author, likes)
        SELECT 'horoscope', date '1900-01-01' + n * 36 || '.' ||
            (ARRAY{[sign.id for sign in SIGNS]})[1 + n % 12], 'よい日です。', '牡羊座', 1
        FROM generate_series(1, {READERS * _LIKES}) n RETURNING id
    )
    INSERT INTO favorite_likes (favorite_id, visitor)
    SELECT id, lpad(to_hex(1 + row_number() OVER () % {READERS}), 32, '0')::uuid FROM made"""


@dataclass(frozen=True, slots=True)
class Setting:
    """What rows are measured with: a server of this commit, and one of another to compare with."""

    servers: Sequence[Server]
    tasks: Sequence[Task]
    """The servers' tasks, ready and with favorites."""
    folder: Path

    def loads(self, load: Callable[..., Run], *arguments: object) -> Sequence[Load]:
        """The load of each task."""
        return [partial(load, task, *arguments) for task in self.tasks]

    def against(self, loads: Sequence[Load], baseline: Load) -> Sequence[Load]:
        """What is compared: this commit with the other, or with the baseline without one."""
        return loads if len(loads) > 1 else [*loads, baseline]


@contextmanager
def prepared(checkouts: Sequence[tuple[Path, Path]], dsn: str, folder: Path) -> Iterator[Setting]:
    """Serve the files of each commit by its Python, each with a database of its own."""
    servers = [
        Server(files, python, _create(dsn, f"portal{number}"))
        for number, (files, python) in enumerate(checkouts)
    ]
    with ExitStack() as stack:
        tasks = []
        for server in servers:
            server.migrate()
            tasks.append(stack.enter_context(server.ready()))
            _seed(tasks[-1], folder)
        yield Setting(servers, tasks, folder)


def _create(dsn: str, name: str) -> str:
    """The address of a new database."""
    execute(dsn, f"CREATE DATABASE {name}")
    return urlunsplit(urlsplit(dsn)._replace(path=f"/{name}"))


def portal(setting: Setting) -> Iterator[Row]:
    """Pages against nginx, lists and likes against pgbench on the same PostgreSQL."""
    with nginx(setting.folder) as rival:
        for page in PAGES:
            # Without a slash at the end, which would cost nginx a lookup.
            file = f"/page-{page.strip('/')}"
            for _ in range(2):  # the first request compresses the page
                body = fetch(setting.tasks[0].port, page, BROWSER_AND_ALB).body
            (setting.folder / file[1:]).write_bytes(body)
            sides = setting.against(setting.loads(_page, page), partial(_page, rival, file))
            what = f"`{page}` with a browser's and the ALB's headers"
            yield Row(what, 0.5, sides, baseline="nginx")
    dsn = setting.tasks[0].dsn
    counters = _create(dsn, "counters")
    execute(counters, *_COUNTERS)
    script = setting.folder / "pgbench.sql"
    script.write_text(_SELECT)
    sides = setting.against(setting.loads(requested, "/favorites"), partial(pgbench, dsn, script))
    baseline = "pgbench, select of the same rows"
    # Of ten rows pgbench selects three times as many a second as of the fifty that there were.
    yield Row("`/favorites` as HTML", 1.2, sides, baseline=baseline)
    for what, must, favorites, baseline in _LIKED:
        script.write_text(_LIKE.format(favorites))
        loads = setting.loads(_likes, setting.folder, favorites)
        sides = setting.against(loads, partial(pgbench, counters, script))
        yield Row(what, must, sides, baseline=baseline)


def _page(task: Task, path: str, seconds: int) -> Run:
    """Responses per second of the server's CPU time, which a busy client does not limit."""
    run = requested(task, path, seconds, headers=BROWSER_AND_ALB)
    return replace(run, value=1000 / max(run.cpu_ms, 1e-6))


def _seed(task: Task, folder: Path) -> None:
    """Like two hundred quotes for a second."""
    _likes(task, folder, FAVORITES, 1)
    execute(task.dsn, "VACUUM ANALYZE")
    shown = fetch(task.port, "/favorites").body.decode().count('"quote:')
    if shown != ROWS:
        raise Failed(f"/favorites shows {shown} favorites, not {ROWS}")


def likes(folder: Path, favorites: int) -> Path:
    """A file of likes of random quotes, each at another address."""
    bodies = [json.dumps(item).encode() for item in ITEMS[:favorites]]
    requests = (
        request("POST", "/api/favorites", JSON | {"X-Forwarded-For": of}, random.choice(bodies))
        for of in map(address, itertools.count())
    )
    return write(folder / "likes", requests)


def _likes(task: Task, folder: Path, favorites: int, seconds: int) -> Run:
    """Like, and compare wrk's count with the database's.

    Likes of the run before and of this one may be in flight when they are counted.
    """
    query = "SELECT coalesce(sum(likes), 0) FROM favorites"
    before = int(execute(task.dsn, query))
    run = requested(task, "/api/favorites", seconds, likes(folder, favorites))
    got = run.counts["responses"]
    counted = int(execute(task.dsn, query)) - before
    if not got <= counted <= got + 2 * CONNECTIONS:
        raise Failed(f"{got} likes acknowledged, {counted} found")
    return run


def tasks(setting: Setting) -> Iterator[Row]:
    """Memory, and starts."""
    what = "memory of a task under load, summed PSS at its peak"
    yield Row(what, 75, setting.loads(_memory, setting.folder), "MB")
    what = "start of `kirosample serve` to its first response"
    yield Row(what, 0.7, [partial(_start, server) for server in setting.servers], "s")


def _memory(task: Task, folder: Path, seconds: int) -> Run:
    """The peak in MB under likes, lists and pages, and with the page cache full of other days."""
    peak = 0.0
    dates = write(folder / "dates", flood("dates"))
    files = {"/api/favorites": likes(folder, FAVORITES), "/date?date=": dates}
    for path in ("/api/favorites", "/favorites", *PAGES, "/date?date="):
        with wrk(task, path, seconds, files.get(path), headers=BROWSER_AND_ALB) as finish:
            for _ in range(2 * seconds):
                time.sleep(0.5)
                peak = max(peak, pss(task.pid))
            finish()
    return Run(peak)


def _start(server: Server, _: int) -> Run:
    """Seconds from the start of the process to its first response, the median of some."""
    seconds = []
    for _ in range(_STARTS):
        began = time.monotonic()
        with server.started() as task:
            wait_for(task.port, "/", 30)
            seconds.append(time.monotonic() - began)
    return Run(statistics.median(seconds), note=f"{min(seconds):.2f} to {max(seconds):.2f} s")


def uncached(setting: Setting) -> Iterator[Row]:
    """What no cache helps with: cold pages, own lists, exports, years and calendars."""
    for task in setting.tasks:
        execute(task.dsn, _READINGS, "VACUUM ANALYZE")
    for load, what, must in (*COLD, *_UNCACHED):
        yield Row(what, must, setting.loads(_cost, setting.folder, load), "ms")


def _cost(task: Task, folder: Path, load: str, seconds: int) -> Run:
    """The server's CPU time for one request of a load, sent one at a time."""
    stream = iter(flood(load))
    adding = "sum(number * number for number in range(10_000))"
    runs, units = list[Run](), list[float]()
    for _ in range(_PARTS):
        requests = write(folder / "load", islice(stream, _PART))
        runs.append(requested(task, "/", max(1, seconds // _PARTS), requests, connections=1))
        os.sched_setaffinity(0, {SERVER_CORE})  # beside each other, as a core's speed changes
        units.append(min(timeit.repeat(adding, timer=time.thread_time, repeat=20, number=1)) * 2000)
        os.sched_setaffinity(0, {CLIENT_CORE})
    here = statistics.median(run.cpu_ms for run in runs)
    value = statistics.median(run.cpu_ms / unit for run, unit in zip(runs, units, strict=True))
    return Run(value, f"{here:.2f} ms here, {_PARTS} times", here)
