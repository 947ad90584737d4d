"""Only the network of an address is logged."""

import pytest

from ishizue.telemetry.request_log import network


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("203.0.113.255", "203.0.113.0/24"),
        ("0.0.0.0", "0.0.0.0/24"),
        ("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8:ffff::/48"),
        ("::1", "::/48"),
        ("::ffff:192.0.2.200", "192.0.2.0/24"),
        ("fe80::1%eth0", "unknown"),
        ("localhost", "unknown"),
        ("", "unknown"),
        ("1.2.3.4\x00", "unknown"),
    ],
)
def test_an_address_becomes_its_network(address: str, expected: str) -> None:
    assert network(address) == expected
