"""The product as drills, fleet and restore drill know it: what to read and write, and an audit.

Another product replaces this module and keeps the rest. A write is idempotent for its item and
user, which a book's title names: 201 when it is new, 200 when it exists; an undo 204 or 404.
"""

import asyncio
import json
import random
from collections import Counter
from uuid import UUID, uuid4

from kirosample.books import Store, open_database
from kirosample.books.writes import WRITE_BATCH, WRITE_QUEUE
from kirosample.storage.errors import QueueFull, Unavailable
from tools.loadtest.http import Response, request
from tools.postgres import fetch

Pair = tuple[str, UUID]
"""An item and the user who wrote it: at most one row each."""

SETTINGS = {"KIROSAMPLE_TRUSTED_PROXIES": "127.0.0.0/8"}
"""What the servers need: each client sends an `X-Forwarded-For` of its own."""

TABLE = "books"
"""The table that each write locks; its key `id` comes from a sequence."""

ROWS = "books"
"""The table with one row for each item and user who wrote it."""

MOST_QUEUED, MOST_IN_A_BATCH = WRITE_QUEUE, WRITE_BATCH
"""How many writes wait before others are refused, and how many share a statement."""

ITEMS = tuple(f"Book {number:03}" for number in range(300))

WRITE = "/api/books"
_LISTED = 100
# page
PAGE, LIST_PAGE = "/api", "/"
PAGES: tuple[str, ...] = ("/api", "/openapi.json")
# /page
# no-page
PAGE, LIST_PAGE = "/openapi.json", WRITE
PAGES: tuple[str, ...] = ("/openapi.json",)
# /no-page
"""Pages that need no database, and are cached."""

LONG_PAGE, SEARCH = "/openapi.json", WRITE
LIST = f"{WRITE}?limit={_LISTED}"
"""Reads that need the database."""

MORE_PAGES = (*PAGES, *(f"{PAGE}?n={number}" for number in range(100)), "/livez")
"""Pages that need no database."""


def write(item: str, user: UUID, headers: dict[str, str]) -> bytes:
    fields = headers | {"Content-Type": "application/json"}
    return request("POST", WRITE, fields, json.dumps(content(_title(item, user))).encode())


def content(item: str) -> dict[str, str]:
    """The body of a write."""
    return {"title": item}


def undo(written: int, _user: UUID, headers: dict[str, str]) -> bytes:
    """Undo a write by the id that its response had."""
    return request("DELETE", f"{WRITE}/{written}", headers)


def own_list(_user: UUID, headers: dict[str, str]) -> bytes:
    """Read what this user wrote."""
    return request("GET", LIST, headers)


def written_id(response: Response) -> int:
    return int(json.loads(response.body)["id"])


def shows(listed: Response, written: Response, _times: int) -> bool:
    """Whether a list, everybody's or the user's own, has what this response acknowledged.

    So many different users have written the item by then.
    """
    ids = [book["id"] for book in json.loads(listed.body)["books"]]
    # A full list may have newer ones only.
    return written_id(written) in ids or (len(ids) == _LISTED and ids[-1] > written_id(written))


def page_with_text() -> tuple[str, bytes]:
    """A page that needs no database, and a text that no other page contains."""
    return random.choice((("/openapi.json", b'"openapi"'), ("/livez", b'"ok"')))


def uncached_page() -> str:
    """A page which the page cache does not have."""
    return f"{WRITE}?limit={random.randint(1, _LISTED)}"


def unique_read() -> str:
    """A page, list or unknown path with a query that no other request has."""
    number, kind = random.getrandbits(60), random.random()
    if kind < 0.85:
        return f"{random.choice(PAGES)}?q{number}={number}"
    if kind < 0.95:
        return f"{random.choice((LIST_PAGE, WRITE))}?n={number}"
    return f"/nowhere/{number}"


def needs_database(target: str) -> bool:
    return target.partition("?")[0] in (LIST_PAGE, WRITE)


def read_back(dsn: str) -> tuple[Counter[Pair], int]:
    """What users wrote by the database, and how many rows nobody can have written."""
    found, wrong = Counter[Pair](), 0
    for (title,) in fetch(dsn, f"SELECT title FROM {TABLE}"):
        item, _, user = title.partition(" by ")
        try:
            found[item, UUID(user)] += 1
        except ValueError:
            wrong += 1
    return found, wrong


async def overflow(dsn: str, number: int) -> list[tuple[Pair, int]]:
    """So many writes at once in this process, which sockets would not allow.

    Each comes with the status that its response would have; 429 where the queue was full, which
    the API answers with 503 too. What is neither 200 nor 201 must not be done, then or later.
    """
    async with open_database({"dsn": dsn}, migrating=False) as database:
        await database.opened()
        store, item = Store(database), ITEMS[0]

        async def once() -> tuple[Pair, int]:
            user = uuid4()
            try:
                status = 201 if (await store.add(_title(item, user)))[1] else 200
            except QueueFull:
                status = 429
            except Unavailable:
                status = 503
            return (item, user), status

        return await asyncio.gather(*(once() for _ in range(number)))


def _title(item: str, user: UUID) -> str:
    return f"{item} by {user}"
