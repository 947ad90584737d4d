"""Rows that nobody made by a like, written by SQL: pages leave out what they cannot show."""

import json
import logging
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from ishizue.testing.postgres import execute, fetch
from kirosample.favorites import TYPES
from kirosample.favorites.queries import FIELDS
from kirosample.routes import API, ENGLISH_PAGES, PAGES, PARTS
from tests.favorites.stores import READING, until_popular
from tools.servers import Running

KEYS = (
    "",
    "2099-13-99.no",
    "2101-01-01.leo",
    "2026-11-24.no",
    "today",
    '"<odd>',
    "'",
    "あ",
    "a/b\r",
)
TEXTS = ("", '<odd>"', "{あ|い}|{{ x }}{% x %}", "\x01\r\n\ufffe", "=1", "a" * 255, "😀|" * 100)
TIMES = ("infinity", "-infinity", "4713-01-01 BC", "294276-01-01", "0001-01-01")
LONG = "x" * 4001

ODD: dict[str, tuple[Any, ...]] = {
    "id": (0, 2**31 - 2),
    "type": ("quote",),
    "item": KEYS,
    "content": (*TEXTS, LONG),
    "author": TEXTS,
    "created_at": TIMES,
    "likes": (2**31 - 1,),
}


def rows() -> list[dict[str, Any]]:
    """One of each type for each value of each column."""
    made: list[dict[str, Any]] = []
    for column in FIELDS:
        for value, type_ in product(ODD[column], TYPES):
            n = len(made)
            item = f"gone-{n}" if type_ == "quote" else f"{1950 + n}-01-01.leo"
            row = {"id": 1000 + n, "type": type_, "item": item, "content": "-", "author": "-"}
            row |= {"created_at": "2026-11-01", "likes": 9, column: value}
            if column not in {"id", "type"} or type_ == "quote":  # once is enough
                made.append(row)
    return made


def is_shown(row: dict[str, Any]) -> bool:
    return row["item"] not in KEYS and row["content"] != LONG


def insert(database: str, odd: list[dict[str, Any]], visitor: UUID) -> None:
    """All rows, which this visitor likes at odd times."""
    encoded = json.dumps(odd).replace("'", "''")
    source = f"json_populate_recordset(null::favorites, '{encoded}')"
    execute(database, f"INSERT INTO favorites SELECT * FROM {source}")
    likes = f"SELECT id, '{visitor}', ('{{{','.join(TIMES)}}}'::timestamptz[])[1 + abs(id) % 5]"
    execute(database, f"INSERT INTO favorite_likes {likes} FROM favorites ON CONFLICT DO NOTHING")


def test_no_list_fails_for_a_row_that_cannot_be_read(
    server: Running, database: str, caplog: pytest.LogCaptureFixture
) -> None:
    odd = rows()
    with server.visitor() as me, caplog.at_level(logging.WARNING):
        liked = me.post("/api/favorites", json=READING).raise_for_status().json()["id"]
        ((visitor,),) = fetch(database, "SELECT visitor FROM favorite_likes")
        insert(database, odd, visitor)
        until_popular(server, shown=True)
        shown = {liked, *(row["id"] for row in odd if is_shown(row))}
        for path in ("/api/favorites", "/api/favorites/mine"):
            listed: list[int] = []
            cursor: str | None = ""
            while cursor is not None:
                page = me.get(path, params={"limit": 3, "cursor": cursor}).raise_for_status().json()
                listed += [favorite["id"] for favorite in page["favorites"]]
                cursor = page["next"]
            assert sorted(listed) == sorted(shown), path
        routes = [(method, path) for method, path, *_ in (*PAGES, *ENGLISH_PAGES, *PARTS)]
        routes += [(endpoint.method, endpoint.path) for endpoint in API]
        paths = [path for method, path in routes if method == "GET" and "{" not in path]
        lists = product(("/favorites", "/en/favorites"), ("mine=true&", ""), ("quote", "horoscope"))
        for path in (*paths, *(f"{path}?{mine}limit=50&type={of}" for path, mine, of in lists)):
            page = me.get(path)
            assert page.status_code < 400, path
            assert "<odd>" not in page.text or "html" not in page.headers["content-type"], path
        exported = me.get("/favorites/export.json").json()["favorites"]
        assert len(exported) == len(shown)
    warned = [record for record in caplog.messages if "is left out of lists" in record]
    assert len(warned) == len(odd) + 1 - len(shown), "one for each row"
