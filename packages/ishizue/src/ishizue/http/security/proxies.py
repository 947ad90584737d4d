"""Trusted proxies: the client and the scheme that they forward."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network
from socket import AF_INET, AF_INET6, inet_pton

from starlette.types import Scope

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

    def client(self, scope: Scope) -> str:
        """The client's address, as `forward` would set it; empty if there is none."""
        forwarded = dict(scope)
        self.forward(forwarded)
        return forwarded["client"][0] if forwarded["client"] else ""

    def forward(self, scope: Scope) -> None:
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
