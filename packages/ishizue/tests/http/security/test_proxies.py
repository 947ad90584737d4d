"""The client and the scheme are what a trusted proxy says, and nobody else."""

from ipaddress import ip_network
from typing import Any

import pytest

from ishizue.http.security.proxies import TrustedProxies

TRUSTED = (ip_network("10.0.0.0/8"), ip_network("2001:db8::/32"))


def forwarded(proxies: TrustedProxies, peer: str, *headers: tuple[str, str]) -> tuple[str, str]:
    """The client and the scheme of a request over plain HTTP."""
    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers]
    scope: dict[str, Any] = {"client": (peer, 1234), "scheme": "http", "headers": raw}
    client = proxies.client(scope)
    proxies.forward(scope)
    assert scope["client"] == (client, 0) or client == peer
    return client, str(scope["scheme"])


@pytest.mark.parametrize(
    ("values", "client"),
    [
        ([], "10.0.0.1"),
        (["203.0.113.9"], "203.0.113.9"),
        (["192.0.2.1, 203.0.113.9"], "203.0.113.9"),
        (["203.0.113.9,10.0.0.9"], "203.0.113.9"),
        (["203.0.113.9", "10.0.0.9"], "203.0.113.9"),
        (["10.0.0.8, 10.0.0.9"], "10.0.0.8"),
        (["203.0.113.9, 2001:db8::9"], "203.0.113.9"),
        (["2001:db9::9"], "2001:db9::9"),
        (["::ffff:203.0.113.9"], "::ffff:203.0.113.9"),
        (["203.0.113.9, nonsense"], "10.0.0.1"),
        (["nonsense, 203.0.113.9"], "203.0.113.9"),
        (["203.0.113.9, " + "1" * 46], "10.0.0.1"),
        ([","], "10.0.0.1"),
    ],
)
def test_the_client_is_the_last_address_that_is_no_trusted_proxy(
    values: list[str], client: str
) -> None:
    headers = [("X-Forwarded-For", value) for value in values]
    assert forwarded(TrustedProxies(TRUSTED), "10.0.0.1", *headers) == (client, "http")
    for untrusted in ("11.0.0.1", "2001:db9::1"):
        assert forwarded(TrustedProxies(TRUSTED), untrusted, *headers)[0] == untrusted
    assert forwarded(TrustedProxies(()), "10.0.0.1", *headers)[0] == "10.0.0.1"


@pytest.mark.parametrize(
    ("values", "scheme"),
    [
        (["https"], "https"),
        ([" HTTPS "], "https"),
        (["https", "http"], "http"),
        (["https, http"], "http"),
        (["ftp"], "http"),
        ([], "http"),
    ],
)
def test_the_scheme_is_the_nearest_proxys_unless_all_clients_use_tls(
    values: list[str], scheme: str
) -> None:
    headers = [("X-Forwarded-Proto", value) for value in values]
    assert forwarded(TrustedProxies(TRUSTED), "10.0.0.1", *headers)[1] == scheme
    assert forwarded(TrustedProxies(TRUSTED, https=True), "10.0.0.1", *headers)[1] == "https"
    assert forwarded(TrustedProxies(TRUSTED, https=True), "11.0.0.1", *headers)[1] == "http"
