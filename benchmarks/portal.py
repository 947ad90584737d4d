"""Rows: pages against nginx, lists and likes against pgbench, whole tasks, and requests' CPU."""

import itertools
import json
import random
import statistics
import time
import timeit
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from benchmarks.loads import ITEMS, READERS, address, flood
from benchmarks.programs import (
    CONNECTIONS,
    JSON,
    Server,
    Task,
    execute,
    fetch,
    nginx,
    pgbench,
    pss,
    wait_for,
    write,
    wrk,
)
from benchmarks.rows import Failed, Load, Row, Run
from ishizue.testing.client import BROWSER_AND_ALB, request
from kirosample.horoscope import SIGNS

PAGES = ("/", "/date", "/horoscope", "/quote")
FAVORITES, ROWS = 200, 50
_LIKED = (
    ("likes on one favorite", 4, 1, "pgbench, update of one row"),
    ("likes over 200 favorites", 0.6, FAVORITES, "pgbench, update of 200 random rows"),
)
COLD = (
    ("dates", "CPU, unique `/date?date=`", 3.6),
    ("lucky days", "CPU, unique `/days?for=wedding&from=`", 2.6),
    ("horoscopes", "CPU, unique `/horoscope/leo?date=`", 3.5),
    ("pairs", "CPU, unique `/horoscope/aries/leo?date=`", 1.8),
    ("search", "CPU, unique `/en/quotes?q=`", 1),
    ("lists of quotes", "CPU, unique `/quotes?limit=100&cursor=`", 1.8),
)
_UNCACHED = (
    ("an own list, Japanese", "CPU of an own list of 50 days' readings, Japanese", 9),
    ("an own list, English", "CPU of the same, English", 36),
    ("exports", "CPU of `/favorites/export.csv` of 100 readings", 55),
    ("years", "CPU of `/year?year=`", 4.5),
    ("calendars", "CPU of `/calendar.ics` with every option", 45),
)
"""Rows by their load, in ms for a core that adds ten thousand squares in Python in 0.5 ms."""

_HOME_PAGE_SECONDS = 11  # the home page's favorites may be 10 s old
_STARTS = 5
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
    """What rows are measured with."""

    checkouts: Sequence[tuple[Path, Path]]
    """The files and the Python of this commit, and of the one to compare with, if any."""
    dsn: str
    folder: Path

    def create(self, name: str) -> str:
        """The address of a new database."""
        execute(self.dsn, f"CREATE DATABASE {name}")
        return urlunsplit(urlsplit(self.dsn)._replace(path=f"/{name}"))

    def servers(self, part: str) -> list[Server]:
        """A server of each commit, with a new database."""
        servers = []
        for number, (files, python) in enumerate(self.checkouts):
            servers.append(Server(files, python, self.create(f"{part}{number}")))
            servers[-1].migrate()
        return servers

    @contextmanager
    def tasks(self, part: str) -> Iterator[list[Task]]:
        """The servers once they are ready."""
        with ExitStack() as stack:
            yield [stack.enter_context(server.ready()) for server in self.servers(part)]

    def against(self, loads: Sequence[Load], baseline: Load) -> Sequence[Load]:
        """What is compared: this commit with the other, or with the baseline without one."""
        return loads if len(loads) > 1 else [*loads, baseline]


def portal(setting: Setting) -> Generator[Row]:
    """Pages against nginx, lists and likes against pgbench on the same PostgreSQL."""
    with setting.tasks("portal") as tasks:
        for task in tasks:
            seed(task, setting.folder)
        time.sleep(_HOME_PAGE_SECONDS)
        yield from _pages(setting, tasks)
        yield from _favorites(setting, tasks)


def _pages(setting: Setting, tasks: Sequence[Task]) -> Generator[Row]:
    with nginx(setting.folder) as rival:
        for page in PAGES:
            # Without a slash at the end, which would cost nginx a lookup.
            file = f"/page-{page.strip('/')}"
            for _ in range(2):  # the first request compresses the page
                body = fetch(tasks[0].port, page, BROWSER_AND_ALB).body
            (setting.folder / file[1:]).write_bytes(body)
            loads = [partial(_page, task, page) for task in tasks]
            sides = setting.against(loads, partial(_page, rival, file))
            what = f"`{page}` with a browser's and the ALB's headers"
            yield Row(what, 0.5, sides, baseline="nginx")


