"""Lists of a million favorites with ten million likes, which SQL makes."""

import hashlib
import itertools
import math
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from benchmarks import postgres, task
from benchmarks.http import ask
from benchmarks.processes import Failed
from benchmarks.report import Result
from benchmarks.runs import Plan
from benchmarks.targets import FILLED
from kirosample.web.visitors import COOKIE, Visitors

_FREE_BYTES = 6_000_000_000
_VISITORS = 100_000  # each with a hundred likes
_MOST_LIKES = 19

# Of 1,667 one is a quote: as many as the catalogue has, among all the readings of centuries.
_FAVORITES = f"""
    INSERT INTO favorites (type, item, content, author, likes)
    SELECT CASE WHEN n % 1667 = 0 THEN 'quote' ELSE 'horoscope' END,
        CASE WHEN n % 1667 = 0 THEN 'quote-' || n
            ELSE date '1900-01-01' + n / 12 % 73000 || '.sign' || n END,
        repeat('きょうはよい日です。', 12), '作者', 1 + n::bigint * 7 % {_MOST_LIKES}
    FROM generate_series(1, $N) n"""
_LIKES = f"""
    INSERT INTO favorite_likes (favorite_id, visitor, created_at)
    SELECT id, md5(((id::bigint * 7919 + n * 104729) % {_VISITORS})::text)::uuid,
        now() - interval '30 days' + n * interval '1 hour' + id * interval '1 s'
    FROM favorites, generate_series(1, likes) n"""
_KEYS = """
    SELECT coalesce(string_agg(format('%s CONSTRAINT %I %s', 'ADD', conname,
        pg_get_constraintdef(oid)), ', ' ORDER BY contype DESC), '')
    FROM pg_constraint WHERE conrelid = 'favorite_likes'::regclass AND contype IN ('p', 'f')"""
_DROP_KEYS = """
    SELECT string_agg(format('DROP CONSTRAINT %I', conname), ', ')
    FROM pg_constraint WHERE conrelid = 'favorite_likes'::regclass AND contype IN ('p', 'f')"""
_INDEX = """
    SELECT indexdef FROM pg_indexes WHERE tablename = 'favorite_likes'
    AND indexname = 'favorite_likes_of_favorite'"""


def measure(dsn: str, folder: Path, plan: Plan) -> Result:
    """The slowest of a hundred of each kind of list, one at a time."""
    print(f"{plan.favorites:,} favorites with ten likes each", flush=True)
    began = time.monotonic()
    fill(dsn, folder, plan.favorites)
    filling = time.monotonic() - began
    visitors = Visitors((task.COOKIE_KEY.encode(),))

    def own() -> dict[str, str]:
        visitor = hashlib.md5(str(random.randrange(_VISITORS)).encode(), usedforsecurity=False)
        return {"Cookie": f"{COOKIE}={visitors.sign(UUID(visitor.hexdigest()))}"}

    def cursor() -> str:
        return f"cursor={random.randrange(_MOST_LIKES + 2)}.{random.randrange(plan.favorites)}"

    kinds: dict[str, tuple[Callable[[], str], Callable[[], dict[str, str]]]] = {
        "first page": (lambda: "/favorites", dict),
        "any page": (lambda: f"/favorites?{cursor()}", dict),
        "quotes": (lambda: f"/favorites?type=quote&{cursor()}", dict),
        "horoscopes": (lambda: f"/favorites?type=horoscope&{cursor()}", dict),
        "JSON": (lambda: f"/api/favorites?{cursor()}", dict),
        "one's own": (lambda: "/favorites?mine=true", own),
        "one's own quotes": (lambda: "/favorites?mine=true&type=quote", own),
    }
    with task.ready(dsn, folder / "filled.log") as serving:
        found = {
            kind: _slowest(serving, path, headers, plan.lists)
            for kind, (path, headers) in kinds.items()
        }
    shown = ", ".join(f"{kind} {ms:.1f}" for kind, ms in found.items())
    note = f"99 % of {plan.lists} within, in ms: {shown}; made in {filling:.0f} s"
    return Result(FILLED, max(found.values()), note)


def fill(dsn: str, folder: Path, favorites: int) -> None:
    """Likes first, and then their keys: ten times as fast. Raises Failed for want of room."""
    if shutil.disk_usage(folder).free < _FREE_BYTES:
        raise Failed(f"{folder} has less than {_FREE_BYTES / 1e9:.0f} GB free")
    add, drop, index = (str(postgres.value(dsn, query)) for query in (_KEYS, _DROP_KEYS, _INDEX))
    postgres.execute(
        dsn,
        "SET synchronous_commit = off",
        "SET maintenance_work_mem = '256MB'",
        _FAVORITES.replace("$N", str(favorites)),
        f"ALTER TABLE favorite_likes {drop}",
        "DROP INDEX favorite_likes_of_favorite",
        _LIKES,
        f"ALTER TABLE favorite_likes {add}",
        index,
        "VACUUM ANALYZE",
        "CHECKPOINT",
    )


def _slowest(
    serving: task.Task, path: Callable[[], str], headers: Callable[[], dict[str, str]], times: int
) -> float:
    """The time that 99 % are answered within, in ms."""
    seconds = []
    for number in itertools.count():
        asked = path(), headers()
        began = time.perf_counter()
        answer = ask(serving.port, *asked)
        seconds.append(time.perf_counter() - began)
        if answer.status != 200:
            raise Failed(f"{asked[0]} was answered {answer.status}")
        if number >= times + _WARM_UP:
            break
    return sorted(seconds[_WARM_UP:])[math.ceil(times * 0.99) - 1] * 1000


_WARM_UP = 20
"""Requests that are not counted: PostgreSQL plans a statement six times before it keeps a plan."""
