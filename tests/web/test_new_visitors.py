"""The limit of new visitors: one person cannot inflate likes, and a crowd behind one address can
still like.
"""

import html
import random
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network

import httpx
import pytest

from ishizue.http.security.clients import WRITE_BURST
from ishizue.http.write_guard import take_all
from ishizue.testing.postgres import fresh_database
from kirosample import app
from kirosample.settings import Settings
from tools.servers import SETTINGS, Running, serving

READING = {"type": "horoscope", "item": "2026-11-24.aries"}
FORM = {"like": "horoscope:2026-11-24.aries"}
FIVE_MINUTES = 300

DEFAULTS = replace(
    Settings(), cookie_keys=SETTINGS.cookie_keys, trusted_proxies=(ip_network("127.0.0.0/8"),)
)


class Crowd:
    """Writes from any address, at any time, each without a cookie."""

    running: Running
    now = 0.0

    def monotonic(self) -> float:
        return self.now

    def like(self, address: str, cookie: str | None = None) -> httpx.Response:
        return self._send("POST", "/api/favorites", address, cookie, json=READING)

    def form(self, address: str, path: str, **fields: str) -> httpx.Response:
        return self._send("POST", path, address, None, data=fields)

    def spend(self, address: str, number: int) -> list[int]:
        """The results of this many writes by new visitors, without sending them."""
        favorites = self.running.portal.favorites
        assert favorites
        only_new = favorites.new_visitor_guard.limits[len(favorites.write_guard.limits) :]
        return [take_all(only_new, address) for _ in range(number)]

    def _send(
        self, method: str, path: str, address: str, cookie: str | None, **sent: dict[str, str]
    ) -> httpx.Response:
        headers = {"X-Forwarded-For": address, **({"Cookie": cookie} if cookie else {})}
        response = self.running.client.request(method, path, headers=headers, **sent)  # type: ignore[arg-type]
        self.running.client.cookies.clear()
        return response


@pytest.fixture(scope="module")
def shared_crowd(embedded_postgres: str) -> Iterator[Crowd]:
    with fresh_database(embedded_postgres) as database, pytest.MonkeyPatch.context() as patch:
        crowd = Crowd()
        patch.setattr(app, "time", crowd)
        with serving(database, settings=DEFAULTS) as crowd.running:
            crowd.running.ready()
            yield crowd


@pytest.fixture
def crowd(shared_crowd: Crowd) -> Crowd:
    """The crowd on a later day, with full buckets."""
    shared_crowd.now += 1e6
    return shared_crowd


@pytest.mark.parametrize(
    ("number", "networks"), [(200, 1), (2_000, 1 << 16)], ids=["one address", "one /48"]
)
def test_the_first_likes_of_a_neighborhood_in_five_minutes_are_allowed(
    crowd: Crowd, number: int, networks: int
) -> None:
    moments = random.Random(7)
    began = crowd.now
    for seconds in sorted(moments.uniform(0, FIVE_MINUTES) for _ in range(number)):
        crowd.now = began + seconds
        assert crowd.spend(f"2001:db8:1:{moments.randrange(networks):x}::1", 1) == [0]
    assert crowd.like("2001:db8:1:0::1").status_code == 201


def test_a_client_without_cookies_is_limited_with_retry_after(crowd: Crowd) -> None:
    allowed = 0
    for _ in range(209):
        allowed += crowd.spend("192.0.2.1", 1) == [0]
        crowd.now += 70 / 209
    assert WRITE_BURST < allowed <= WRITE_BURST + 70 / 60 * 30
    crowd.spend("192.0.2.1", 2)
    refused = crowd.like("192.0.2.1")
    assert refused.status_code == 429
    assert refused.headers["content-type"] == "application/problem+json"
    assert "set-cookie" not in refused.headers, "which would be a way around the limit"
    seconds = int(refused.headers["retry-after"])
    assert f"{seconds} 秒" in refused.json()["detail"]
    crowd.now += seconds
    assert crowd.like("192.0.2.1").status_code == 201


def test_a_visitor_with_a_valid_cookie_is_not_limited_as_a_new_one(crowd: Crowd) -> None:
    cookie = crowd.like("192.0.2.1").headers["set-cookie"].partition(";")[0]
    crowd.spend("192.0.2.1", WRITE_BURST)
    assert crowd.like("192.0.2.1").status_code == 429
    forged = cookie[:-1] + ("A" if cookie[-1] != "A" else "B")
    assert crowd.like("192.0.2.1", forged).status_code == 429
    # Refused writes took nothing of those that all behind the address share.
    for _ in range(WRITE_BURST):
        crowd.like("192.0.2.1")
    assert crowd.like("192.0.2.1", cookie).status_code == 200
    assert crowd.like("192.0.2.2").status_code == 201


def test_every_route_that_sets_a_cookie_counts_toward_the_limit(crowd: Crowd) -> None:
    crowd.spend("192.0.2.1", WRITE_BURST - 4)
    given = [
        crowd.like("192.0.2.1"),
        crowd.form("192.0.2.1", "/favorites", like="nothing"),  # 422
        crowd.form("192.0.2.1", "/favorites/1/withdraw", x=""),
        crowd._send("DELETE", "/api/favorites/999", "192.0.2.1", None),
    ]
    assert [answer.status_code for answer in given] == [201, 422, 303, 404]
    assert all("set-cookie" in answer.headers for answer in given)
    refused = [
        crowd.like("192.0.2.1"),
        crowd.form("192.0.2.1", "/favorites", like="nothing"),
        crowd.form("192.0.2.1", "/favorites", **FORM),
        crowd.form("192.0.2.1", "/favorites/1/withdraw", x=""),
        crowd._send("DELETE", "/api/favorites/999", "192.0.2.1", None),
        crowd._send("POST", "/api/favorites/transfers/redeem", "192.0.2.1", None, json=READING),
    ]
    assert [answer.status_code for answer in refused] == [429] * 6
    assert not any("set-cookie" in answer.headers for answer in refused)


@pytest.mark.parametrize(
    ("prefix", "words", "wait"), [("", "同じ回線", "2 秒"), ("/en", "on your connection", "2 s")]
)
def test_a_rate_limited_form_gets_a_page_that_can_send_it_again(
    crowd: Crowd, prefix: str, words: str, wait: str
) -> None:
    crowd.spend("192.0.2.1", WRITE_BURST)
    refused = crowd.form("192.0.2.1", f"{prefix}/favorites", **FORM)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "2")
    page = html.unescape(refused.text.replace("<wbr>", ""))
    action = f'<form method="post" action="{prefix}/favorites">'
    field = '<input type="hidden" name="like" value="horoscope:2026-11-24.aries">'
    assert [part for part in (words, wait, action, field) if part not in page] == []
    crowd.now += 2
    again = crowd.form("192.0.2.1", f"{prefix}/favorites", **FORM)
    assert (again.status_code, "set-cookie" in again.headers) == (303, True)
