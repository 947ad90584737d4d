"""Rows that nobody made by a like, written by SQL: lists leave out what they cannot show."""

import json
import logging
from itertools import product
from typing import Any

import pytest

from ishizue.testing.postgres import execute
from kirosample.favorites import TYPES, Favorite
from kirosample.routes import API, ENGLISH_PAGES, PAGES, PARTS
from tests.favorites.stores import READING
from tests.web.common import walked
from tools.servers import Running

TIMES = ("infinity", "-infinity", "4713-01-01 BC", "294276-01-01", "0001-01-01")
TEXTS = ("", '<odd>"', "{あ|い}|{{ x }}{% x %}", "\x01\r\n\ufffe", "=1", "a" * 255, "😀|" * 100)
LEFT_OUT = {
    "item": ("", "2099-13-99.no", "2101-01-01.leo", "2026-11-24.no", '"<odd>', "'", "あ", "a/b\r"),
    "content": ("x" * 4001,),
}
SHOWN: dict[str, tuple[Any, ...]] = {
    "id": (0, 2**31 - 2),
    "content": TEXTS,
    "author": TEXTS,
    "created_at": TIMES,
    "likes": (2**31 - 1,),
}


def rows() -> list[dict[str, Any]]:
    """One of each type for each value of each column, but an id once."""
    made = {}
    for n, (type_, odd) in enumerate(product(TYPES, (LEFT_OUT, SHOWN))):
        for m, (column, value) in enumerate((c, v) for c, values in odd.items() for v in values):
            item = f"gone-{n}-{m}" if type_ == "quote" else f"{1950 + m}-01-{n + 1:02}.leo"
            row = {"id": 100 * (n + 1) + m, "type": type_, "item": item, "content": "-"}
            row |= {"author": "-", "created_at": "2026-11-01", "likes": 9, column: value}
            made[row["id"]] = row
    return list(made.values())


def is_shown(row: dict[str, Any]) -> bool:
    return row["item"] not in LEFT_OUT["item"] and row["content"] not in LEFT_OUT["content"]


def test_no_list_fails_for_a_row_that_cannot_be_read(
    server: Running, database: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert {*LEFT_OUT, *SHOWN, "type"} == set(Favorite.__struct_fields__)
    encoded = json.dumps(rows()).replace("'", "''")
    source = f"json_populate_recordset(null::favorites, '{encoded}')"
    times = f"('{{{','.join(TIMES)}}}'::timestamptz[])[1 + id % {len(TIMES)}]"
    with server.visitor() as me, caplog.at_level(logging.WARNING):
        shown = [me.post("/api/favorites", json=READING).raise_for_status().json()["id"]]
        shown += [row["id"] for row in rows() if is_shown(row)]
        for statement in (
            f"INSERT INTO favorites SELECT * FROM {source}",
            f"INSERT INTO favorite_likes SELECT id, visitor, {times}"
            " FROM favorite_likes, favorites ON CONFLICT DO NOTHING",
        ):
            execute(database, statement)
        for path in ("/api/favorites", "/api/favorites/mine"):
            listed = [favorite["id"] for favorite in walked(me, path, 3)]
            assert sorted(listed) == sorted(shown)
        paths = [path for method, path, *_ in (*PAGES, *ENGLISH_PAGES, *PARTS) if method == "GET"]
        paths += [endpoint.path for endpoint in API if endpoint.method == "GET"]
        lists = product(("", "/en"), TYPES)
        paths += [f"{base}/favorites?mine=true&type={of}" for base, of in lists]
        for path in paths:
            page = me.get(path)
            assert page.status_code < 400 or "{" in path, path
            assert "<odd>" not in page.text or "html" not in page.headers["content-type"], path
        assert len(me.get("/favorites/export.json").json()["favorites"]) == len(shown)
    warned = [message for message in caplog.messages if "left out of lists" in message]
    assert len(warned) == len(rows()) + 1 - len(shown), "one for each row"
