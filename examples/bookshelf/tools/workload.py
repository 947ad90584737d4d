"""The service as drills know it: a user adds books, whose titles name the user."""

import json
import random
from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from ishizue.testing.client import request
from ishizue.testing.postgres import fetch
from ishizue_ops.load.workload import Pair, Workload

_LISTED = 100


class Books(Workload):
    settings: Mapping[str, str] = {"BOOKSHELF_TRUSTED_PROXIES": "127.0.0.0/8"}
    table = rows = "books"
    items = tuple(f"Book {number:03}" for number in range(300))
    page = "/api"
    long_page = "/openapi.json"
    search = "/api/books"
    pages = (page, long_page)
    largest = long_page
    more_pages = (*pages, *(f"/api?n={number}" for number in range(100)), "/livez")
    writes = "/api/books"
    list_page = "/"
    list = f"/api/books?limit={_LISTED}"

    def write(self, item: str, user: UUID, headers: Mapping[str, str]) -> bytes:
        fields = {**headers, "Content-Type": "application/json"}
        body = json.dumps({"title": f"{item} by {user}"}).encode()
        return request("POST", self.writes, fields, body)

    def uncached_page(self) -> str:
        return f"{self.writes}?limit={random.randint(1, _LISTED)}"

    def unique_read(self) -> str:
        number = random.getrandbits(60)
        kind = random.random()
        if kind < 0.85:
            return f"{random.choice(self.pages)}?q{number}={number}"
        if kind < 0.95:
            return f"{random.choice((self.list_page, self.writes))}?n={number}"
        return f"/nowhere/{number}"

    def read_back(self, dsn: str) -> tuple[Counter[Pair], int]:
        written = Counter[Pair]()
        wrong = 0
        for (title,) in fetch(dsn, "SELECT title FROM books"):
            item, _, user = title.partition(" by ")
            try:
                written[item, UUID(user)] += 1
            except ValueError:
                wrong += 1
        return written, wrong


WORKLOAD = Books()
