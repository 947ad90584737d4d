"""gzip halves pages, styles and scripts."""

import gzip

import httpx
import pytest

from tools.servers import Running

PAGES = ("/", "/date", "/horoscope", "/horoscope/leo", "/quote", "/quotes", "/en/date")


def raw(running: Running, path: str, encoding: str) -> tuple[httpx.Headers, bytes]:
    """The headers of the response, and its body as sent."""
    headers = {"accept-encoding": encoding}
    with running.client.stream("GET", path, headers=headers) as response:
        return response.headers, b"".join(response.iter_raw())


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_the_same_with_gzip_and_at_most_half_as_long(pages: Running, path: str) -> None:
    _, plain = raw(pages, path, "identity")
    headers, packed = raw(pages, path, "gzip, br")
    assert headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed) == plain
    assert len(packed) <= len(plain) / 2


@pytest.mark.parametrize("query", ["", "?type=quote", "?mine=true"])
def test_a_list_of_favorites_is_the_same_with_gzip(server: Running, query: str) -> None:
    server.client.post("/api/favorites", json={"type": "horoscope", "item": "2026-11-24.leo"})
    _, plain = raw(server, f"/favorites{query}", "identity")
    headers, packed = raw(server, f"/favorites{query}", "gzip")
    assert gzip.decompress(packed) == plain
    assert headers["vary"] == "Accept-Encoding"
