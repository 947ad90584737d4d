"""The product as drills, fleet and restore drill know it: what to read and write, and an audit.

Another product replaces this module and keeps the rest. A write is idempotent for its item and
user, which a book's title names: 201 when it is new, 200 when it exists; an undo 204 or 404.
"""

import json
import random
from collections import Counter
from uuid import UUID

from ishizue.testing.postgres import fetch
from tools.loadtest.http import Response, request

Pair = tuple[str, UUID]
"""An item and the user who wrote it: at most one row each."""

SETTINGS = {"KIROSAMPLE_TRUSTED_PROXIES": "127.0.0.0/8"}
"""What the servers need: each client sends an `X-Forwarded-For` of its own."""

TABLE = "books"
"""The table that each write locks; its key `id` comes from a sequence."""

ROWS = "books"
"""The table with one row for each item and user who wrote it."""

ITEMS = tuple(f"Book {number:03}" for number in range(300))

WRITE = "/api/books"
_LISTED = 100
PAGE, LIST_PAGE = "/api", "/"
PAGES: tuple[str, ...] = ("/api", "/openapi.json")
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


def written_id(response: Response) -> int:
    return int(json.loads(response.body)["id"])


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


def _title(item: str, user: UUID) -> str:
    return f"{item} by {user}"
