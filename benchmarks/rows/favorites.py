"""Lists and likes against pgbench on the same PostgreSQL."""

import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.programs import postgres, wrk
from benchmarks.programs.http import fetch
from benchmarks.programs.processes import Failed
from benchmarks.programs.task import Task
from benchmarks.report import Result
from benchmarks.runs import Load, Plan, Run, side_by_side
from benchmarks.targets import LIST, MANY_FAVORITES, ONE_FAVORITE, Target

FAVORITES = 200
ROWS = 50

_MOST_LIKES = 10  # of a favorite at the start
_ADDRESSES_A_RUN = 250_000  # more than a run's likes
_TABLE = (
    "CREATE TABLE counters (id integer PRIMARY KEY, likes integer NOT NULL)",
    f"INSERT INTO counters SELECT id, 0 FROM generate_series(1, {FAVORITES}) id",
    "VACUUM ANALYZE counters",
)
_LIST_SQL = (
    "SELECT id, type, item, content, author, created_at, likes FROM favorites"
    " WHERE type = 'quote'"  # all of them are quotes, as in the index
    f" ORDER BY likes DESC, id DESC LIMIT {ROWS};"
)
_ONE_SQL = "UPDATE counters SET likes = likes + 1 WHERE id = 1;"
_MANY_SQL = rf"""\set id random(1, {FAVORITES})
UPDATE counters SET likes = likes + 1 WHERE id = :id;"""


def seed(task: Task) -> list[str]:
    """Like two hundred quotes, some more often than others; return their ids."""
    print(f"creating {FAVORITES} favorites", flush=True)
    items = _quotes(task)
    for number, item in enumerate(items):
        for like in range(1 + number % _MOST_LIKES):
            headers = {
                "X-Forwarded-For": f"10.255.{number % 256}.{like}",
                "Content-Type": "application/json",
            }
            path = "/api/favorites"
            response = fetch(task.port, path, headers, method="POST", body=_body(item))
            if response.status != 201:
                raise Failed(f"a like got {response.status}: {response.body.decode()}")
    return items


def _body(item: str) -> bytes:
    return json.dumps({"type": "quote", "item": item}).encode()


def _quotes(task: Task) -> list[str]:
    items: list[str] = []
    path = "/api/quotes?limit=100"
    while len(items) < FAVORITES:
        response = json.loads(fetch(task.port, path).body)
        items += [quote["id"] for quote in response["quotes"]]
        path = f"/api/quotes?limit=100&cursor={response['next']}"
    return items[:FAVORITES]


@dataclass(frozen=True, slots=True)
class Databases:
    """The portal's, one with pgbench's table, and one for a million favorites."""

    portal: str
    baseline: str
    filled: str


def measure(
    task: Task, databases: Databases, items: list[str], folder: Path, plan: Plan
) -> Iterator[Result]:
    """The rows of the list and the likes. Each run continues with new visitors."""
    postgres.execute(databases.baseline, *_TABLE)
    postgres.execute(databases.portal, "VACUUM ANALYZE")
    numbers = addresses()

    def against(target: Target, ours: Load, dsn: str, sql: str) -> Result:
        script = folder / "pgbench.sql"
        script.write_text(sql)
        baseline = ("pgbench", lambda seconds: postgres.pgbench(dsn, script, seconds))
        sides = side_by_side(("KiroSample", ours), baseline, plan, plan.database_seconds)
        return Result.of_sides(target, *sides, plan.runs)

    def our_likes(of: list[str]) -> Load:
        return likes(task, databases.portal, of, folder, numbers)

    _check_rows(task, items)
    yield against(LIST, lists(task), databases.portal, _LIST_SQL)
    yield against(ONE_FAVORITE, our_likes(items[:1]), databases.baseline, _ONE_SQL)
    yield against(MANY_FAVORITES, our_likes(items), databases.baseline, _MANY_SQL)


def addresses() -> Iterator[int]:
    """The number of the first client address of each run: no two runs share one."""
    return itertools.count(0, _ADDRESSES_A_RUN)


def lists(task: Task) -> Load:
    def load(seconds: int) -> Run:
        return wrk.load(task.url("/favorites"), seconds, fetch(task.port, "/favorites").size)

    return load


def _check_rows(task: Task, items: list[str]) -> None:
    page = fetch(task.port, "/favorites").body.decode()
    shown = sum(f'"quote:{item}"' in page for item in items)
    if shown != ROWS:
        raise Failed(f"/favorites shows {shown} favorites, not {ROWS}")


def likes(
    task: Task, dsn: str, items: list[str], folder: Path, addresses: Iterator[int]
) -> Callable[[int], Run]:
    """Like, and compare wrk's count with the database's; some likes may be in flight."""
    file = folder / f"likes-of-{len(items)}"
    file.write_bytes(b"".join(_body(item) + b"\n" for item in items))

    def load(seconds: int) -> Run:
        before = _sum_of_likes(dsn)
        script = ("likes", str(next(addresses)), str(file))
        with wrk.Wrk(task.url("/api/favorites"), seconds, script=script) as load:
            run, counted = load.counted()
        found = _sum_of_likes(dsn) - before
        if counted.responses <= found <= counted.responses + wrk.CONNECTIONS:
            return run
        wrong = f"{counted.responses} likes acknowledged, {found} found"
        return replace(run, faults=(*run.faults, wrong))

    return load


def _sum_of_likes(dsn: str) -> int:
    return int(str(postgres.execute(dsn, "SELECT sum(likes) FROM favorites")))
