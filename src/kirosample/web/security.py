"""What stands around every request: who really sent it, and the headers of every answer."""

from collections.abc import Iterable
from functools import lru_cache
from socket import AF_INET, AF_INET6, inet_pton

from starlette.types import Scope

from kirosample.settings import Network
from kirosample.web.protocol.answers import Header, lines

_CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = tuple(
    (name.encode(), value.encode())
    for name, value in (
        ("content-security-policy", _CONTENT_SECURITY_POLICY),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "strict-origin-when-cross-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    )
)
_MOST_PROXIES = 16
"""Addresses that are looked at, from the last one on."""

_LONGEST_ADDRESS = 45  # characters, of an IPv6 address that ends in an IPv4 one
_SECURE = (*_HEADERS, (b"strict-transport-security", b"max-age=31536000"))
_LINES, _SECURE_LINES = lines(_HEADERS), lines(_SECURE)


class TrustedProxies:
    """Believes `X-Forwarded-For` and `-Proto` where a trusted proxy sends them, and only then."""

    def __init__(self, networks: Iterable[Network]) -> None:
        self._networks = tuple(
            (network.version, int(network.network_address), int(network.netmask))
            for network in networks
        )
        # Every request asks about its peer, one of a few proxies.
        self._known = lru_cache(maxsize=1024)(self._trusts)

    def forward(self, scope: Scope) -> None:
        """Put the client and scheme that the proxies speak of into the scope.

        Nothing where none is believed. The client is the last address in the list that is no proxy
        of ours: what stands before it, the client may have written itself.
        """
        if not self._networks or not scope["client"] or not self.trusts(scope["client"][0]):
            return
        client, scheme = scope["client"][0], scope["scheme"]
        proto, addresses = b"", []
        for name, value in scope["headers"]:
            if name == b"x-forwarded-for":
                addresses += value.decode("latin-1").rsplit(",", _MOST_PROXIES)
            elif name == b"x-forwarded-proto":
                proto = value.strip().lower()  # the last one is the nearest proxy's
        for address in reversed(addresses):
            trusted = self._trusts(address.strip())  # not remembered: it seldom comes again
            if trusted is None:
                break
            client = address.strip()
            if not trusted:
                break
        if proto in (b"http", b"https"):
            scheme = proto.decode()
        scope["client"], scope["scheme"] = (client, 0), scheme

    def trusts(self, text: str) -> bool | None:
        """Whether a proxy of ours is at this address; None where it is no address."""
        return self._known(text)

    def _trusts(self, text: str) -> bool | None:
        if len(text) > _LONGEST_ADDRESS:
            return None
        version = 6 if ":" in text else 4
        try:
            packed = inet_pton(AF_INET6 if version == 6 else AF_INET, text)
        except (OSError, ValueError):
            return None
        address = int.from_bytes(packed)
        for of, network, mask in self._networks:
            if version == of and address & mask == network:
                return True
        return False


def security_headers(scheme: str) -> tuple[Header, ...]:
    """What every answer has; HSTS only over TLS."""
    return _SECURE if scheme == "https" else _HEADERS


def security_lines(scheme: str) -> bytes:
    """The same as they travel."""
    return _SECURE_LINES if scheme == "https" else _LINES
