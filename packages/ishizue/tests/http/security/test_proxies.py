"""The client is who a trusted proxy says; what is one client, site and network.

`test_fast_path` has the scheme.
"""

from ipaddress import ip_network
from typing import Any

import pytest

from ishizue.http.security.clients import TrustedProxies, client_key, ipv6_site_key, place_of

TRUSTED = (ip_network("10.0.0.0/8"), ip_network("2001:db8::/32"))


def forwarded(proxies: TrustedProxies, peer: str, values: list[str]) -> str:
    """The client of a request with these values of `X-Forwarded-For`."""
    headers = [(b"x-forwarded-for", value.encode()) for value in values]
    scope: dict[str, Any] = {"client": (peer, 1234), "scheme": "http", "headers": headers}
    client = proxies.client(scope)
    proxies.forward(scope)
    assert scope["client"] == (client, 0) or client == peer
    return client


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
    assert forwarded(TrustedProxies(TRUSTED), "10.0.0.1", values) == client
    for untrusted in ("11.0.0.1", "2001:db9::1"):
        assert forwarded(TrustedProxies(TRUSTED), untrusted, values) == untrusted
    assert forwarded(TrustedProxies(()), "10.0.0.1", values) == "10.0.0.1"


@pytest.mark.parametrize(
    ("address", "client", "site", "network"),
    [
        ("192.0.2.1", "192.0.2.1", "192.0.2", "192.0"),
        ("::ffff:192.0.2.1", "192.0.2.1", "192.0.2", "192.0"),
        ("::FFFF:C000:201", "192.0.2.1", "192.0.2", "192.0"),
        ("2001:db8:1:2:3:4:5:6", "20010db800010002", "20010db80001", "20010db8"),
        ("2001:DB8:1:2::", "20010db800010002", "20010db80001", "20010db8"),
        ("2001:db8:1:3::", "20010db800010003", "20010db80001", "20010db8"),
        ("::1", "0000000000000000", "000000000000", "00000000"),
        ("fe80::1%eth0", "fe80000000000000", "fe8000000000", "fe800000"),
        ("", "", "", ""),
    ],
)
def test_a_client_its_site_and_its_network(
    address: str, client: str, site: str, network: str
) -> None:
    """IPv4 address and IPv6 /64 are one client, /24 and /48 one site, /16 and /32 one network."""
    assert client_key(address) == client
    assert place_of(address) == (network, site, client)
    assert ipv6_site_key(address) == (site if len(client) == 16 else None)


def test_text_that_is_no_address_is_its_own_client() -> None:
    for text in ("x", ":x", "1:2", "::1::", ":\0", "：", ":" * 1000):
        assert place_of(text) == (text, text, text)
