"""The product as drills, fleet and restore drill know it: what to read and write, and an audit.

A service started from this repository replaces this module and keeps the rest. A write is
idempotent for its item and user: 201 when it is new, 200 when it exists; an undo 204 or 404.
"""

import json
import random
from collections import Counter
from datetime import date, timedelta
from uuid import UUID

from ishizue.testing.postgres import fetch
from ishizue.visitors.cookies import COOKIE, HOST_COOKIE, Visitors
from kirosample import quotes
from tools.loadtest.http import Response, request

Pair = tuple[str, UUID]
"""An item and the user who wrote it: at most one row each."""

_COOKIE_KEY = "a key for the drills and nothing else"
_visitors = Visitors((_COOKIE_KEY.encode(),))

SETTINGS = {
    "KIROSAMPLE_COOKIE_KEYS": _COOKIE_KEY,
    "KIROSAMPLE_TRUSTED_PROXIES": "127.0.0.0/8",
}
"""What the servers need: each client sends an `X-Forwarded-For` of its own."""

TABLE = "favorites"
"""The table that each write locks; its key `id` comes from a sequence."""

ROWS = "favorite_likes"
"""The table with one row for each item and user who wrote it."""

ITEMS = tuple(quote.id for quote in quotes.load().search())
PAGES = ("/", "/date", "/horoscope", "/horoscope/aries", "/quote", f"/quote/{ITEMS[0]}", "/about")
"""Pages that need no database, and are cached."""

MORE_PAGES = (
    *PAGES,
    *(f"/date?date=19{year}-03-03" for year in range(10, 60)),
    *(f"/horoscope/leo?date=20{year}-12-31" for year in range(10, 60)),
    *(f"/quote/{item}" for item in ITEMS[:50]),
    *("/api/date", "/api/horoscopes", "/api/quotes/today", "/livez"),
)
"""Pages that need no database; most are rendered once each."""

PAGE, LONG_PAGE, SEARCH = "/date", "/horoscope", "/en/quotes"
WRITE = "/api/favorites"
LIST_PAGE, LIST = "/favorites", f"{WRITE}?limit=100"
"""Reads that need the database."""

_FIRST_DAY = date(1900, 1, 1)
_DAYS = (date(2100, 12, 31) - _FIRST_DAY).days


def write(item: str, user: UUID, headers: dict[str, str]) -> bytes:
    fields = headers | _cookie(user) | {"Content-Type": "application/json"}
    return request("POST", WRITE, fields, json.dumps(content(item)).encode())


def content(item: str) -> dict[str, str]:
    """The body of a write."""
    return {"type": "quote", "item": item}


def undo(written: int, user: UUID, headers: dict[str, str]) -> bytes:
    """Undo a write by the id that its response had."""
    return request("DELETE", f"{WRITE}/{written}", headers | _cookie(user))


def written_id(response: Response) -> int:
    return int(json.loads(response.body)["id"])


def uncached_page() -> str:
    """A page of a random day, which the page cache rarely has."""
    target = random.choice((PAGE, "/horoscope/leo"))
    return f"{target}?date={_random_day()}"


def unique_read() -> str:
    """A page, list or unknown path with a query that no other request has."""
    number, kind = random.getrandbits(60), random.random()
    if kind < 0.75:
        sign = random.choice(("aries", "leo", "pisces"))
        path = random.choice((PAGE, LONG_PAGE, f"/horoscope/{sign}", "/quote"))
        return f"{path}?date={_random_day()}&q{number}={number}"
    if kind < 0.85:
        return f"/?from={number}"
    if kind < 0.95:
        return random.choice((f"{LIST_PAGE}?n={number}", f"{WRITE}?limit=5&n={number}"))
    return f"/nowhere/{number}"


def needs_database(target: str) -> bool:
    return "favorites" in target


def read_back(dsn: str) -> tuple[Counter[Pair], int]:
    """What users wrote by the database, and how many rows disagree with others."""
    rows = fetch(
        dsn,
        """
        SELECT CASE f.type WHEN 'quote' THEN f.item ELSE f.type || ':' || f.item END,
            l.visitor::text
        FROM favorite_likes l JOIN favorites f ON f.id = l.favorite_id""",
    )
    inconsistent = fetch(
        dsn,
        """
        SELECT FROM (SELECT id, likes FROM favorites) f
        FULL JOIN (SELECT favorite_id AS id, count(*) AS likes FROM favorite_likes GROUP BY 1) l
            USING (id)
        WHERE f.likes IS DISTINCT FROM l.likes""",
    )
    return Counter((item, UUID(visitor)) for item, visitor in rows), len(inconsistent)


def _cookie(user: UUID) -> dict[str, str]:
    """Under both names: some of the servers are behind TLS."""
    signed = _visitors.sign(user)
    return {"Cookie": f"{COOKIE}={signed}; {HOST_COOKIE}={signed}"}


def _random_day() -> date:
    return _FIRST_DAY + timedelta(random.randint(0, _DAYS))
