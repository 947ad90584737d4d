"""With a shared cache in front nobody sees yesterday as today, and the service has little to do."""

import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from tests.web.caching_proxy import caching_proxy
from tests.web.proxies import NGINX
from tools.servers import Running, serving

pytestmark = [
    pytest.mark.external,
    pytest.mark.skipif(NGINX is None, reason="no nginx on this machine"),
]

MIDNIGHT = datetime.fromisoformat("2026-11-25T00:00:00+09:00")
QUOTE = {"type": "quote", "item": "hosai-senku-03"}
VISIT = ("/", "/date", "/horoscope/leo", "/quote", "/en/")


@contextmanager
def in_front(server: Running, folder: Path) -> Iterator[httpx.Client]:
    """A client of a cache in front of the server."""
    port = int(server.url.rpartition(":")[2])
    with caching_proxy(port, folder) as url, httpx.Client(base_url=url, timeout=20) as client:
        yield client


def requests_of(server: Running) -> int:
    return server.server.server_state.total_requests


def day(page: httpx.Response) -> str:
    found = re.search(r'data-today="([\d-]+)"', page.text)
    assert found
    return found[1]


@pytest.mark.serial
def test_over_midnight_nobody_sees_yesterday_as_today(tmp_path: Path) -> None:
    """The cache's clock cannot be set; the service's is seconds before midnight."""

    def clock() -> datetime:
        return MIDNIGHT + timedelta(seconds=time.monotonic() - midnight)

    midnight = time.monotonic() + 3600
    seen = Counter[tuple[str, str]]()
    with serving(None, clock=clock) as server, in_front(server, tmp_path) as cache:
        for path in VISIT:
            server.client.get(path)
        midnight = time.monotonic() + 5.5
        while clock() < MIDNIGHT + timedelta(seconds=0.9):
            for path in VISIT:
                began = clock()
                page = cache.get(path)
                shown = day(page)
                seen[page.headers["x-cache"], shown] += 1
                assert shown == "2026-11-25" or began < MIDNIGHT, (path, clock())
                assert shown == "2026-11-24" or clock() >= MIDNIGHT, (path, clock())
    assert seen["HIT", "2026-11-24"] > 10, "nothing was stored before midnight"
    assert seen["HIT", "2026-11-25"] > 10, "nothing was stored after it"


def test_the_service_gets_less_than_one_in_a_hundred_requests_of_a_morning(tmp_path: Path) -> None:
    readers = 150
    with serving(None) as server, in_front(server, tmp_path) as cache:
        files = re.findall(r'"(/static/[^"]+)"', server.text("/").replace("&#x2f;", "/"))
        assert len(files) > 2
        before, tags = requests_of(server), dict[str, str]()
        for reader in range(readers):
            for path in (*VISIT, *files, "/manifest.webmanifest", "/sw.js"):
                known = {"if-none-match": tags[path]} if path in tags and reader % 2 else {}
                page = cache.get(f"{path}?utm_source=mail&reader={reader}", headers=known)
                assert page.status_code == (304 if known else 200), path
                if "etag" in page.headers:
                    tags[path] = page.headers["etag"]
        asked = readers * (len(VISIT) + len(files) + 2)
        assert 0 < requests_of(server) - before < asked / 100


def test_only_what_changes_a_page_is_part_of_the_key(tmp_path: Path) -> None:
    with serving(None) as server, in_front(server, tmp_path) as cache:
        plain = cache.get("/date").text
        assert cache.get("/date?d%61te=1999-01-01").text == plain, "a name in disguise"
        for others in (
            cache.get("/date?utm_source=x&fbclid=y"),
            cache.get("/date", headers={"cookie": "visitor=someone"}),
        ):
            assert (others.text, others.headers["x-cache"]) == (plain, "HIT")
        for path in ("/date?place=naha", "/date?date=1999-01-01", "/quotes?q=人生", "/quotes"):
            assert cache.get(path).text == server.text(path) != plain


def test_a_like_is_seen_by_its_visitor_at_once_and_by_nobody_else(
    database: str, tmp_path: Path
) -> None:
    with serving(database) as server, in_front(server, tmp_path) as cache:
        server.ready()
        for path in ("/favorites", "/favorites?mine=true", "/quote"):
            cache.get(path)
        liked = cache.post("/api/favorites", json=QUOTE)
        assert (liked.status_code, liked.json()["likes"]) == (201, 1)
        for path in ("/favorites?mine=true", "/favorites"):
            assert QUOTE["item"] in cache.get(path).text
        with httpx.Client(base_url=cache.base_url) as other:
            assert QUOTE["item"] not in other.get("/favorites?mine=true").text
            for path in ("/", "/quote", "/favorites"):
                assert "set-cookie" not in other.get(path).headers
        assert cache.delete(f"/api/favorites/{liked.json()['id']}").status_code == 204
        assert QUOTE["item"] not in cache.get("/favorites?mine=true").text
