"""The portal as drills know it: quotes are liked by visitors."""

import json
import random
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from ishizue.testing.client import request
from ishizue.testing.postgres import fetch
from ishizue.visitors.cookies import COOKIE, HOST_COOKIE, Visitors
from ishizue_ops.load.workload import Pair, Workload
from kirosample import quotes
from kirosample.web.calendar_options import CALENDAR_OPTIONS

_COOKIE_KEY = "a key for the drills and nothing else"
_visitors = Visitors((_COOKIE_KEY.encode(),))

_FIRST_DAY = date(1900, 1, 1)
_DAYS = (date(2100, 12, 31) - _FIRST_DAY).days


class Portal(Workload):
    settings: Mapping[str, str] = {
        "KIROSAMPLE_COOKIE_KEYS": _COOKIE_KEY,
        "KIROSAMPLE_TRUSTED_PROXIES": "127.0.0.0/8",
    }
    table = "favorites"
    rows = "favorite_likes"
    items = tuple(quote.id for quote in quotes.load().search())
    pages = (
        "/",
        "/date",
        "/horoscope",
        "/horoscope/aries",
        "/quote",
        f"/quote/{items[0]}",
        "/about",
    )
    more_pages = (
        *pages,
        *(f"/date?date=19{year}-03-03" for year in range(10, 60)),
        *(f"/horoscope/leo?date=20{year}-12-31" for year in range(10, 60)),
        *(f"/quote/{item}" for item in items[:50]),
        "/api/date",
        "/api/horoscopes",
        "/api/quotes/today",
        "/livez",
    )
    page = "/date"
    long_page = "/horoscope"
    search = "/en/quotes"
    largest = f"/calendar.ics?{'&'.join(f'{option}=true' for option in CALENDAR_OPTIONS)}"
    writes = "/api/favorites"
    list_page = "/favorites"
    list = f"{writes}?limit=100"

    def write(self, item: str, user: UUID, headers: Mapping[str, str]) -> bytes:
        fields = {**headers, **self.signed(user), "Content-Type": "application/json"}
        return request("POST", self.writes, fields, json.dumps(self.content(item)).encode())

    def content(self, item: str) -> dict[str, str]:
        """A quote by its id, or another type's item as `type:item`."""
        type_, _, key = item.rpartition(":")
        return {"type": type_ or "quote", "item": key}

    def uncached_page(self) -> str:
        target = random.choice((self.page, "/horoscope/leo"))
        return f"{target}?date={_random_day()}"

    def unique_read(self) -> str:
        number = random.getrandbits(60)
        kind = random.random()
        if kind < 0.75:
            sign = random.choice(("aries", "leo", "pisces"))
            path = random.choice((self.page, self.long_page, f"/horoscope/{sign}", "/quote"))
            return f"{path}?date={_random_day()}&q{number}={number}"
        if kind < 0.85:
            return f"/?from={number}"
        if kind < 0.95:
            return random.choice(
                (f"{self.list_page}?n={number}", f"{self.writes}?limit=5&n={number}")
            )
        return f"/nowhere/{number}"

    def read_back(self, dsn: str) -> tuple[Counter[Pair], int]:
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

    def signed(self, user: UUID) -> Mapping[str, str]:
        """The visitor's cookie under both names, since some of the servers are behind TLS."""
        signed = _visitors.sign(user)
        return {"Cookie": f"{COOKIE}={signed}; {HOST_COOKIE}={signed}"}


def _random_day() -> date:
    return _FIRST_DAY + timedelta(random.randint(0, _DAYS))


WORKLOAD = Portal()
