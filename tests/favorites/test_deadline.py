"""However slow the database is: every list is there or refused within the deadline."""

import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from tests.postgres import execute
from tests.servers import serving

from kirosample.limits import READ_DEADLINE_SECONDS, STATEMENT_SECONDS

READING = {"type": "horoscope", "item": "2026-11-24.aries"}

SLOW = (
    "ALTER TABLE favorites RENAME TO really",
    "CREATE VIEW favorites AS SELECT really.*"
    f" FROM (SELECT pg_sleep({STATEMENT_SECONDS - 0.1})) AS slowly, really",
)
"""Every look at favorites takes nearly as long as a statement may."""


@pytest.mark.parametrize(
    "path",
    [
        "/favorites",
        "/favorites?type=quote",
        "/favorites?mine=true",
        "/en/favorites?mine=true",
        "/favorites/export.json",
        "/api/favorites",
        "/api/favorites/mine",
        "/api/favorites/stats",
    ],
)
def test_who_asks_and_who_waits_for_the_next_reading_are_answered_in_time(
    database: str, path: str
) -> None:
    with serving(database) as server, server.visitor() as me, ThreadPoolExecutor(2) as pool:
        server.ready()
        assert me.post("/api/favorites", json=READING).status_code == 201
        assert me.get(path).status_code == 200
        for statement in SLOW:
            execute(database, statement)
        first = pool.submit(_asked, me, path)
        time.sleep(0.1)
        second = pool.submit(_asked, me, path)
        for status, seconds in (first.result(), second.result()):
            assert status in (200, 503)
            assert seconds < READ_DEADLINE_SECONDS


def _asked(client: httpx.Client, path: str) -> tuple[int, float]:
    """The status of an answer, and how long it took."""
    began = time.monotonic()
    return client.get(path).status_code, time.monotonic() - began
