"""The rows against nginx and pgbench, and those of whole tasks."""

import itertools
import json
import random
import statistics
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from benchmarks import targets, wrk
from benchmarks.http import JSON, fetch, raw, wait_for
from benchmarks.loads import address, flood
from benchmarks.processes import Failed, pss
from benchmarks.runs import Load, Plan, Row, Run
from benchmarks.servers import Server, Task, execute, nginx, pgbench
from ishizue.testing.client import BROWSER_AND_ALB
from kirosample import quotes

FAVORITES = 200
ROWS = 50

_HOME_PAGE_SECONDS = 11  # the home page's favorites may be 10 s old
_STARTS = 5

_COUNTERS = (
    "CREATE TABLE counters (id integer PRIMARY KEY, likes integer NOT NULL)",
    f"INSERT INTO counters SELECT id, 0 FROM generate_series(1, {FAVORITES}) id",
    "VACUUM ANALYZE counters",
)
_LIST = (
    "SELECT id, type, item, content, author, created_at, likes FROM favorites"
    " WHERE type = 'quote'"  # all of them are quotes, as in the index
    f" ORDER BY likes DESC, id DESC LIMIT {ROWS};"
)
_LIKE = "UPDATE counters SET likes = likes + 1 WHERE id = {};"


@dataclass(frozen=True, slots=True)
class Setting:
    """What rows are measured with."""

    checkouts: Sequence[tuple[Path, Path]]
    """The files and the Python of this commit, and of the one to compare with, if any."""
    dsn: str
    folder: Path
    plan: Plan

    def create(self, name: str) -> str:
        """The address of a new database."""
        execute(self.dsn, f"CREATE DATABASE {name}")
        return urlunsplit(urlsplit(self.dsn)._replace(path=f"/{name}"))

    def servers(self, part: str) -> list[Server]:
        """A server of each commit, with a new database."""
        servers = []
        for number, (files, python) in enumerate(self.checkouts):
            name = f"{part}{number}"
            servers.append(Server(files, python, self.create(name), self.folder / name))
            servers[-1].migrate()
        return servers

    @contextmanager
    def tasks(self, part: str) -> Iterator[list[Task]]:
        """The servers once they are ready."""
        with ExitStack() as stack:
            yield [stack.enter_context(server.ready()) for server in self.servers(part)]

    def row(
        self, target: targets.Target, loads: Sequence[Load], baseline: Load | None = None
    ) -> Row:
        """A row that compares this commit with the other, or with the baseline if it has one."""
        sides = [*loads, baseline] if baseline and len(loads) == 1 else loads
        return Row(target, sides, self.plan.runs if len(sides) > 1 else 1)


def portal(setting: Setting) -> Generator[Row]:
    """Pages against nginx, lists and likes against pgbench on the same PostgreSQL."""
    with setting.tasks("portal") as tasks:
        for task in tasks:
            seed(task, setting.folder)
        time.sleep(_HOME_PAGE_SECONDS)
        yield from _pages(setting, tasks)
        yield from _favorites(setting, tasks)


def _pages(setting: Setting, tasks: Sequence[Task]) -> Generator[Row]:
    kinds: Sequence[tuple[str, Mapping[str, targets.Target], Mapping[str, str]]]
    kinds = (("plain", targets.PLAIN, {}), ("gzip", targets.WITH_HEADERS, BROWSER_AND_ALB))
    for _ in range(2):  # the first request compresses the page
        files = {
            f"{kind}{page.strip('/')}": fetch(tasks[0].port, page, headers).body
            for kind, of, headers in kinds
            for page in of
        }
    with nginx(setting.folder / "nginx", files) as rival:
        for kind, of, headers in kinds:
            for page, target in of.items():
                loads = [partial(_page, task, page, headers) for task in tasks]
                # Without a slash at the end, which would cost nginx a lookup.
                file = f"/{kind}{page.strip('/')}"
                yield setting.row(target, loads, partial(_page, rival, file, headers))


def _page(task: Task, path: str, headers: Mapping[str, str], seconds: int) -> Run:
    """Responses per second of the server's CPU time, which a busy client does not limit."""
    run = _responses(task, path, headers, seconds)
    return replace(run, value=1000 / max(run.cpu_ms, 1e-6))


def _responses(task: Task, path: str, headers: Mapping[str, str], seconds: int) -> Run:
    size = fetch(task.port, path, headers).size
    with wrk.running(task, path, seconds, headers=headers) as finish:
        run = finish()
    return replace(run, faults=run.faults + wrk.wrong_length(run, size))


