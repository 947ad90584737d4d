"""How tests look at favorites through a server."""

import time

import httpx

from tools.servers import Running

READING = {"type": "horoscope", "item": "2026-11-24.aries"}


def timed(client: httpx.Client, path: str) -> tuple[int, float]:
    """The status of a response, and the seconds that it took."""
    began = time.monotonic()
    return client.get(path).status_code, time.monotonic() - began


def until_popular(server: Running, *, shown: bool, within: float = 15) -> None:
    """Wait until the home page shows popular favorites, or none. Raises TimeoutError."""
    assert server.portal.favorites
    end = time.monotonic() + within
    while bool(server.portal.favorites.popular.favorites()) is not shown:
        if time.monotonic() > end:
            raise TimeoutError
        assert server.client.get("/").status_code == 200
        time.sleep(0.05)
