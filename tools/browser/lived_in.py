"""A server with likes of several visitors, because empty lists would hide most of the pages."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from tools.servers import Running, noon, serving

VISITORS = 5
MOST_LIKED = ("capricorn", "leo", "virgo")


@contextmanager
def lived_in(database: str) -> Iterator[Running]:
    """Serve during the block."""
    with serving(database, clock=noon) as server:
        server.ready()
        quotes = server.json("/api/quotes?limit=60")["quotes"]
        for visitor in range(VISITORS):
            with server.visitor() as client:
                for quote in quotes[: 60 // (visitor + 1)]:
                    _like(client, "quote", quote["id"])
                for sign in MOST_LIKED[: 1 + visitor % 3]:
                    _like(client, "horoscope", f"{server.portal.today()}.{sign}")
        yield server


def _like(client: httpx.Client, type: str, item: str) -> None:
    client.post("/api/favorites", json={"type": type, "item": item}).raise_for_status()
