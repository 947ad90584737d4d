"""Who is one client where requests are limited."""

import pytest

from kirosample.web.clients import client_key, site_key
from kirosample.web.rate_limit import RateLimit, take_all


@pytest.mark.parametrize(
    ("address", "client", "site"),
    [
        ("192.0.2.1", "192.0.2.1", None),
        ("::ffff:192.0.2.1", "192.0.2.1", None),
        ("::FFFF:C000:201", "192.0.2.1", None),
        ("2001:db8:1:2:3:4:5:6", "20010db800010002", "20010db80001"),
        ("2001:DB8:1:2::", "20010db800010002", "20010db80001"),
        ("2001:db8:1:3::", "20010db800010003", "20010db80001"),
        ("::1", "0000000000000000", "000000000000"),
        ("fe80::1%eth0", "fe80000000000000", "fe8000000000"),
        ("", "", None),
    ],
)
def test_an_ipv4_address_or_an_ipv6_64_is_a_client(
    address: str, client: str, site: str | None
) -> None:
    assert (client_key(address), site_key(address)) == (client, site)


def test_what_is_no_address_is_a_client_of_its_own() -> None:
    for text in ("x", ":x", "1:2", "::1::", ":\0", "：", ":" * 1000):
        assert (client_key(text), site_key(text)) == (text, None)


def test_a_write_that_one_limit_refuses_counts_in_none() -> None:
    wide, narrow = (RateLimit(60, lambda: 0.0, burst=burst) for burst in (3, 2))
    assert [take_all((wide, narrow), "192.0.2.1") for _ in range(9)] == [0, 0, *[1] * 7]
    assert [wide.take("192.0.2.1") for _ in range(2)] == [0, 1], "one was left"
