"""Which writes are admitted: of our own pages and of programs, and only so many of a client."""

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network

import pytest

from ishizue.http.security.clients import SITE_CLIENTS
from ishizue.http.security.rate_limit import WRITE_BURST
from kirosample import app
from tools.servers import SETTINGS, Running, serving

BEHIND_A_PROXY = replace(
    SETTINGS, writes_per_minute=60, trusted_proxies=(ip_network("127.0.0.0/8"),)
)


class Clock:
    """The time of the rate limit."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(app, "time", clock)
    return clock


@pytest.fixture
def limited(database: str, clock: Clock) -> Iterator[Running]:  # noqa: ARG001  (built with it)
    with serving(database, settings=BEHIND_A_PROXY) as running:
        running.ready()
        yield running


def remove(running: Running, address: str) -> int:
    """The status of a write from this address, which changes nothing: there is no such book."""
    headers = {"X-Forwarded-For": address}
    return running.client.delete("/api/books/1", headers=headers).status_code


def test_a_client_that_writes_too_much_waits_and_others_do_not(
    limited: Running, clock: Clock
) -> None:
    for _ in range(WRITE_BURST):
        assert remove(limited, "192.0.2.1") == 404
    refused = limited.client.post(
        "/api/books", json={"title": "Emma"}, headers={"X-Forwarded-For": "192.0.2.1"}
    )
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    assert "1 second" in refused.json()["detail"]
    assert limited.json("/api/books")["books"] == []
    assert remove(limited, "192.0.2.2") == 404
    clock.now += 1
    assert remove(limited, "192.0.2.1") == 404
    assert remove(limited, "192.0.2.1") == 429


def test_the_networks_of_one_ipv6_customer_share_a_limit(limited: Running) -> None:
    books = limited.app.site.books
    assert books
    for network in range(SITE_CLIENTS):
        for _ in range(WRITE_BURST):
            books.limits[1].take(f"2001:db8:1:{network}::1")
    assert remove(limited, "2001:db8:1:ffff::1") == 429
    assert remove(limited, "2001:db8:2::1") == 404


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}])
def test_a_write_of_another_sites_page_is_refused(
    quiet_server: Running, headers: dict[str, str]
) -> None:
    client = quiet_server.client
    for headers_ in (headers, {"Sec-Fetch-Site": "cross-site"}):
        response = client.post("/api/books", json={"title": "Emma"}, headers=headers_)
        assert response.status_code == 403
        assert client.delete("/api/books/1", headers=headers_).status_code == 403
    assert quiet_server.json("/api/books")["books"] == []


def test_a_write_of_our_own_page_is_admitted(server: Running) -> None:
    headers = {"Origin": server.url, "Sec-Fetch-Site": "same-origin"}
    response = server.client.post("/api/books", json={"title": "Emma"}, headers=headers)
    assert response.status_code == 201