def _page(task: Task, path: str, seconds: int) -> Run:
    """Responses per second of the server's CPU time, which a busy client does not limit."""
    with wrk(task, path, seconds, headers=BROWSER_AND_ALB) as finish:
        run = finish()
    return replace(run, value=1000 / max(run.cpu_ms, 1e-6))


def _favorites(setting: Setting, tasks: Sequence[Task]) -> Generator[Row]:
    counters = setting.create("counters")
    execute(counters, *_COUNTERS)
    script = setting.folder / "pgbench.sql"

    def pgbench_of(sql: str, dsn: str) -> Load:
        script.write_text(sql)
        return partial(pgbench, dsn, script)

    select = pgbench_of(_SELECT, tasks[0].dsn)
    lists = setting.against([partial(_lists, task) for task in tasks], select)
    baseline = "pgbench, select of the same rows"
    yield Row("`/favorites`, 50 rows as HTML", 2, lists, baseline=baseline)
    for what, must, favorites, baseline in _LIKED:
        loads = [partial(_likes, task, likes(task, setting.folder, favorites)) for task in tasks]
        sides = setting.against(loads, pgbench_of(_LIKE.format(favorites), counters))
        yield Row(what, must, sides, baseline=baseline)


def _lists(task: Task, seconds: int) -> Run:
    with wrk(task, "/favorites", seconds) as finish:
        return finish()


def seed(task: Task, folder: Path) -> None:
    """Like two hundred quotes for a second."""
    _likes(task, likes(task, folder, FAVORITES), 1)
    execute(task.dsn, "VACUUM ANALYZE")
    shown = fetch(task.port, "/favorites").body.decode().count('"quote:')
    if shown != ROWS:
        raise Failed(f"/favorites shows {shown} favorites, not {ROWS}")


def likes(task: Task, folder: Path, favorites: int) -> Path:
    """A file of likes of random quotes, each at another address."""
    bodies = [json.dumps(item).encode() for item in ITEMS[:favorites]]
    requests = (
        request("POST", "/api/favorites", JSON | {"X-Forwarded-For": of}, random.choice(bodies))
        for of in map(address, itertools.count())
    )
    return write(folder / f"likes-{favorites}-{task.port}", requests)


def _likes(task: Task, requests: Path, seconds: int) -> Run:
    """Like, and compare wrk's count with the database's; some likes may be in flight."""
    query = "SELECT coalesce(sum(likes), 0) FROM favorites"
    before = int(execute(task.dsn, query))
    with wrk(task, "/api/favorites", seconds, requests) as finish:
        run = finish()
    got = run.counts["responses"]
    counted = int(execute(task.dsn, query)) - before
    if not got <= counted <= got + CONNECTIONS:
        raise Failed(f"{got} likes acknowledged, {counted} found")
    return run


def tasks(setting: Setting) -> Generator[Row]:
    """Memory, and starts."""
    servers = setting.servers("tasks")
    what = "memory of a task under load, summed PSS at its peak"
    loads = [partial(_memory, server, setting.folder) for server in servers]
    yield Row(what, 90, loads, "MB")
    what = "start of `kirosample serve` to its first response"
    yield Row(what, 0.7, [partial(_start, server) for server in servers], "s")


def _memory(server: Server, folder: Path, seconds: int) -> Run:
    """The peak in MB under likes, lists and pages, and with the page cache full of other days."""
    peak = 0.0
    with server.ready() as task:
        dates = write(folder / "dates", flood("dates"))
        files = {"/api/favorites": likes(task, folder, FAVORITES), "/date?date=": dates}
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


def uncached(setting: Setting) -> Generator[Row]:
    """What no cache helps with: cold pages, own lists, exports, years and calendars."""
    with setting.tasks("uncached") as tasks:
        for task in tasks:
            execute(task.dsn, _READINGS, "VACUUM ANALYZE")
        for load, what, must in (*COLD, *_UNCACHED):
            loads = [partial(_cost, task, setting.folder, load) for task in tasks]
            yield Row(what, must, loads, "ms")


def _cost(task: Task, folder: Path, load: str, seconds: int) -> Run:
    """The server's CPU time for one request of a load, sent one at a time."""
    requests = write(folder / "load", flood(load))
    with wrk(task, "/", seconds, requests, connections=1) as finish:
        run = finish()
    adding = "sum(number * number for number in range(10_000))"
    unit = min(timeit.repeat(adding, timer=time.thread_time, repeat=20, number=1)) * 1000 / 0.5
    note = f"{run.cpu_ms:.2f} ms here, of {run.counts['responses']:,} requests"
    return Run(run.cpu_ms / unit, note, run.cpu_ms)
