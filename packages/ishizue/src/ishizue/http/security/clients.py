"""Who sent a request: what counts as one client and one site, and what trusted proxies forward."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network
from socket import AF_INET, AF_INET6, inet_ntop, inet_pton
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # which the health check does without
    from starlette.types import Scope

SITE_CLIENTS = 10
"""Rate of an IPv6 /48, in clients: a mobile network's holds 65,536 /64s."""

WRITE_BURST = 100
"""Writes that a client may make at once, before its rate applies."""

_IPV4_MAPPED = b"\0" * 10 + b"\xff\xff"  # RFC 4291, 2.5.5.2
_SITE = 12  # hexadecimal digits of a /48
_NETWORK = 8  # and of a /32


def client_key(address: str) -> str:
    """The IPv4 address (an IPv4-mapped IPv6 one too), or an IPv6 /64 as 16 hexadecimal digits.

    One IPv6 customer has at least a /64. Text that is no address is its own key.
    """
    if ":" not in address:
        return address
    try:
        packed = inet_pton(AF_INET6, address.partition("%")[0])  # without a zone: fe80::1%eth0
    except (OSError, ValueError):
        return address
    if packed.startswith(_IPV4_MAPPED):
        return inet_ntop(AF_INET, packed[12:])
    return packed[:8].hex()


def ipv6_site_key(address: str) -> str | None:
    """An IPv6 /48, which one customer may have too, as 12 hexadecimal digits; else None."""
    if ":" not in address:
        return None
    key = client_key(address)
    return None if key == address or "." in key else key[:_SITE]


def place_of(address: str) -> tuple[str, str, str]:
    """The network, the site and the client of an address: the place of its work in a fair queue.

    A network is an IPv6 /32 or an IPv4 /16, a site an IPv6 /48 or an IPv4 /24. Rate limits have
    none for IPv4, whose /24 may be a carrier's, with any number of customers.
    """
    key = client_key(address)
    if site := ipv6_site_key(address):
        return site[:_NETWORK], site, key
    site = key.rpartition(".")[0]
    return site.rpartition(".")[0] or key, site or key, key


_MAX_PROXIES = 16
"""Addresses of `X-Forwarded-For` that count, from the last one."""

_LONGEST_ADDRESS = 45  # characters, of an IPv6 address that ends in an IPv4 one


class TrustedProxies:
    """Applies `X-Forwarded-For` and `-Proto` if a trusted proxy sends them, and only then.

    With `https` every client of theirs uses TLS, whatever `-Proto` says: behind CloudFront the
    load balancer writes the scheme of its own connection, `http`.
    """

    def __init__(
        self, networks: Iterable[IPv4Network | IPv6Network], *, https: bool = False
    ) -> None:
        self.https = https
        self._networks = tuple(
            (network.version, int(network.network_address), int(network.netmask))
            for network in networks
        )
        # Looked up for the peer of every request, which is one of a few proxies.
        self.trusts = lru_cache(maxsize=1024)(self._trusts)

    def client(self, scope: "Scope") -> str:
        """The client's address, as `forward` would set it; empty if there is none."""
        forwarded = dict(scope)
        self.forward(forwarded)
        return forwarded["client"][0] if forwarded["client"] else ""

    def forward(self, scope: "Scope") -> None:
        """Set the scope's client and scheme to what a trusted proxy forwards.

        The client is the last address in the list that is no trusted proxy: the client itself may
        have written those before it.
        """
        if not self._networks or not scope["client"] or not self.trusts(scope["client"][0]):
            return
        client = scope["client"][0]
        scheme = scope["scheme"]
        proto = b""
        addresses = []
        for name, value in scope["headers"]:
            if name == b"x-forwarded-for":
                addresses += value.decode("latin-1").rsplit(",", _MAX_PROXIES)
            elif name == b"x-forwarded-proto":
                proto = value.strip().lower()  # the last one is the nearest proxy's
        for address in reversed(addresses[-_MAX_PROXIES:]):
            trusted = self._trusts(address.strip())  # not cached: it rarely repeats
            if trusted is None:
                break
            client = address.strip()
            if not trusted:
                break
        if self.https:
            scheme = "https"
        elif proto in (b"http", b"https"):
            scheme = proto.decode()
        scope["client"] = (client, 0)
        scope["scheme"] = scheme

    def _trusts(self, text: str) -> bool | None:
        """Whether this is the address of a trusted proxy; None if it is no address."""
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
