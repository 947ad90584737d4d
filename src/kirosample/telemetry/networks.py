"""The network of a client, which a log may have, unlike its address."""

from functools import lru_cache
from socket import AF_INET, AF_INET6, inet_ntop, inet_pton

UNKNOWN = "unknown"

_MAPPED = bytes(10) + b"\xff\xff"
"""The prefix of an IPv4-mapped IPv6 address."""


@lru_cache(maxsize=512)
def network(address: str) -> str:
    """The /24 of an IPv4 address, the /48 of an IPv6 one; `unknown` otherwise."""
    try:
        packed = inet_pton(AF_INET6 if ":" in address else AF_INET, address)
    except (OSError, ValueError):
        return UNKNOWN
    packed = packed.removeprefix(_MAPPED)
    if len(packed) == 4:
        return f"{packed[0]}.{packed[1]}.{packed[2]}.0/24"
    return f"{inet_ntop(AF_INET6, packed[:6] + bytes(10))}/48"