def _favorites(setting: Setting, tasks: Sequence[Task]) -> Generator[Row]:
    counters = setting.create("counters")
    execute(counters, *_COUNTERS)

    def against(sql: str, dsn: str) -> Load:
        script = setting.folder / "pgbench.sql"
        script.write_text(sql)
        return partial(pgbench, dsn, script)

    lists = [partial(_responses, task, "/favorites", {}) for task in tasks]
    yield setting.row(targets.LIST, lists, against(_LIST, tasks[0].dsn))
    on_one = [partial(_likes, task, likes(task, setting.folder, 1)) for task in tasks]
    yield setting.row(targets.ONE_FAVORITE, on_one, against(_LIKE.format(1), counters))
    on_many = [partial(_likes, task, likes(task, setting.folder, FAVORITES)) for task in tasks]
    sql = f"\\set id random(1, {FAVORITES})\n{_LIKE.format(':id')}"
    yield setting.row(targets.MANY_FAVORITES, on_many, against(sql, counters))


def seed(task: Task, folder: Path) -> None:
    """Like two hundred quotes for a second."""
    if faults := _likes(task, likes(task, folder, FAVORITES), 1).faults:
        raise Failed("; ".join(faults))
    execute(task.dsn, "VACUUM ANALYZE")
    shown = fetch(task.port, "/favorites").body.decode().count('"quote:')
    if shown != ROWS:
        raise Failed(f"/favorites shows {shown} favorites, not {ROWS}")


def likes(task: Task, folder: Path, favorites: int) -> Path:
    """A file of likes of random quotes, each by a new visitor at another address."""
    ids = [quote.id for quote in quotes.load().quotes[:favorites]]
    bodies = [json.dumps({"type": "quote", "item": id_}).encode() for id_ in ids]
    return wrk.write(folder / f"likes-{favorites}-{task.port}", new_likes(task, bodies))


def new_likes(task: Task, bodies: Sequence[bytes]) -> Iterator[bytes]:
    """Any number of likes with random ones of the bodies, each at another address."""
    for of in map(address, itertools.count()):
        headers = JSON | {"X-Forwarded-For": of}
        yield raw(task.port, "/api/favorites", headers, random.choice(bodies))


def _likes(task: Task, requests: Path, seconds: int) -> Run:
    """Like, and compare wrk's count with the database's; some likes may be in flight."""
    query = "SELECT coalesce(sum(likes), 0) FROM favorites"
    before = int(execute(task.dsn, query))
    with wrk.running(task, "/api/favorites", seconds, requests) as finish:
        run = finish()
    got = run.counts["responses"]
    counted = int(execute(task.dsn, query)) - before
    if got <= counted <= got + wrk.CONNECTIONS:
        return run
    return replace(run, faults=(*run.faults, f"{got} likes acknowledged, {counted} found"))


def tasks(setting: Setting) -> Generator[Row]:
    """Memory, and starts."""
    servers = setting.servers("tasks")
    yield setting.row(targets.MEMORY, [partial(_memory, server) for server in servers])
    yield setting.row(targets.START, [partial(_start, server) for server in servers])


def _memory(server: Server, seconds: int) -> Run:
    """The peak in MB under likes, lists and pages, and with the page cache full of other days."""
    peak = 0.0
    folder = server.log.parent
    faults: list[str] = []
    with server.ready() as task:
        dates = wrk.write(folder / "dates", flood("dates", task.port, 1))
        files = {"/api/favorites": likes(task, folder, FAVORITES), "/date?date=": dates}
        for path in ("/api/favorites", "/favorites", *targets.PAGES, "/date?date="):
            file = files.get(path)
            with wrk.running(task, path, seconds, file, headers=BROWSER_AND_ALB) as finish:
                for _ in range(2 * seconds):
                    time.sleep(0.5)
                    peak = max(peak, pss(task.pid))
                faults += finish().faults
    return Run(peak, tuple(faults))


def _start(server: Server, _: int) -> Run:
    """Seconds from the start of the process to its first response, the median of some."""
    seconds = []
    for _ in range(_STARTS):
        began = time.monotonic()
        with server.started() as task:
            wait_for(task.port, "/", 30)
            seconds.append(time.monotonic() - began)
    return Run(statistics.median(seconds), note=f"{min(seconds):.2f} to {max(seconds):.2f} s")
