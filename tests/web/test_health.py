"""What `/readyz` says to whom: its reason names the database's host, user and name."""

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network

import pytest
from starlette.requests import Request
from tests.servers import SETTINGS, Running, serving

from kirosample import healthcheck
from kirosample.web.health import _is_local

DATABASE = "postgresql://a_user@127.0.0.1:1/a_name"


@pytest.fixture(scope="module")
def away() -> Iterator[Running]:
    """A server behind proxies on this machine, whose database is not there."""
    proxies = (ip_network("127.0.0.0/8"),)
    with serving(DATABASE, settings=replace(SETTINGS, trusted_proxies=proxies)) as running:
        yield running


def test_a_program_on_this_machine_is_told_why(
    away: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    ready = away.client.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (503, "unavailable")
    assert len(ready.json()["reason"].split()) > 3
    port = int(away.url.rpartition(":")[2])
    assert healthcheck.check(replace(SETTINGS, port=port)) == 1
    _, _, reason = capsys.readouterr().err.partition("never ready yet: ")
    assert len(reason.split()) > 3


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Forwarded-For", "203.0.113.9"),
        ("X-Forwarded-For", "127.0.0.1"),
        ("X-Forwarded-For", ""),
        ("X-Forwarded-Proto", "https"),
        ("x-forwarded-host", "localhost"),
        ("Forwarded", "for=127.0.0.1"),
        ("Via", "1.1 proxy"),
        ("X-Real-IP", "127.0.0.1"),
    ],
)
def test_who_comes_by_a_proxy_gets_a_word(away: Running, name: str, value: str) -> None:
    ready = away.client.get("/readyz", headers={name: value})
    assert (ready.status_code, ready.json()) == (
        503,
        {"status": "unavailable", "reason": "unavailable"},
    )


def test_while_draining_too(away: Running) -> None:
    away.portal.draining = True
    try:
        assert away.json("/readyz", status=503)["reason"].startswith("draining: ")
        by_a_proxy = away.client.get("/readyz", headers={"Via": "1.1 proxy"})
    finally:
        away.portal.draining = False
    assert (by_a_proxy.status_code, by_a_proxy.json()["reason"]) == (503, "draining")


@pytest.mark.parametrize(
    ("peer", "local"),
    [
        ("127.0.0.1", True),
        ("127.255.0.9", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("192.0.2.1", False),
        ("::ffff:192.0.2.1", False),
        ("::2", False),
        ("2001:db8::1", False),
        (None, False),
    ],
)
def test_only_a_loopback_address_is_this_machine(peer: str | None, local: bool) -> None:
    scope = {"type": "http", "headers": [(b"host", b"localhost")]}
    assert _is_local(Request({**scope, "client": (peer, 1) if peer else None})) == local
