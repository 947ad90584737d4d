"""What counts as one client, and as one site, for rate limits and queues."""

from socket import AF_INET, AF_INET6, inet_ntop, inet_pton

SITE_CLIENTS = 10
"""Rate of an IPv6 /48, in clients: a mobile network's holds 65,536 /64s."""

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
