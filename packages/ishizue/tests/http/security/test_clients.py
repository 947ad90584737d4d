"""IPv4 address and IPv6 /64 are one client, /24 and /48 one site, /16 and /32 one network."""

import pytest

from ishizue.http.security.clients import client_key, ipv6_site_key, place_of


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
    assert client_key(address) == client
    assert place_of(address) == (network, site, client)
    assert ipv6_site_key(address) == (site if len(client) == 16 else None)


def test_text_that_is_no_address_is_its_own_client() -> None:
    for text in ("x", ":x", "1:2", "::1::", ":\0", "：", ":" * 1000):
        assert place_of(text) == (text, text, text)
