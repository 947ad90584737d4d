"""The client is who a trusted proxy says, and nobody else. `test_fast_path` has the scheme."""

from ipaddress import ip_network
from typing import Any

import pytest

from ishizue.http.security.proxies import TrustedProxies

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
